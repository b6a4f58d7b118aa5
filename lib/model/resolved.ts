import { z } from "zod";
import { acknowledgement } from "./acknowledgement.ts";
import { layerSettings } from "./layers.ts";
import { objectives, owner, workload } from "./objectives.ts";
import { resources, route, scalingTrigger, service, traffic } from "./service.ts";
import { clientSettings } from "./settings/client.ts";
import { edgeSettings } from "./settings/edge.ts";
import { wafSettings } from "./settings/firewall.ts";
import { foundationSettings } from "./settings/foundation.ts";
import { ingressSettings } from "./settings/ingress.ts";
import { observabilitySettings } from "./settings/observability.ts";
import { secret } from "./settings/security.ts";
import {
  cacheStore,
  documentStore,
  graphStore,
  keyValueStore,
  memcachedStore,
  objectStore,
  relationalStore,
  searchStore,
  timeSeriesStore,
  wideColumnStore,
} from "./stores.ts";
import { eventStreamStream, fanOutStream, queueStream, rabbitmqStream, topicStream } from "./streams.ts";

/** A route with its defaults. */
export const resolvedRoute = route.required({ method: true, protocol: true, rateLimit: true, idempotencyKey: true });
export interface ResolvedRoute extends z.infer<typeof resolvedRoute> {}

/** A service with every default in place: what layers read. */
export const resolvedService = service
  .required({
    port: true,
    protocol: true,
    uses: true,
    egress: true,
    probes: true,
    secrets: true,
    settings: true,
    drain: true,
  })
  .extend({
    routes: z.array(resolvedRoute),
    scaling: z.strictObject({ min: z.int(), max: z.int(), on: scalingTrigger }),
    resources: resources.required(),
    probes: z.strictObject({ liveness: z.string(), readiness: z.string() }),
    traffic: traffic
      .required({ timeout: true, consecutiveErrors: true, maxConnections: true })
      .extend({ retries: z.strictObject({ attempts: z.int(), on: z.enum(["5xx", "idempotent"]) }) }),
  });
export interface ResolvedService extends z.infer<typeof resolvedService> {}

const classified = { classification: true } as const;
export const resolvedStore = z.discriminatedUnion("kind", [
  relationalStore.required({
    ...classified,
    engine: true,
    capacity: true,
    readers: true,
    extensions: true,
    global: true,
  }),
  keyValueStore.required({ ...classified, attributes: true, indexes: true, global: true }),
  cacheStore.required({ ...classified, ttl: true, shards: true, replicas: true, nodeType: true, notifications: true }),
  memcachedStore.required({ ...classified, ttl: true, nodes: true, nodeType: true }),
  objectStore.required({ ...classified, versioned: true, lifecycle: true, replicated: true, uploads: true }),
  searchStore.required({ ...classified, nodes: true, nodeType: true, storage: true }),
  documentStore.required({ ...classified, instances: true, nodeType: true }),
  graphStore.required({ ...classified, units: true, readers: true, global: true }),
  wideColumnStore.required(classified),
  timeSeriesStore.required({ ...classified, nodeType: true, storage: true }),
]);
export type ResolvedStore = z.infer<typeof resolvedStore>;
/** The resolved settings of one kind of store. */
export type StoreOf<K extends ResolvedStore["kind"]> = Extract<ResolvedStore, { kind: K }>;

export const resolvedStream = z.discriminatedUnion("kind", [
  topicStream.required({
    ...classified,
    topic: true,
    partitions: true,
    retention: true,
    compacted: true,
    deadLetters: true,
  }),
  eventStreamStream.required({ ...classified, retention: true }),
  queueStream.required({ ...classified, fifo: true, retention: true, visibility: true, attempts: true }),
  rabbitmqStream.required({ ...classified, attempts: true }),
  fanOutStream.required({
    ...classified,
    fifo: true,
    retention: true,
    visibility: true,
    attempts: true,
    filters: true,
  }),
]);
export type ResolvedStream = z.infer<typeof resolvedStream>;
/** The resolved settings of one kind of stream. */
export type StreamOf<K extends ResolvedStream["kind"]> = Extract<ResolvedStream, { kind: K }>;

const resolvedNodePool = z.strictObject({
  categories: z.array(z.string()),
  architecture: z.enum(["arm64", "amd64"]),
  capacity: z.enum(["spot", "on-demand"]),
  maxCpu: z.int(),
  gpu: z.boolean(),
});
export interface NodePool extends z.infer<typeof resolvedNodePool> {}

export const resolvedLayers = layerSettings.extend({
  foundation: foundationSettings
    .required({ networkPrefix: true, nat: true, clusterAdmins: true })
    .extend({ nodePools: z.record(z.string(), resolvedNodePool) }),
  client: clientSettings.required({ apps: true }),
  edge: edgeSettings.required({ staticAssets: true, priceClass: true }).extend({
    waf: wafSettings.required({
      mode: true,
      paranoia: true,
      atGateway: true,
      networks: true,
      refusedAddresses: true,
      groups: true,
      rules: true,
      exceptions: true,
    }),
  }),
  ingress: ingressSettings
    .required({ replicas: true, clientRateLimit: true, rateLimits: true, grpcWeb: true, globalLoadBalancer: true })
    .extend({
      loadBalancer: z.strictObject({
        reachableFrom: z.enum(["cdn", "internet"]),
        reservedCapacity: z.int().optional(),
      }),
    }),
  streaming: z.strictObject({
    kafka: z.strictObject({ brokersPerZone: z.int(), instanceType: z.string(), storage: z.int() }),
    rabbitmq: z.strictObject({ instanceType: z.string() }),
  }),
  observability: observabilitySettings.required({ logRetention: true }),
  delivery: z.strictObject({ repository: z.string().optional(), branch: z.string() }),
  security: z.strictObject({ secrets: z.record(z.string(), secret) }),
});

/** A blueprint in one environment and region, every default in place. */
export const resolvedBlueprint = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  owner,
  workload: workload.optional(),
  objectives: objectives.optional(),
  data: z.record(z.string(), resolvedStore),
  streams: z.record(z.string(), resolvedStream),
  services: z.record(z.string(), resolvedService),
  layers: resolvedLayers,
  acknowledgements: z.array(acknowledgement).optional(),
});
export interface ResolvedBlueprint extends z.infer<typeof resolvedBlueprint> {}
