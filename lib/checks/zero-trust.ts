import { nameOf, namespaceOf } from "../estate/cluster-edges.ts";
import type { Graph } from "../estate/graph.ts";
import { at, list, object } from "../estate/json.ts";
import { clusterOf, type Node } from "../estate/node.ts";
import { errorAt, type Finding } from "./finding.ts";
import { CONTROL_PLANE, GATEWAYS } from "./platform-namespaces.ts";

/**
 * Nobody is trusted for being inside: the mesh takes mutual TLS only, and every namespace of a product denies requests and
 * connections that nothing allows. Catalogue: foundation.targets.zero-trust.
 */
export const zeroTrust = (graph: Graph): Finding[] => [...meshFindings(graph), ...namespaceFindings(graph)];

/** Every cluster of a platform is strict as a whole, and nothing in it takes plain text again. */
function meshFindings(graph: Graph): Finding[] {
  const meshes = graph.ofType("object", "Namespace").filter((node) => nameOf(node) === CONTROL_PLANE);
  const strict = new Set(
    graph
      .ofType("object", "PeerAuthentication")
      .filter((node) => namespaceOf(node) === CONTROL_PLANE && !selects(node) && modeOf(node.body) === "STRICT")
      .map(clusterOf),
  );
  const lax = graph.ofType("object", "PeerAuthentication").flatMap((node): Finding[] => {
    const ports = Object.values(object(at(node.body, "spec", "portLevelMtls")));
    const modes = [modeOf(node.body), ...ports.map((port) => at(port, "mode"))];
    const taken = modes.filter((mode) => mode === "PERMISSIVE" || mode === "DISABLE");
    return taken.length === 0 ? [] : [errorAt(node, "plain-text-taken", `pods take connections without mutual TLS`)];
  });
  return [
    ...meshes
      .filter((node) => !strict.has(clusterOf(node)))
      .map((node) => errorAt(node, "mesh-not-strict", "nothing makes the whole mesh take mutual TLS only")),
    ...lax,
  ];
}

/**
 * A namespace with pods of the mesh denies what nothing allows, on both levels: all but the gateways', which answer everybody. A
 * product's without sidecars, where a tool of its own runs, has the network's level alone.
 */
function namespaceFindings(graph: Graph): Finding[] {
  const denied = new Set(graph.ofType("object", "AuthorizationPolicy").filter(deniesAll).map(placeOf));
  const closed = new Set(graph.ofType("object", "NetworkPolicy").filter(closesAll).map(placeOf));
  return graph.ofType("object", "Namespace").flatMap((node): Finding[] => {
    const place = `${clusterOf(node)} ${nameOf(node)}`;
    const labels = object(at(node.body, "metadata", "labels"));
    const meshed = labels["istio-injection"] === "enabled" && nameOf(node) !== GATEWAYS;
    return [
      ...(!meshed || denied.has(place)
        ? []
        : [errorAt(node, "requests-not-denied", "no AuthorizationPolicy of it denies requests that nothing allows")]),
      ...(!(meshed || labels["dodeca.dev/blueprint"] !== undefined) || closed.has(place)
        ? []
        : [errorAt(node, "network-not-denied", "no NetworkPolicy of it denies connections that nothing allows")]),
    ];
  });
}

const placeOf = (node: Node): string => `${clusterOf(node)} ${namespaceOf(node)}`;
const modeOf = (body: unknown): unknown => at(body, "spec", "mtls", "mode");
const selects = ({ body }: Node): boolean => at(body, "spec", "selector") !== undefined;
/** A policy without rules and selector: it allows nothing to anybody. */
const deniesAll = ({ body }: Node): boolean =>
  Object.keys(object(at(body, "spec"))).every((key) => key === "action") &&
  (at(body, "spec", "action") ?? "ALLOW") === "ALLOW";
/** A policy for every pod, in both directions, without rules. */
const closesAll = ({ body }: Node): boolean =>
  Object.keys(object(at(body, "spec", "podSelector"))).length === 0 &&
  ["Ingress", "Egress"].every((type) => list(at(body, "spec", "policyTypes")).includes(type)) &&
  at(body, "spec", "ingress") === undefined &&
  at(body, "spec", "egress") === undefined;
