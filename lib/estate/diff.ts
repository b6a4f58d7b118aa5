import { type AttributeChange, attributeChanges, canonical } from "./attributes.ts";
import type { Estate } from "./index.ts";
import { at, list, text } from "./json.ts";
import { type Node, nodesOf, RETIRED } from "./node.ts";

/** One difference between two estates. */
export interface Change {
  readonly kind: "added" | "removed" | "changed" | "moved";
  /** The node as it is now; as it was, where it is gone. */
  readonly node: Node;
  /** The node as it was. @default it was not there */
  readonly before?: Node;
  /** What is different about it; nothing for what has come or gone. */
  readonly attributes: readonly AttributeChange[];
  /** What an engine has planned, where it was asked. */
  readonly plan?: PlannedAction;
}

/** What an engine has planned for a resource. */
export interface PlannedAction {
  readonly action: "create" | "update" | "replace" | "delete" | "forget";
  /** Attributes for which it is replaced. */
  readonly replacedFor: readonly string[];
  /** Why, in the engine's own word, such as `replace_because_tainted`. */
  readonly reason?: string;
  /** Attributes that are only known after the apply. */
  readonly unknown: readonly string[];
}

/** Every difference between two estates, in the order of their nodes. */
export function diff(before: Estate, after: Estate): Change[] {
  return diffNodes(nodesOf(before), nodesOf(after));
}

/** Every difference between the nodes of two estates. */
export function diffNodes(before: readonly Node[], after: readonly Node[]): Change[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const now = new Set(after.map(({ id }) => id));
  const moves = movesBetween(
    before.filter(({ id }) => !now.has(id)),
    after.filter(({ id }) => !old.has(id)),
  );
  const movedAway = new Set([...moves.values()].map(({ id }) => id));
  return [
    ...after.flatMap((node): Change[] => {
      const was = old.get(node.id);
      if (was === node) return [];
      if (was !== undefined) {
        // What is retired has its backend and nothing else, so that the next apply destroys what it had.
        if (node.blueprint === RETIRED && was.blueprint !== RETIRED)
          return [{ kind: "removed", node: was, before: was, attributes: [] }];
        const attributes = attributeChanges(was.body, node.body);
        return attributes.length === 0 ? [] : [{ kind: "changed", node, before: was, attributes }];
      }
      const from = moves.get(node.id);
      return from === undefined
        ? [{ kind: "added", node, attributes: [] }]
        : [{ kind: "moved", node, before: from, attributes: attributeChanges(from.body, node.body) }];
    }),
    ...before
      .filter(({ id }) => !now.has(id) && !movedAway.has(id))
      .map((node): Change => ({ kind: "removed", node, before: node, attributes: [] })),
  ];
}

/** Attributes by which AWS knows a resource of some type, so that two with the same one are the same thing. */
const NAMES = [
  "name",
  "bucket",
  "identifier",
  "cluster_identifier",
  "replication_group_id",
  "domain_name",
  "function_name",
  "cluster_name",
];

/** Where nodes that are gone have come up again: the same thing in the same place under another address, by its new id. */
function movesBetween(gone: readonly Node[], come: readonly Node[]): Map<string, Node> {
  const moves = new Map<string, Node>();
  const left = new Map<string, Node[]>();
  for (const node of gone) for (const key of identities(node)) left.set(key, [...(left.get(key) ?? []), node]);
  const taken = new Set<string>();
  // What is the same by name goes first: bodies may be alike by chance.
  for (const strength of [0, 1])
    for (const node of come) {
      if (moves.has(node.id)) continue;
      const key = identities(node)[strength];
      const from = key === undefined ? undefined : left.get(key)?.find(({ id }) => !taken.has(id));
      if (from === undefined) continue;
      taken.add(from.id);
      moves.set(node.id, from);
    }
  return moves;
}

/** Keys under which the same thing is found elsewhere, the strongest first. */
function identities(node: Node): string[] {
  const { blueprint, environment, region, kind, type, body, address } = node;
  const here = [blueprint, environment, region, kind, type].join("/");
  if (kind === "object") return [`${here} ${address}`];
  if (kind !== "resource") return [];
  const name = NAMES.flatMap((one) => text(body[one]) ?? [])[0];
  const content = `${here} ${canonical(body)}`;
  // A name that is an expression, or one like "access", says nothing by itself.
  return name === undefined || name.includes("${") || !name.includes("-")
    ? [content, content]
    : [`${here} ${name}`, content];
}

/** Whether a stack tells Terraform that a resource has moved, so that it keeps what it has. */
export const hasMovedBlock = (stack: Node | undefined, from: string, to: string): boolean =>
  list(stack?.body["moved"]).some((one) => at(one, "from") === from && at(one, "to") === to);
