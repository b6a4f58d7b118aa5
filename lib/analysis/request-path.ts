import type { Graph } from "../estate/graph.ts";
import { at, list, object, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";

/** Where on its way a request meets something. */
type Stage = "edge" | "balancer" | "gateway" | "tokens" | "before the router" | "cluster" | "sidecar" | "service";

/** In the order in which a request passes them. */
const STAGES: readonly Stage[] = [
  "edge",
  "balancer",
  "gateway",
  "tokens",
  "before the router",
  "cluster",
  "sidecar",
  "service",
];

/** What a step needs, and where a request meets it. */
interface Step {
  readonly step: string;
  readonly note: string;
  readonly find: (graph: Graph) => readonly (readonly [node: Node, stage: Stage])[];
}

const MISSING = "missing";

const resources =
  (type: string, stage: Stage) =>
  (graph: Graph): readonly (readonly [Node, Stage])[] =>
    graph.ofType("resource", type).map((node) => [node, stage]);

const objects =
  (kind: string, stage: Stage, wanted: (body: Node["body"]) => boolean = () => true) =>
  (graph: Graph): readonly (readonly [Node, Stage])[] =>
    graph
      .ofType("object", kind)
      .filter(({ body }) => wanted(body))
      .map((node) => [node, stage]);

const patchesOf = (body: Node["body"]): readonly unknown[] => list(at(body, "spec", "configPatches"));
const filterName = (patch: unknown): string => text(at(patch, "patch", "value", "name")) ?? "";

/** Filters that refuse callers who have asked too often, by where they stand: the gateway's own, and those of sidecars. */
const limits = (graph: Graph): readonly (readonly [Node, Stage])[] =>
  graph.ofType("object", "EnvoyFilter").flatMap((node): (readonly [Node, Stage])[] =>
    patchesOf(node.body).flatMap((patch): (readonly [Node, Stage])[] => {
      if (filterName(patch) === "envoy.filters.http.ratelimit" && at(patch, "patch", "operation") === "INSERT_BEFORE")
        return [[node, "before the router"]];
      const local = filterName(patch) === "envoy.filters.http.local_ratelimit";
      return local && at(patch, "match", "context") === "SIDECAR_INBOUND" ? [[node, "sidecar"]] : [];
    }),
  );

const breakers = (graph: Graph): readonly (readonly [Node, Stage])[] =>
  objects("EnvoyFilter", "cluster", (body) =>
    patchesOf(body).some((patch) => at(patch, "patch", "value", "outlier_detection") !== undefined),
  )(graph);

/** Catalogue: ingress.lifecycle.steps. */
const STEPS: readonly Step[] = [
  { step: "from CDN or edge", note: "clean, TLS ended", find: resources("aws_cloudfront_distribution", "edge") },
  { step: "global load balancer", note: "regions by latency and health", find: resources("aws_lb", "balancer") },
  { step: "API gateway", note: "route and transform", find: objects("HTTPRoute", "gateway") },
  {
    step: "auth check",
    note: "tokens verified, claims to headers",
    find: objects(
      "RequestAuthentication",
      "tokens",
      (body) => "gateway.networking.k8s.io/gateway-name" in object(at(body, "spec", "selector", "matchLabels")),
    ),
  },
  { step: "rate limiter", note: "quota of each caller", find: limits },
  { step: "circuit breaker", note: "closed: pass", find: breakers },
  {
    step: "gRPC proxy",
    note: "Envoy and mutual TLS",
    find: objects("PeerAuthentication", "sidecar", (body) => at(body, "spec", "mtls", "mode") === "STRICT"),
  },
  { step: "microservice", note: "business logic", find: objects("Deployment", "service") },
];

/** The steps of a request from the edge to the service, each with where it is in the output, or that it is missing. */
export const requestPath: Analysis = {
  id: "request-path",
  title: "The way of a request",
  of: ({ graph, deployment }: Subject): Table => {
    const own = ({ environment }: Node): boolean => environment === deployment.environment;
    const found = STEPS.map(({ step, note, find }, index) => {
      const here = find(graph).filter(([node]) => own(node));
      // The first place at which a request meets it.
      const [first] = [...here].sort(([, a], [, b]) => STAGES.indexOf(a) - STAGES.indexOf(b));
      return { step: String(index + 1), what: step, note, stage: first?.[1], node: first?.[0] };
    });
    return {
      columns: ["step", "what", "note", "stage", "address"],
      rows: found.map(({ step, what, note, stage, node }) => [
        step,
        what,
        note,
        stage ?? "",
        node === undefined ? MISSING : `${node.unit} ${node.address}`,
      ]),
      notes: found.flatMap(({ what, stage }, index) => {
        const before = found[index - 1];
        if (stage === undefined || before?.stage === undefined) return [];
        return STAGES.indexOf(stage) < STAGES.indexOf(before.stage)
          ? [`${what} (${stage}) is met before ${before.what} (${before.stage})`]
          : [];
      }),
    };
  },
};
