import { z } from "zod";
import { hostLabel } from "./host-label.ts";
import { duration, percent, rate } from "./quantities.ts";

/** How a caller of a route proves who it is (catalogue: ingress.routing-table). */
export const authentication = z.enum(["none", "jwt", "jwt+mfa", "api-key"]);
export type Authentication = z.infer<typeof authentication>;

/** How requests of a caller are counted (catalogue: ingress.rate-strategies). */
export const limitStrategy = z.enum(["fixed-window", "token-bucket", "leaky-bucket"]);

/** A limit with the way in which it is counted. */
export const limit = z.strictObject({
  rate,
  /**
   * `fixed-window` counts each minute anew: cheap, and a caller can use two windows at their border. `token-bucket` fills
   * by the second and lets a burst through. `leaky-bucket` lets requests through evenly and none in a burst, for services
   * that bear no peaks. @default "fixed-window"
   */
  strategy: limitStrategy.optional(),
  /**
   * Requests at once: of a token bucket. Of a leaky bucket it is how many may wait for a pod. @default two seconds' worth of a
   * token bucket; one second's worth of a leaky one, and never fewer than 64
   */
  burst: z.int().positive().optional(),
});

const headerName = z
  .string()
  .regex(/^[a-z0-9-]+$/, { error: "a header is named in lower case, such as x-api-version" });

/** What is changed of headers: by name, to what; and which are taken away. */
const headerChanges = z.strictObject({
  /** Headers with their new values, whatever they were before. @default none */
  set: z.record(headerName, z.string()).optional(),
  /** @default none */
  remove: z.array(headerName).min(1).optional(),
});

/** What the gateway changes of requests and responses of a route (catalogue: ingress.gateway.transformation). */
export const transform = z.strictObject({
  /** Path that the service gets instead of the one that was asked for; without parameters. @default the same */
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9._~/-]*$/, { error: "the path of a service has no parameters and no wildcard" })
    .optional(),
  request: headerChanges.optional(),
  response: headerChanges.optional(),
});

const day = z.iso.date({ error: "a day is written as 2027-06-30" });

/** A path that the gateway sends to a service. */
export const route = z.strictObject({
  /** @default "GET" */
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]).optional(),
  /** Path with parameters in braces, such as `/users/{id}`; a final `*` matches any rest. */
  path: z.string().regex(/^\/(?:[A-Za-z0-9._~-]+|\{[a-z][A-Za-z0-9]*\}|\/)*\*?$/, {
    error: 'a path starts with "/", names parameters in braces and may end in "*"',
  }),
  /**
   * A host of its own instead of the domain: one label below it, which the CDN and the gateway then answer too. Its responses are
   * not cached. Routes of gRPC have theirs for themselves: gateways take one kind of route on a host. @default the domain
   */
  host: hostLabel.optional(),
  /**
   * `sse` are server-sent events and long polls, for clients whose networks block sockets. The CDN cuts one that is silent for 30
   * seconds, as it does streams of gRPC and subscriptions of GraphQL: send a heartbeat more often. @default "http"
   */
  protocol: z.enum(["http", "websocket", "sse", "graphql", "grpc"]).optional(),
  /**
   * Responses that go on: streams of gRPC, large uploads. They have no deadline and are never repeated; sockets and server-sent
   * events are such by themselves. The CDN ends one in which nothing is sent for 30 seconds: a heartbeat has to come more often.
   * @default false (catalogue: ingress.grpc.streaming)
   */
  streaming: z.boolean().optional(),
  /** No default: a route without authentication is a decision. */
  auth: authentication,
  /** Scopes of which a token has to carry one. @default any token of the issuer will do */
  scopes: z.array(z.string().min(1)).min(1).readonly().optional(),
  /** Time that the CDN and the gateway may answer from cache. @default not cached */
  cache: duration.optional(),
  /** Requests per caller, as a rate or with how they are counted. @default "unlimited" */
  rateLimit: z.union([rate, z.literal("unlimited"), limit]).optional(),
  /** Refuses requests without an `Idempotency-Key` header. @default false */
  idempotencyKey: z.boolean().optional(),
  /** @default nothing is changed */
  transform: transform.optional(),
  /**
   * Says that a version of the API ends: every response carries `Deprecation` and `Sunset`, and a link to its successor.
   * @default it does not end (catalogue: ingress.gateway.versioning)
   */
  deprecated: z
    .strictObject({
      since: day,
      /** Day from which it may be gone; after `since`. */
      sunset: day,
      /** Path of what replaces it. @default none */
      successor: z.string().startsWith("/").optional(),
    })
    .optional(),
  /**
   * Percent of the requests that other services answer, by service; the rest is the route's own. Together less than 100.
   * @default all are the route's own (catalogue: ingress.lb-algorithms.weighted-rr)
   */
  split: z.record(z.string(), z.int().min(1).max(99)).optional(),
});
export interface Route extends z.infer<typeof route> {}

