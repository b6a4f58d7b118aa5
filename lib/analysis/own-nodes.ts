import type { Node } from "../estate/node.ts";
import type { Subject } from "./analysis.ts";

/** Nodes of a type that are the deployment's own, not its platform's or its account's. */
export const ownNodes = ({ graph, deployment }: Subject, kind: Node["kind"], type: string): readonly Node[] =>
  graph
    .ofType(kind, type)
    .filter(({ blueprint, environment }) => blueprint === deployment.name && environment === deployment.environment);

/** Those of them that are in the deployment's primary region. */
export const primaryNodes = (subject: Subject, kind: Node["kind"], type: string): readonly Node[] =>
  ownNodes(subject, kind, type).filter(({ region }) => region === subject.deployment.primary.region.code);
