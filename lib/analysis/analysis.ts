import type { Graph } from "../estate/graph.ts";
import type { Deployment } from "../model/deployment.ts";

/** What an analysis looks at: one deployment, and the graph of everything that its output has. */
export interface Subject {
  readonly deployment: Deployment;
  /** The graph of the deployment's own output, its platform's and its account's. */
  readonly graph: Graph;
}

/** What an analysis says: a table for people, in the words of the catalogue. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the table does not show: assumptions, and figures that a provider promises. @default none */
  readonly notes?: readonly string[];
}

/** A question about a deployment that its output answers. */
export interface Analysis {
  /** As the command line names it. */
  readonly id: string;
  readonly title: string;
  readonly of: (subject: Subject) => Table;
}