/** What drives the number of replicas. */
export const scalingTrigger = z.strictObject({
  /** Average CPU of the requests, in percent. */
  cpu: percent.optional(),
  requestsPerSecond: z.number().positive().optional(),
  /** Messages behind, per replica, on a stream the service consumes. */
  lag: z.strictObject({ stream: z.string(), threshold: z.int().positive() }).optional(),
  /** 99th percentile of the latency of served requests. */
  latency: duration.optional(),
  /** Open connections per replica. */
  connections: z.int().positive().optional(),
  /** Average GPU utilisation, in percent. */
  gpu: percent.optional(),
});

export const scaling = z.strictObject({
  /** @default by tier: 1 in dev, 2 in staging, 3 in prod */
  min: z.int().min(0).optional(),
  /** Capped by the tier unless an environment or region lifts it. @default three times min */
  max: z.int().min(1).optional(),
  /** @default CPU at 70 percent */
  on: scalingTrigger.optional(),
});

/** Objectives of one service: error budgets and burn-rate alerts follow (catalogue: observability.slos). */
export const serviceObjective = z.strictObject({
  availability: percent.optional(),
  latency: z
    .strictObject({
      p95: duration.optional(),
      p99: duration.optional(),
      /** Share of requests under the threshold. @default the percentile itself */
      target: percent.optional(),
    })
    .optional(),
  /** @default "30d" */
  window: duration.optional(),
});

/** Which pod of a service gets the next request. */
export const BALANCES = ["least-request", "round-robin", "random", "address-hash"] as const;

/** How the mesh treats calls to a service (catalogue: mesh.traffic-rules). */
export const traffic = z.strictObject({
  /** With routes at most 60 s, for which the CDN waits. @default "2s" (catalogue: mesh.istio-resilience.timeout) */
  timeout: duration.optional(),
  /** Calls of other services that are repeated. For callers from outside the gateway repeats only what no service has seen. */
  retries: z
    .strictObject({
      /** 0 to 10. @default 3 (catalogue: mesh.istio-resilience.retries) */
      attempts: z.int().min(0).max(10).optional(),
      /** `idempotent` retries only what cannot have been processed. @default "5xx" */
      on: z.enum(["5xx", "idempotent"]).optional(),
    })
    .optional(),
  /** Errors in a row after which a pod is ejected. @default 5 */
  consecutiveErrors: z.int().min(1).optional(),
  /**
   * Which pod is next: the one with the fewest requests, each in turn, any, or always the same one for an address.
   * @default "least-request" (catalogue: ingress.glb.algorithms)
   */
  balance: z.enum(BALANCES).optional(),
  /** Header that pins a caller to a pod, instead of `balance`. @default none */
  stickyHeader: z.string().optional(),
  /** Concurrent connections to all pods. @default 10000 */
  maxConnections: z.int().positive().optional(),
  /** Concurrent requests of one caller to all pods: more fail at once. @default as many as connections (catalogue: ingress.circuit-breaker.bulkhead) */
  maxRequests: z.int().positive().optional(),
  /** Requests of one caller that wait for a connection: more fail at once. @default 1024 */
  maxPending: z.int().positive().optional(),
});

/** How the mesh's proxy speaks to a gRPC service for those who do not speak gRPC (catalogue: ingress.grpc.transcoding). */
export const transcoding = z.strictObject({
  /** Full names of the services that may be called with JSON, such as `shop.v1.Orders`. */
  services: z
    .array(z.string().regex(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/))
    .min(1)
    .readonly(),
  /** What `protoc --include_imports --descriptor_set_out` writes, in base64. */
  descriptor: z.base64().min(1),
});

