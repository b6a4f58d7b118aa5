import { at, list, parsed, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";

/** The objects of a kind in the deployment's environment. */
const objects = ({ graph, deployment }: Subject, kind: string): readonly Node[] =>
  graph.ofType("object", kind).filter(({ environment }) => environment === deployment.environment);

/** How the gateway's proxy breaks, as it was synthesized. */
function proxyOf(subject: Subject): unknown {
  const [found] = objects(subject, "EnvoyFilter").flatMap(({ body }) =>
    list(at(body, "spec", "configPatches")).flatMap((patch) => at(patch, "patch", "value", "outlier_detection") ?? []),
  );
  return found;
}

/** How a service's own library breaks, as it was synthesized. */
function libraryOf(subject: Subject): unknown {
  const [found] = objects(subject, "ConfigMap").flatMap(({ body }) => {
    const file = parsed(text(at(body, "data", "application.yaml")) ?? "");
    return at(file, "resilience4j", "circuitbreaker", "configs", "default") ?? [];
  });
  return found;
}

/**
 * The states of a circuit breaker with the figures of the output, those of the proxy beside those of the library: a note says
 * where they differ. Catalogue: ingress.circuit-breaker.states.
 */
export const breakerStates: Analysis = {
  id: "breaker-states",
  title: "States of a circuit breaker",
  of: (subject: Subject): Table => {
    const proxy = proxyOf(subject);
    const library = libraryOf(subject);
    const figures = [
      ["errors", at(proxy, "failure_percentage_threshold"), at(library, "failureRateThreshold")],
      ["calls", at(proxy, "failure_percentage_request_volume"), at(library, "slidingWindowSize")],
      ["wait", at(proxy, "base_ejection_time"), at(library, "waitDurationInOpenState")],
    ] as const;
    const [[, errors], [, calls], [, wait]] = figures;
    const trials = at(library, "permittedNumberOfCallsInHalfOpenState");
    return {
      columns: ["state", "does", "leaves when", "to"],
      rows: [
        ["CLOSED", "passes, counts failures", `more than ${errors} % of ${calls} calls fail`, "OPEN"],
        ["OPEN", "fails fast, no load downstream", `${wait} are over`, "HALF-OPEN"],
        ["HALF-OPEN", `${trials ?? "no"} trial calls`, "most succeed, or not", "CLOSED or OPEN"],
        ["FALLBACK", "the caller's own answer: from cache, static or less", "", ""],
      ],
      notes: [
        "Envoy has no trial calls: after its time a pod gets requests again, and is put aside for longer when they fail.",
        ...figures.flatMap(([name, ours, theirs]) =>
          ours === theirs ? [] : [`${name}: ${String(ours)} in the proxy, ${String(theirs)} in the library`],
        ),
      ],
    };
  },
};

/** What breaks the circuit to a kind of thing, and how it is found. */
interface Kind {
  readonly kind: string;
  readonly breaker: string;
  readonly find: (subject: Subject) => readonly Node[];
}

const destinationRules =
  (grpc: boolean) =>
  (subject: Subject): readonly Node[] =>
    objects(subject, "DestinationRule").filter(
      ({ body }) =>
        at(body, "spec", "trafficPolicy", "outlierDetection") !== undefined &&
        (at(body, "spec", "trafficPolicy", "connectionPool", "http", "h2UpgradePolicy") === "UPGRADE") === grpc,
    );

const KINDS: readonly Kind[] = [
  { kind: "HTTP", breaker: "pods with errors are put aside", find: destinationRules(false) },
  { kind: "gRPC", breaker: "pods with errors are put aside", find: destinationRules(true) },
  {
    kind: "async queue",
    breaker:
      "substitute: consumers are scaled by what waits, at most one a partition, and a message that fails goes aside",
    find: (subject) =>
      objects(subject, "ScaledObject").filter(({ body }) =>
        list(at(body, "spec", "triggers")).some((trigger) => at(trigger, "type") === "apache-kafka"),
      ),
  },
  {
    kind: "database pool",
    breaker: "threads of their own for each store, in the service's library",
    find: (subject) =>
      objects(subject, "ConfigMap").filter(({ body }) => {
        const file = parsed(text(at(body, "data", "application.yaml")) ?? "");
        return at(file, "resilience4j", "thread-pool-bulkhead", "instances") !== undefined;
      }),
  },
];

/** Which kinds of things a circuit can be broken to, and where. Catalogue: ingress.circuit-breaker.scope. */
export const breakerScope: Analysis = {
  id: "breakers",
  title: "What breaks the circuit to what",
  of: (subject: Subject): Table => ({
    columns: ["kind", "breaker", "address"],
    rows: KINDS.map(({ kind, breaker, find }) => {
      const [first, ...more] = find(subject);
      const address = first === undefined ? "nothing" : `${first.unit} ${first.address}`;
      return [kind, breaker, more.length === 0 ? address : `${address} and ${more.length} more`];
    }),
  }),
};
