import { parameterKeys } from "../estate/cloud-edges.ts";
import type { Graph } from "../estate/graph.ts";
import { at, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { errorAt, type Finding } from "./finding.ts";

/** What every contract parameter's name begins with. */
const CONTRACTS = "/dodeca/";

/** Every value that a stack reads is published once, in the reader's account and region, and is never empty. */
export function contracts(graph: Graph): Finding[] {
  const found: Finding[] = [];
  const published = new Map<string, Node>();
  for (const [parameter, node] of contractsAmong(graph.ofType("resource", "aws_ssm_parameter"))) {
    for (const key of parameterKeys(node)) {
      const other = published.get(key);
      if (other !== undefined)
        found.push(errorAt(node, "contract-published-twice", `${parameter} is published by ${other.unit} too`));
      published.set(key, node);
    }
    if (at(node.body, "lifecycle", "precondition") === undefined)
      found.push(errorAt(node, "contract-unguarded", `${parameter} may be empty: it has no precondition`));
  }
  for (const [parameter, node] of contractsAmong(graph.ofType("data", "aws_ssm_parameter")))
    if (graph.dependenciesOf(node.id, "contract").length === 0)
      found.push(errorAt(node, "contract-unpublished", `no stack publishes ${parameter} in ${node.scope}`));
  return found;
}

/** The parameters that are contracts, by name. */
const contractsAmong = (nodes: readonly Node[]): [name: string, node: Node][] =>
  nodes.flatMap((node): [string, Node][] => {
    const name = text(node.body["name"]);
    return name?.startsWith(CONTRACTS) ? [[name, node]] : [];
  });
