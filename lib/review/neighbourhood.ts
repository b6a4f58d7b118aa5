import type { EdgeKind } from "../estate/edges.ts";
import type { Graph } from "../estate/graph.ts";
import type { Node } from "../estate/node.ts";

/** A node near a change. */
export interface Neighbour {
  readonly node: Node;
  readonly direction: "dependency" | "dependent";
  readonly edge: EdgeKind;
  /** Steps from the change. */
  readonly distance: number;
}

/** Most neighbours that are told: what is nearest, of both directions. */
const MOST = 24;

/** What a node depends on directly and what depends on it, over both worlds. Namespaces are left out: all depend on one. */
export function neighbourhood(
  graph: Graph,
  id: string,
): { readonly near: readonly Neighbour[]; readonly dependents: number } {
  const near = graph
    .dependenciesOf(id)
    .flatMap(({ to, kind }): Neighbour[] => neighbourOf(graph, to, kind, "dependency", 1));
  const reached = graph.blastRadius([id]);
  const dependents = [...reached].flatMap(([other, distance]): Neighbour[] => {
    if (distance === 0) return [];
    const edge = graph.dependenciesOf(other).find(({ to }) => reached.get(to) === distance - 1);
    return edge === undefined ? [] : neighbourOf(graph, other, edge.kind, "dependent", distance);
  });
  return { near: [...dependents.slice(0, MOST), ...near.slice(0, MOST)], dependents: dependents.length };
}

function neighbourOf(
  graph: Graph,
  id: string,
  edge: EdgeKind,
  direction: Neighbour["direction"],
  distance: number,
): Neighbour[] {
  const node = graph.nodes.get(id);
  return node === undefined || edge === "namespace" ? [] : [{ node, direction, edge, distance }];
}
