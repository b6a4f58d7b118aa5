import type { Graph } from "../estate/graph.ts";
import { idOf, type Location, type Node, placeOf, RETIRED } from "../estate/node.ts";

/** Whether the stack or application of a node is in an estate; one that is retired is not. */
export function hasUnit(graph: Graph, { unit }: Node): boolean {
  const found = graph.nodes.get(unit);
  return found !== undefined && found.blueprint !== RETIRED;
}

/** Whether a place is in an estate. */
export const hasPlace = (graph: Graph, location: Location): boolean => graph.nodes.has(placeOf(location));

/** Whether the resource that an expression of a node refers to is in an estate; what is no reference is taken to be there. */
export function hasReferred(graph: Graph, node: Node, expression: unknown): boolean {
  if (!hasUnit(graph, node)) return false;
  const address = typeof expression === "string" ? /^\$\{((?:data\.)?aws_\w+\.[\w-]+)\./.exec(expression)?.[1] : "";
  return address === undefined || address === "" || graph.nodes.has(idOf(node.unit, address));
}
