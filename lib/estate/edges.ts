import type { Node } from "./node.ts";

/** How one node depends on another. */
export type EdgeKind =
  | "reference"
  | "contract"
  | "secret"
  | "identity"
  | "access"
  | "selector"
  | "scale"
  | "mount"
  | "route"
  | "record"
  | "namespace";

/** A dependency: what happens to `to` is felt by `from`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

/** Nodes by what other nodes know them by. */
export class Index {
  private readonly byKey = new Map<string, Node[]>();

  constructor(nodes: readonly Node[], keysOf: (node: Node) => readonly string[]) {
    for (const node of nodes)
      for (const key of keysOf(node)) {
        const known = this.byKey.get(key);
        if (known === undefined) this.byKey.set(key, [node]);
        else known.push(node);
      }
  }

  get(key: string): readonly Node[] {
    return this.byKey.get(key) ?? [];
  }

  /** Edges from a node to all that a key stands for, but itself. */
  edges(from: Node, kind: EdgeKind, key: string): Edge[] {
    return this.get(key).flatMap((to) => (to.id === from.id ? [] : [{ from: from.id, to: to.id, kind }]));
  }
}
