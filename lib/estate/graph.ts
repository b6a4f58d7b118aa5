import { cloudEdges } from "./cloud-edges.ts";
import { clusterEdges } from "./cluster-edges.ts";
import { type Edge, type EdgeKind, Index } from "./edges.ts";
import type { Estate } from "./index.ts";
import { linkEdges } from "./link-edges.ts";
import { type KnownNodes, type Node, nodesOf } from "./node.ts";
import { secretEdges } from "./secret-edges.ts";

/** An estate as one graph over both worlds: what there is, and what depends on what. */
export class Graph {
  readonly nodes: ReadonlyMap<string, Node>;
  private readonly types: Index;
  private readonly edges: () => Edges;

  /** @param edges asked for when the first question about them comes */
  constructor(nodes: readonly Node[], edges: () => readonly Edge[]) {
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    this.types = new Index([...this.nodes.values()], ({ kind, type }) => [`${kind} ${type}`]);
    let known: Edges | undefined;
    this.edges = () => {
      known ??= edgesByNode(edges());
      return known;
    };
  }

  /** Nodes that something is true of. */
  where(wanted: (node: Node) => boolean): Node[] {
    return [...this.nodes.values()].filter(wanted);
  }

  /** Nodes of a type, such as `resource`, `aws_vpc` or `object`, `Deployment`. */
  ofType(kind: Node["kind"], type: string): readonly Node[] {
    return this.types.get(`${kind} ${type}`);
  }

  /** What a node depends on. @param kind only dependencies of a kind @default all */
  dependenciesOf(id: string, kind?: EdgeKind): readonly Edge[] {
    return (this.edges().dependencies.get(id) ?? []).filter((edge) => kind === undefined || edge.kind === kind);
  }

  /** The nodes that a node depends on in some way. @param type only nodes of a type @default all */
  targetsOf(id: string, kind: EdgeKind, type?: string): Node[] {
    return this.dependenciesOf(id, kind).flatMap(({ to }) => {
      const node = this.nodes.get(to);
      return node === undefined || (type !== undefined && node.type !== type) ? [] : [node];
    });
  }

  /** What depends on a node. @param kind only dependencies of a kind @default all */
  dependentsOf(id: string, kind?: EdgeKind): readonly Edge[] {
    return (this.edges().dependents.get(id) ?? []).filter((edge) => kind === undefined || edge.kind === kind);
  }

  /** Everything that feels a change to some nodes, in the order in which it is reached, with its distance. */
  blastRadius(ids: Iterable<string>): ReadonlyMap<string, number> {
    const reached = new Map([...ids].map((id) => [id, 0]));
    // A map visits what is added while it is walked.
    for (const [id, distance] of reached)
      for (const { from } of this.dependentsOf(id)) if (!reached.has(from)) reached.set(from, distance + 1);
    return reached;
  }
}

interface Edges {
  readonly dependencies: ReadonlyMap<string, readonly Edge[]>;
  readonly dependents: ReadonlyMap<string, readonly Edge[]>;
}

function edgesByNode(edges: readonly Edge[]): Edges {
  const dependencies = new Map<string, Edge[]>();
  const dependents = new Map<string, Edge[]>();
  const seen = new Set<string>();
  for (const edge of edges) {
    const key = `${edge.from}\n${edge.to}\n${edge.kind}`;
    if (seen.has(key)) continue;
    seen.add(key);
    push(dependencies, edge.from, edge);
    push(dependents, edge.to, edge);
  }
  return { dependencies, dependents };
}

function push(edges: Map<string, Edge[]>, id: string, edge: Edge): void {
  const known = edges.get(id);
  if (known === undefined) edges.set(id, [edge]);
  else known.push(edge);
}

/** The graph of an estate. @param known nodes of units that another estate has too */
export function graphOf(estate: Estate, known?: KnownNodes): Graph {
  const nodes = nodesOf(estate, known);
  return new Graph(nodes, () => [
    ...cloudEdges(nodes),
    ...clusterEdges(nodes),
    ...secretEdges(nodes),
    ...linkEdges(nodes),
  ]);
}
