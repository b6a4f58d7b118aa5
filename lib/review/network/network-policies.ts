import { at, list, object, text, texts } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import type { Severity } from "../risk.ts";
import { isCovered, isPublic, prefixOf, rangeCovers } from "./addresses.ts";
import type { Guard, Permits } from "./guards.ts";
import { selectorCovers, selectorTold } from "./selector.ts";

/** One peer on one port that a network policy lets through; nothing stands for all. */
export interface PeerPermit {
  readonly direction: "Ingress" | "Egress";
  readonly peer: unknown;
  readonly port: unknown;
  /** Namespace of the policy, which a peer without one is in. */
  readonly namespace: string;
}

/** The guards that a network policy is: one for each direction that it shuts. */
export function networkGuards(node: Node): Guard<PeerPermit>[] {
  if (node.type !== "NetworkPolicy") return [];
  const spec = object(node.body["spec"]);
  const namespace = text(at(node.body, "metadata", "namespace")) ?? "default";
  const types = texts(spec["policyTypes"]);
  const shut = types.length > 0 ? types : ["Ingress", ...(spec["egress"] === undefined ? [] : ["Egress"])];
  return (["Ingress", "Egress"] as const)
    .filter((direction) => shut.includes(direction))
    .map((direction) => ({
      node,
      shuts: direction.toLowerCase(),
      namespace,
      everywhere: false,
      selector: spec["podSelector"],
      permits: list(spec[direction.toLowerCase()]).flatMap((rule) =>
        orAll(at(rule, direction === "Ingress" ? "from" : "to")).flatMap((peer) =>
          orAll(at(rule, "ports")).map((port) => ({ direction, peer, port, namespace })),
        ),
      ),
    }));
}

const orAll = (value: unknown): readonly unknown[] => (list(value).length === 0 ? [undefined] : list(value));

/** Whether everything that a permit lets through is let through by another. */
const isPeerWithin = (inner: PeerPermit, outer: PeerPermit): boolean =>
  isPortWithin(inner.port, outer.port) && isPeerIn(inner, outer);

function isPortWithin(inner: unknown, outer: unknown): boolean {
  if (outer === undefined) return true;
  if (inner === undefined || protocolOf(inner) !== protocolOf(outer)) return false;
  const [wanted, given] = [at(inner, "port"), at(outer, "port")];
  if (given === undefined) return true;
  if (typeof wanted !== "number" || typeof given !== "number") return wanted === given;
  return given <= wanted && endOf(inner, wanted) <= endOf(outer, given);
}

const protocolOf = (port: unknown): string => text(at(port, "protocol")) ?? "TCP";
const endOf = (port: unknown, first: number): number => Number(at(port, "endPort") ?? first);

function isPeerIn(inner: PeerPermit, outer: PeerPermit): boolean {
  if (outer.peer === undefined) return true;
  if (inner.peer === undefined) return false;
  const [block, around] = [at(inner.peer, "ipBlock"), at(outer.peer, "ipBlock")];
  if (block !== undefined || around !== undefined) return isBlockIn(block, around);
  return (
    selectorCovers(namespacesOf(outer), namespacesOf(inner)) &&
    selectorCovers(at(outer.peer, "podSelector"), at(inner.peer, "podSelector"))
  );
}

const namespacesOf = ({ peer, namespace }: PeerPermit): unknown =>
  at(peer, "namespaceSelector") ?? { matchLabels: { "kubernetes.io/metadata.name": namespace } };

function isBlockIn(block: unknown, around: unknown): boolean {
  const [inner, outer] = [text(at(block, "cidr")), text(at(around, "cidr"))];
  if (inner === undefined || outer === undefined || !rangeCovers(outer, inner)) return false;
  const left = texts(at(block, "except")).flatMap((one) => prefixOf(one) ?? []);
  return texts(at(around, "except")).every((one) => {
    const hole = prefixOf(one);
    const own = prefixOf(inner) ?? "";
    return hole === undefined || !(hole.startsWith(own) || own.startsWith(hole)) || isCovered(hole, left);
  });
}

/** How the permits of network policies are compared. */
export const peers: Permits<PeerPermit> = { guardsOf: networkGuards, isWithin: isPeerWithin };

/** A permit as a sentence goes on. */
export function peerTold({ direction, peer, port }: PeerPermit): string {
  return `${direction === "Ingress" ? "from" : "to"} ${whoTold(peer)} on ${portTold(port)}`;
}

function whoTold(peer: unknown): string {
  if (peer === undefined) return "anybody";
  const block = text(at(peer, "ipBlock", "cidr"));
  if (block !== undefined) {
    const except = texts(at(peer, "ipBlock", "except"));
    return except.length === 0 ? block : `${block} but ${except.join(", ")}`;
  }
  const pods = selectorTold(at(peer, "podSelector"), "every pod");
  const namespaces = at(peer, "namespaceSelector");
  if (namespaces === undefined) return pods;
  const name = text(at(namespaces, "matchLabels", "kubernetes.io/metadata.name"));
  return `${pods} in ${name ?? selectorTold(namespaces, "every namespace")}`;
}

function portTold(port: unknown): string {
  const first = at(port, "port");
  if (first === undefined) return port === undefined ? "every port" : `every ${protocolOf(port)} port`;
  const last = at(port, "endPort");
  return `${protocolOf(port)} port ${String(first)}${last === undefined ? "" : `-${String(last)}`}`;
}

/** How much it weighs that a permit is new: the internet, a network or namespace, or some pods. */
export function weightOfPeer({ direction, peer }: PeerPermit): Severity {
  const block = text(at(peer, "ipBlock", "cidr"));
  if (peer === undefined || (block !== undefined && isPublic(block)))
    return direction === "Ingress" ? "high" : "medium";
  const pods = at(peer, "podSelector");
  const isSome = Object.keys(object(at(pods, "matchLabels"))).length + list(at(pods, "matchExpressions")).length > 0;
  return isSome ? "low" : "medium";
}
