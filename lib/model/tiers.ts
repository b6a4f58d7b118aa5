import type { Tier } from "./environment.ts";
import { isJsonObject, type Json, type JsonObject } from "./merge.ts";

/** What a tier gives to every service, store and layer that does not say otherwise. */
interface TierDefaults {
  readonly zones: number;
  readonly replicas: number;
  readonly service: JsonObject;
  readonly store: Readonly<Record<string, JsonObject>>;
  readonly stream: Readonly<Record<string, JsonObject>>;
  readonly layers: JsonObject;
}

const serviceDefaults = (replicas: number): JsonObject => ({
  port: 8080,
  protocol: "http",
  uses: {},
  egress: [],
  routes: [],
  scaling: { min: replicas, on: {} },
  resources: { cpu: "250m", memory: "512Mi", gpu: 0 },
  probes: { liveness: "/healthz", readiness: "/readyz" },
  // catalogue: mesh.istio-resilience.timeout, mesh.istio-resilience.retries
  traffic: { timeout: "2s", retries: { attempts: 3, on: "5xx" }, consecutiveErrors: 5, maxConnections: 10_000 },
  secrets: [],
  settings: {},
  drain: "30s",
});

const streamDefaults: Readonly<Record<string, JsonObject>> = {
  // catalogue: streaming.kafka-cluster.partitions, streaming.kafka-cluster.hot
  topic: { classification: "internal", partitions: 24, retention: "7d", compacted: false, deadLetters: true },
  eventStream: { classification: "internal", retention: "24h" },
  queue: { classification: "internal", fifo: false, retention: "4d", visibility: "30s", attempts: 5 },
  rabbitmq: { classification: "internal", attempts: 5 },
  fanOut: {
    classification: "internal",
    fifo: false,
    retention: "4d",
    visibility: "30s",
    attempts: 5,
    filters: {},
  },
};

const storeDefaults = (sizes: {
  capacity: JsonObject;
  readers: number;
  cache: JsonObject;
  memcached: JsonObject;
  search: JsonObject;
  document: JsonObject;
  graph: JsonObject;
  global: boolean;
}): Readonly<Record<string, JsonObject>> => ({
  relational: {
    classification: "internal",
    engine: "postgres",
    capacity: sizes.capacity,
    readers: sizes.readers,
    extensions: [],
    global: sizes.global,
  },
  keyValue: { classification: "internal", attributes: {}, indexes: {}, global: false },
  cache: { classification: "internal", ttl: "1h", notifications: false, ...sizes.cache },
  memcached: { classification: "internal", ttl: "1h", ...sizes.memcached },
  object: {
    classification: "internal",
    versioned: true,
    lifecycle: { infrequentAccess: 30, glacier: 90 },
    replicated: false,
    uploads: false,
  },
  search: { classification: "internal", storage: 100, ...sizes.search },
  document: { classification: "internal", ...sizes.document },
  graph: { classification: "internal", readers: sizes.readers, global: false, ...sizes.graph },
  wideColumn: { classification: "internal" },
  timeSeries: { classification: "internal", nodeType: "db.influx.medium", storage: 100 },
});

/** How many requests an address may send follows from the routes: see `requestsPerAddress`. */
const firewall: JsonObject = {
  mode: "block",
  paranoia: 2,
  atGateway: false,
  networks: {},
  refusedAddresses: false,
  groups: [],
  rules: [],
  exceptions: [],
};