/** A GraphQL router before the services that it uses (catalogue: ingress.graphql). */
export const graphql = z.strictObject({
  /** The service's image is this router's, 2.15 or later. */
  router: z.literal("apollo-router"),
  /** The graph and its variant in GraphOS, such as `shop@prod`: the router fetches its composed schema. */
  graph: z.string().regex(/^[A-Za-z][\w-]*@[\w-]+$/, { error: "a graph is written with its variant, as shop@prod" }),
  /** Secret of the service, with the field `key`: GraphOS knows the router by it, and its limits are part of a (free) plan. */
  secret: z.string(),
  /** Levels that a query may be nested. @default 10 */
  maxDepth: z.int().positive().optional(),
  /** Estimated cost that a query may have. @default 1000 */
  maxCost: z.int().positive().optional(),
  /** Whether the schema may be asked for. @default only in dev */
  introspection: z.boolean().optional(),
  /** `automatic` lets clients send a hash of what was sent before; `safelist` refuses what was not registered. @default "automatic" */
  persistedQueries: z.enum(["automatic", "safelist"]).optional(),
  /** Answers of subgraphs in a Valkey beside the router, one pod of 1 GiB: a restart only costs warm-up. @default none */
  cache: z
    .strictObject({
      /** @default "10s" */
      ttl: duration.optional(),
      /** By subgraph, which is a service that the router uses. @default ttl */
      subgraphs: z.record(z.string(), duration).optional(),
    })
    .optional(),
  /** Subscriptions over WebSockets and multipart HTTP. @default false */
  subscriptions: z.boolean().optional(),
});

export const resources = z.strictObject({
  /** CPU request, such as `250m` or `2`. @default "250m" */
  cpu: z
    .string()
    .regex(/^\d+m?$/)
    .optional(),
  /** Memory request and limit, such as `512Mi`. @default "512Mi" */
  memory: z
    .string()
    .regex(/^\d+(?:Mi|Gi)$/)
    .optional(),
  /** Whole GPUs per replica. @default 0 */
  gpu: z.int().min(0).max(8).optional(),
});

export const probes = z.strictObject({
  /** @default "/healthz" */
  liveness: z.string().startsWith("/").optional(),
  /** @default "/readyz" */
  readiness: z.string().startsWith("/").optional(),
});

/** A workload with intents: what it exposes, uses, promises and costs. */
export const service = z.strictObject({
  /** Image repository below the registry, without tag: digests come from `images.lock.yaml`. */
  image: z.string().regex(/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/, {
    error: "an image is a repository path in lower case, without registry, tag or digest",
  }),
  /** Language and runtime, for people. @default not shown */
  language: z.string().optional(),
  /** Port of the container, 1024 to 65535. @default 8080 */
  port: z.int().min(1024).max(65_535).optional(),
  /** What the port speaks inside the mesh. @default "http" */
  protocol: z.enum(["http", "grpc"]).optional(),
  /** Stores, streams and services that it reaches, with what it may do there. Everything else is denied. @default nothing */
  uses: z.record(z.string(), z.string()).optional(),
  /** Hosts on the internet that it may call. @default none */
  egress: z.array(z.hostname()).optional(),
  /** @default none: reachable only by services that use it */
  routes: z.array(route).optional(),
  scaling: scaling.optional(),
  resources: resources.optional(),
  probes: probes.optional(),
  traffic: traffic.optional(),
  slo: serviceObjective.nullable().optional(),
  /** JSON for a service that speaks gRPC. @default none: only gRPC gets through */
  transcoding: transcoding.optional(),
  /** Settings of a GraphQL router, when the service is one. @default it is none */
  graphql: graphql.optional(),
  /**
   * Library whose circuit breakers and bulkheads the service carries: it gets their settings, one for each thing that it uses.
   * @default none: the mesh breaks alone (catalogue: ingress.circuit-breaker.half-open)
   */
  breakers: z.enum(["resilience4j"]).optional(),
  /** Names of secrets declared in `layers.security.secrets` that it reads. @default none */
  secrets: z.array(z.string()).optional(),
  /** Settings that are no secret. @default none */
  settings: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional(),
  /** Namespace of its own, named after this scope (catalogue: mesh.services.payment.pci-scope). @default the product's namespace */
  isolation: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,14}$/)
    .optional(),
  /** Time that a pod gets to finish what it has begun. @default "30s" */
  drain: duration.optional(),
});
export type Service = z.infer<typeof service>;
