import type { Graph } from "../../estate/graph.ts";
import { list, object, text, texts } from "../../estate/json.ts";
import { idOf, type Node } from "../../estate/node.ts";
import { titleOf } from "../risks/stateful.ts";
import { isCovered, isPublic, prefixOf } from "./addresses.ts";

/** What a rule of a security group lets through. */
export interface Permit {
  readonly direction: "ingress" | "egress";
  /** As the provider writes it; `-1` for all. */
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  /** An address range, or a text that stands for itself: a group, a list of prefixes. */
  readonly peer: string;
  readonly node: Node;
}

/** The security groups of an estate, by what they let through. */
export class SecurityGroups {
  private readonly byGroup: ReadonlyMap<string, readonly Permit[]>;
  private readonly graph: Graph;

  constructor(graph: Graph) {
    this.graph = graph;
    const permits = graph
      .where(({ kind }) => kind === "resource")
      .flatMap((node) => permitsOf(node).map((permit) => ({ permit, group: groupOf(node) })));
    this.byGroup = new Map(
      [...Map.groupBy(permits, ({ group }) => group)].map(([group, all]) => [group, all.map(({ permit }) => permit)]),
    );
  }

  permits(group: string): readonly Permit[] {
    return this.byGroup.get(group) ?? [];
  }

  /** Whether a group is there, as far as can be told: by itself, or by the stack that has rules for it. */
  has(group: string, unit: string): boolean {
    const own = / (aws_(?:default_)?security_group\.[\w-]+)$/.exec(group)?.[1];
    return this.graph.nodes.has(own === undefined ? unit : idOf(unit, own));
  }

  /** What people call a group. */
  title(group: string, unit: string): string {
    const address = group.slice(unit.length + 1);
    const node = this.graph.nodes.get(idOf(unit, address));
    return node === undefined ? `security group ${address}` : titleOf(node);
  }
}

/** The group that a node is, or has a rule for: unique in an estate. */
export function groupOf({ type, unit, address, body }: Node): string {
  if (type === "aws_security_group" || type === "aws_default_security_group") return `${unit} ${address}`;
  const name = text(body["security_group_id"]) ?? "?";
  return `${unit} ${/^\$\{(aws_(?:default_)?security_group\.[\w-]+)\.id\}$/.exec(name)?.[1] ?? name}`;
}

/** What a node lets through a security group. */
export function permitsOf(node: Node): Permit[] {
  const { body } = node;
  switch (node.type) {
    case "aws_vpc_security_group_ingress_rule":
      return permitsIn(body, "ingress", node);
    case "aws_vpc_security_group_egress_rule":
      return permitsIn(body, "egress", node);
    case "aws_security_group_rule":
      return permitsIn(body, body["type"] === "egress" ? "egress" : "ingress", node);
    case "aws_security_group":
    case "aws_default_security_group":
      return (["ingress", "egress"] as const).flatMap((direction) =>
        list(body[direction]).flatMap((rule) => permitsIn(rule, direction, node)),
      );
    default:
      return [];
  }
}

const PEERS = [
  "cidr_ipv4",
  "cidr_ipv6",
  "prefix_list_id",
  "referenced_security_group_id",
  "cidr_blocks",
  "ipv6_cidr_blocks",
  "prefix_list_ids",
  "security_groups",
  "source_security_group_id",
];

function permitsIn(rule: unknown, direction: Permit["direction"], node: Node): Permit[] {
  const fields = object(rule);
  const protocol = String(fields["ip_protocol"] ?? fields["protocol"] ?? "-1");
  const all = protocol === "-1" || protocol === "all";
  const port = (key: string, otherwise: number): number => (all ? otherwise : Number(fields[key] ?? otherwise));
  const peers = [...PEERS.flatMap((key) => texts(fields[key])), ...(fields["self"] === true ? ["itself"] : [])];
  return peers.map((peer) => ({
    direction,
    protocol: all ? "-1" : protocol,
    from: port("from_port", 0),
    to: port("to_port", 65_535),
    peer,
    node,
  }));
}

/** Whether what one permit lets through was let through by some others. */
export function isPermitted(permit: Permit, by: readonly Permit[]): boolean {
  const relevant = by.filter(
    (one) =>
      one.direction === permit.direction &&
      (one.protocol === "-1" || one.protocol === permit.protocol) &&
      one.from <= permit.from &&
      one.to >= permit.to,
  );
  const range = prefixOf(permit.peer);
  if (range === undefined) return relevant.some(({ peer }) => peer === permit.peer);
  return isCovered(
    range,
    relevant.flatMap(({ peer }) => prefixOf(peer) ?? []),
  );
}

/** A permit as a sentence goes on. */
export function permitTold({ direction, protocol, from, to, peer }: Permit): string {
  const ports = protocol === "-1" ? "everything" : from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
  return `${ports} ${direction === "ingress" ? "from" : "to"} ${peer}`;
}

/** Whether a permit lets the internet in. */
export const letsInternetIn = ({ direction, peer }: Permit): boolean => direction === "ingress" && isPublic(peer);