const TIERS: Readonly<Record<Tier, TierDefaults>> = {
  dev: {
    zones: 3,
    replicas: 1,
    service: serviceDefaults(1),
    store: storeDefaults({
      capacity: { min: 0.5, max: 2 },
      readers: 0,
      cache: { shards: 1, replicas: 0, nodeType: "cache.t4g.small" },
      memcached: { nodes: 1, nodeType: "cache.t4g.small" },
      search: { nodes: 1, nodeType: "t3.small.search" },
      document: { instances: 1, nodeType: "db.t4g.medium" },
      graph: { units: { min: 1, max: 2.5 } },
      global: false,
    }),
    stream: streamDefaults,
    layers: {
      foundation: {
        networkPrefix: 18,
        nat: "single",
        clusterAdmins: [],
        nodePools: { general: { capacity: "spot", maxCpu: 64 } },
      },
      client: { apps: {} },
      edge: {
        waf: firewall,
        staticAssets: false,
        priceClass: "PriceClass_100",
      },
      ingress: {
        replicas: { min: 1, max: 3 },
        clientRateLimit: "6000/min",
        rateLimits: { store: "pod" },
        grpcWeb: false,
        globalLoadBalancer: "dns",
        loadBalancer: { reachableFrom: "cdn" },
      },
      streaming: {
        kafka: { brokersPerZone: 1, instanceType: "kafka.t3.small", storage: 50 },
        rabbitmq: { instanceType: "mq.t3.micro" },
      },
      observability: { logRetention: 7 },
      delivery: { branch: "main" },
      security: { secrets: {} },
    },
  },
  staging: {
    zones: 3,
    replicas: 2,
    service: serviceDefaults(2),
    store: storeDefaults({
      capacity: { min: 0.5, max: 8 },
      readers: 1,
      cache: { shards: 1, replicas: 1, nodeType: "cache.t4g.medium" },
      memcached: { nodes: 2, nodeType: "cache.t4g.medium" },
      search: { nodes: 3, nodeType: "t3.medium.search" },
      document: { instances: 2, nodeType: "db.t4g.medium" },
      graph: { units: { min: 1, max: 8 } },
      global: false,
    }),
    stream: streamDefaults,
    layers: {
      foundation: {
        networkPrefix: 18,
        nat: "single",
        clusterAdmins: [],
        nodePools: { general: { capacity: "on-demand", maxCpu: 256 } },
      },
      client: { apps: {} },
      edge: {
        waf: firewall,
        staticAssets: false,
        priceClass: "PriceClass_100",
      },
      ingress: {
        replicas: { min: 2, max: 6 },
        clientRateLimit: "6000/min",
        rateLimits: { store: "pod" },
        grpcWeb: false,
        globalLoadBalancer: "dns",
        loadBalancer: { reachableFrom: "cdn" },
      },
      streaming: {
        kafka: { brokersPerZone: 1, instanceType: "kafka.m7g.large", storage: 200 },
        rabbitmq: { instanceType: "mq.m7g.medium" },
      },
      observability: { logRetention: 14 },
      delivery: { branch: "main" },
      security: { secrets: {} },
    },
  },
  prod: {
    zones: 3,
    replicas: 3,
    service: serviceDefaults(3),
    store: storeDefaults({
      capacity: { min: 2, max: 64 },
      readers: 2,
      cache: { shards: 3, replicas: 2, nodeType: "cache.m7g.large" },
      memcached: { nodes: 3, nodeType: "cache.m7g.large" },
      search: { nodes: 3, nodeType: "m7g.large.search" },
      document: { instances: 3, nodeType: "db.r6g.large" },
      graph: { units: { min: 2.5, max: 64 } },
      global: true,
    }),
    stream: streamDefaults,
    layers: {
      foundation: {
        networkPrefix: 16,
        nat: "per-zone",
        clusterAdmins: [],
        nodePools: { general: { capacity: "on-demand", maxCpu: 4000 } },
      },
      client: { apps: {} },
      edge: {
        waf: firewall,
        staticAssets: false,
        priceClass: "PriceClass_All",
      },
      ingress: {
        replicas: { min: 3, max: 60 },
        clientRateLimit: "6000/min",
        rateLimits: { store: "pod" },
        grpcWeb: false,
        globalLoadBalancer: "dns",
        loadBalancer: { reachableFrom: "cdn" },
      },
      streaming: {
        kafka: { brokersPerZone: 3, instanceType: "kafka.m7g.xlarge", storage: 1000 },
        rabbitmq: { instanceType: "mq.m7g.large" },
      },
      observability: { logRetention: 30 },
      delivery: { branch: "main" },
      security: { secrets: {} },
    },
  },
};

