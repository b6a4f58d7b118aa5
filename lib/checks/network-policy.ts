import { at, type Fields, list, object, text, texts } from "../estate/json.ts";
import type { KubernetesObject } from "../estate/objects.ts";
import { rangeOf } from "./address-ranges.ts";

export type Labels = Readonly<Record<string, unknown>>;

/** A pod as network policies see it. */
export interface Pod {
  readonly namespace: string;
  readonly labels: Labels;
}

/** The other end of a connection: a pod, or an address range outside the cluster. */
export type Peer = Pod | { readonly cidr: string };

export interface Port {
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

/** The network policies of a cluster, asked as the CNI asks them. */
export class NetworkPolicies {
  private readonly policies: readonly KubernetesObject[];
  private readonly namespaces: ReadonlyMap<string, Labels>;

  constructor(objects: readonly KubernetesObject[]) {
    this.policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
    this.namespaces = new Map(
      objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    );
  }

  /** Whether a pod may open a connection to a peer. */
  allowsEgress(pod: Pod, to: Peer, port: Port): boolean {
    return this.allows("Egress", pod, to, port);
  }

  /** Whether a pod may be reached by a peer. */
  allowsIngress(pod: Pod, from: Peer, port: Port): boolean {
    return this.allows("Ingress", pod, from, port);
  }

  private allows(direction: "Egress" | "Ingress", pod: Pod, peer: Peer, port: Port): boolean {
    const [rules, end] = direction === "Egress" ? (["egress", "to"] as const) : (["ingress", "from"] as const);
    const selecting = this.policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.namespace &&
        typesOf(object(spec)).includes(direction) &&
        selects(at(spec, "podSelector"), pod.labels),
    );
    if (selecting.length === 0) return true;
    return selecting.some(({ spec, metadata }) =>
      list(at(spec, rules)).some((rule) => {
        const ports = list(at(rule, "ports"));
        const peers = list(at(rule, end));
        return (
          (ports.length === 0 || ports.some((one) => portMatches(one, port))) &&
          (peers.length === 0 || peers.some((one) => this.peerMatches(one, peer, metadata.namespace ?? "")))
        );
      }),
    );
  }

  private peerMatches(selector: unknown, peer: Peer, own: string): boolean {
    if ("cidr" in peer) {
      const wanted = rangeOf(peer.cidr);
      const block = rangeOf(text(at(selector, "ipBlock", "cidr")) ?? "");
      if (wanted === undefined || block === undefined) return false;
      const within = wanted.first >= block.first && wanted.last <= block.last;
      const excepted = texts(at(selector, "ipBlock", "except")).some((cidr) => {
        const range = rangeOf(cidr);
        return range !== undefined && range.first <= wanted.last && wanted.first <= range.last;
      });
      return within && !excepted;
    }
    if (at(selector, "ipBlock") !== undefined) return false;
    const namespaces = at(selector, "namespaceSelector");
    const here =
      namespaces === undefined
        ? peer.namespace === own
        : selects(namespaces, {
            ...this.namespaces.get(peer.namespace),
            "kubernetes.io/metadata.name": peer.namespace,
          });
    return here && selects(at(selector, "podSelector"), peer.labels);
  }
}

/** Kinds of traffic that a policy is about; without `policyTypes` what it has rules for, and ingress always. */
function typesOf(spec: Fields): readonly string[] {
  const types = texts(spec["policyTypes"]);
  return types.length > 0 ? types : ["Ingress", ...(spec["egress"] === undefined ? [] : ["Egress"])];
}

/** Whether a label selector selects labels; nothing selects all. */
export function selects(selector: unknown, labels: Labels): boolean {
  return (
    Object.entries(object(at(selector, "matchLabels"))).every(([key, value]) => labels[key] === value) &&
    list(at(selector, "matchExpressions")).every((one) => {
      const key = text(at(one, "key")) ?? "";
      const values = texts(at(one, "values"));
      const value = labels[key];
      switch (at(one, "operator")) {
        case "In":
          return typeof value === "string" && values.includes(value);
        case "NotIn":
          return typeof value !== "string" || !values.includes(value);
        case "Exists":
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

function portMatches(rule: unknown, { port, protocol }: Port): boolean {
  if ((text(at(rule, "protocol")) ?? "TCP") !== protocol) return false;
  const first = at(rule, "port");
  if (first === undefined) return true;
  const last = at(rule, "endPort") ?? first;
  return typeof first === "number" && typeof last === "number" && first <= port && port <= last;
}