/** Availability zones that a tier spreads over. Prod never has fewer than three. */
export const zonesOf = (tier: Tier): number => TIERS[tier].zones;

/** Replicas of a service or store that a tier has at least, unless something else is said. */
export const replicasOf = (tier: Tier): number => TIERS[tier].replicas;

/** The defaults of a tier for the services, stores and streams that a blueprint has. */
export function tierDefaults(tier: Tier, blueprint: JsonObject): JsonObject {
  const defaults = TIERS[tier];
  const each = (members: Json | undefined, of: (member: JsonObject) => JsonObject): JsonObject =>
    isJsonObject(members)
      ? Object.fromEntries(
          Object.entries(members).flatMap(([name, member]) => (isJsonObject(member) ? [[name, of(member)]] : [])),
        )
      : {};
  const byKind = (table: Readonly<Record<string, JsonObject>>) => (member: JsonObject) =>
    table[String(member["kind"])] ?? {};
  return {
    data: each(blueprint["data"], byKind(defaults.store)),
    streams: each(blueprint["streams"], byKind(defaults.stream)),
    services: each(blueprint["services"], () => defaults.service),
    layers: defaults.layers,
  };
}

/** The most that blueprint and forks may ask for in a tier; `*` stands for every name. */
const CEILINGS: Readonly<Record<Tier | "standby", readonly (readonly [path: string, most: number])[]>> = {
  dev: [
    ["services.*.scaling.min", 1],
    ["services.*.scaling.max", 3],
    ["data.*.capacity.min", 0.5],
    ["data.*.capacity.max", 4],
    ["data.*.units.min", 1],
    ["data.*.units.max", 4],
    ["data.*.readers", 0],
    ["data.*.shards", 1],
    ["data.*.replicas", 0],
    ["data.*.nodes", 1],
    ["data.*.instances", 1],
    ["layers.ingress.replicas.min", 1],
    ["layers.ingress.replicas.max", 3],
    ["layers.streaming.kafka.brokersPerZone", 1],
    ["layers.streaming.kafka.storage", 100],
  ],
  staging: [
    ["services.*.scaling.min", 2],
    ["services.*.scaling.max", 10],
    ["data.*.capacity.max", 16],
    ["data.*.units.max", 16],
    ["data.*.readers", 1],
    ["data.*.shards", 2],
    ["data.*.replicas", 1],
    ["data.*.nodes", 3],
    ["data.*.instances", 2],
    ["layers.ingress.replicas.min", 2],
    ["layers.ingress.replicas.max", 10],
    ["layers.streaming.kafka.brokersPerZone", 1],
    ["layers.streaming.kafka.storage", 500],
  ],
  prod: [],
  // A standby region keeps all data and just enough pods to take traffic while its autoscalers wake up.
  standby: [
    ["services.*.scaling.min", 2],
    ["data.*.capacity.min", 0.5],
    ["data.*.units.min", 1],
    ["layers.ingress.replicas.min", 2],
  ],
};

/** Leaves above the ceiling of a tier, or of a region that stands by, with the most that it allows. */
export function ceilingsOf(
  tier: Tier | "standby",
  data: JsonObject,
): readonly { readonly path: readonly string[]; readonly most: number }[] {
  return CEILINGS[tier].flatMap(([pattern, most]) =>
    matches(data, pattern.split("."))
      .filter(({ value }) => typeof value === "number" && value > most)
      .map(({ path }) => ({ path, most })),
  );
}

function matches(data: Json | undefined, pattern: readonly string[]): { path: readonly string[]; value: Json }[] {
  const [head, ...rest] = pattern;
  if (head === undefined) return data === undefined ? [] : [{ path: [], value: data }];
  if (!isJsonObject(data)) return [];
  const keys = head === "*" ? Object.keys(data) : [head];
  return keys.flatMap((key) => matches(data[key], rest).map(({ path, value }) => ({ path: [key, ...path], value })));
}
