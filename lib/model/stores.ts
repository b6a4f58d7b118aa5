import { z } from "zod";
import { duration } from "./quantities.ts";

/** How sensitive the data is; decides keys, backups, logging and who may read. */
export const classification = z.enum(["public", "internal", "confidential", "restricted"]);
export type Classification = z.infer<typeof classification>;

const attributeType = z.enum(["string", "number", "binary"]);

/** Aurora Serverless v2, PostgreSQL or MySQL (catalogue: data.postgres). */
export const relationalStore = z.strictObject({
  kind: z.literal("relational"),
  /** @default "internal" */
  classification: classification.optional(),
  /** @default "postgres" */
  engine: z.enum(["postgres", "mysql"]).optional(),
  /** Aurora capacity units (2 GiB of memory each), 0 to 256. @default by tier */
  capacity: z.strictObject({ min: z.number().min(0).max(256), max: z.number().min(1).max(256) }).optional(),
  /** Readers beside the writer, 0 to 15. @default by tier: none in dev, one in staging, two in prod */
  readers: z.int().min(0).max(15).optional(),
  /** Postgres extensions that migrations may create, such as `vector` or `postgis`. @default none */
  extensions: z.array(z.string()).optional(),
  /** A secondary cluster in every other region, written through the primary. @default true where a second region exists in prod */
  global: z.boolean().optional(),
});

/** DynamoDB on demand (catalogue: foundation.data.dynamodb). */
export const keyValueStore = z.strictObject({
  kind: z.literal("keyValue"),
  classification: classification.optional(),
  partitionKey: z.string(),
  /** @default none */
  sortKey: z.string().optional(),
  /** Types of key attributes that are not strings. @default every key is a string */
  attributes: z.record(z.string(), attributeType).optional(),
  /** Global secondary indexes by name. @default none */
  indexes: z
    .record(z.string(), z.strictObject({ partitionKey: z.string(), sortKey: z.string().optional() }))
    .optional(),
  /** Attribute that holds the expiry in epoch seconds. @default items do not expire */
  ttl: z.string().optional(),
  /** A replica in every region of the environment, all writable. @default false */
  global: z.boolean().optional(),
});

/** Valkey on ElastiCache, cluster mode (catalogue: data.redis). */
export const cacheStore = z.strictObject({
  kind: z.literal("cache"),
  classification: classification.optional(),
  /** `memcached` is a store of other settings: see {@link memcachedStore}. @default "valkey" */
  engine: z.literal("valkey").optional(),
  /** Default time to live that the services are told. @default "1h" */
  ttl: duration.optional(),
  /** Shards of the hash ring, 1 to 500. @default by tier */
  shards: z.int().min(1).max(500).optional(),
  /** Replicas per shard, 0 to 5. @default by tier: 0 in dev, 1 in staging, 2 in prod */
  replicas: z.int().min(0).max(5).optional(),
  /** @default by tier */
  nodeType: z.string().optional(),
  /** Keyspace notifications for expiry (catalogue: mesh.communication.pubsub). @default false */
  notifications: z.boolean().optional(),
  /**
   * Messages to many subscribers: one that reads too slowly is cut off before its backlog fills the cache. Subscribers use
   * sharded channels (SSUBSCRIBE), which stay on one shard. @default false (catalogue: ingress.websocket.fanout)
   */
  fanout: z.boolean().optional(),
});

/**
 * Memcached on ElastiCache (catalogue: foundation.data.memcached): objects that are made again when they are gone. It has no
 * replicas, notifications, users or encryption at rest, so nothing confidential or restricted may be in it.
 */
export const memcachedStore = z.strictObject({
  kind: z.literal("memcached"),
  engine: z.literal("memcached").optional(),
  /** `public` or `internal`. @default "internal" */
  classification: classification.optional(),
  /** Default time to live that the services are told. @default "1h" */
  ttl: duration.optional(),
  /** Nodes over the zones, 1 to 40, each with a share of the keys and billed by the hour. @default by tier: 1 in dev, 2 in staging, 3 in prod */
  nodes: z.int().min(1).max(40).optional(),
  /** @default by tier */
  nodeType: z.string().optional(),
});

/** An S3 bucket (catalogue: data.objectstore). */
export const objectStore = z.strictObject({
  kind: z.literal("object"),
  classification: classification.optional(),
  /** @default true */
  versioned: z.boolean().optional(),
  /** Days until objects move to infrequent access and to Glacier, and until they expire. @default 30, 90, never */
  lifecycle: z
    .strictObject({
      infrequentAccess: z.int().min(30).optional(),
      glacier: z.int().min(30).optional(),
      expire: z.int().min(1).optional(),
    })
    .optional(),
  /** Replicated to the next region of the environment. @default false */
  replicated: z.boolean().optional(),
  /** Browsers may upload with presigned URLs from the product's own domain. @default false */
  uploads: z.boolean().optional(),
});

/** An OpenSearch domain (catalogue: data.search). */
export const searchStore = z.strictObject({
  kind: z.literal("search"),
  classification: classification.optional(),
  /** Data nodes, a multiple of the zones. @default by tier */
  nodes: z.int().min(1).max(80).optional(),
  /** @default by tier */
  nodeType: z.string().optional(),
  /** Storage per node in GiB. @default 100 */
  storage: z.int().min(10).max(16_384).optional(),
});

/** A DocumentDB cluster (catalogue: foundation.data.mongodb). */
export const documentStore = z.strictObject({
  kind: z.literal("document"),
  classification: classification.optional(),
  /** Instances in all, 1 to 16. @default by tier */
  instances: z.int().min(1).max(16).optional(),
  /** @default by tier */
  nodeType: z.string().optional(),
});

/** Neptune Serverless, asked in openCypher, Gremlin or SPARQL (catalogue: foundation.data.graph). */
export const graphStore = z.strictObject({
  kind: z.literal("graph"),
  /** @default "internal" */
  classification: classification.optional(),
  /** Neptune capacity units (2 GiB of memory each), 1 to 128: about $0.16 an hour each. @default by tier: 1 to 2.5 in dev, 8 in staging, 64 in prod */
  units: z.strictObject({ min: z.number().min(1).max(128), max: z.number().min(2.5).max(128) }).optional(),
  /** Readers beside the writer, 0 to 15. @default by tier: none in dev, one in staging, two in prod */
  readers: z.int().min(0).max(15).optional(),
  /**
   * A follower in every other region, at most five, written through the primary: it costs as much as the primary does. Without
   * it every region has a graph of its own. @default false
   */
  global: z.boolean().optional(),
});

/** An Amazon Keyspaces keyspace with its tables (catalogue: foundation.data.cassandra). */
export const wideColumnStore = z.strictObject({
  kind: z.literal("wideColumn"),
  classification: classification.optional(),
  tables: z.record(
    z.string(),
    z.strictObject({
      columns: z.record(z.string(), z.string()),
      partitionKey: z.array(z.string()).min(1),
      clusteringKey: z.array(z.string()).optional(),
      /** @default rows do not expire */
      ttl: duration.optional(),
    }),
  ),
});

/** A Timestream for InfluxDB instance (catalogue: foundation.data.influx). */
export const timeSeriesStore = z.strictObject({
  kind: z.literal("timeSeries"),
  classification: classification.optional(),
  /** @default "db.influx.medium" */
  nodeType: z.string().optional(),
  /** Storage in GiB, 20 to 16384. @default 100 */
  storage: z.int().min(20).max(16_384).optional(),
});

export const store = z.discriminatedUnion("kind", [
  relationalStore,
  keyValueStore,
  cacheStore,
  memcachedStore,
  objectStore,
  searchStore,
  documentStore,
  graphStore,
  wideColumnStore,
  timeSeriesStore,
]);
export type Store = z.infer<typeof store>;
export type StoreKind = Store["kind"];

type Settings<S extends { kind: string }> = Omit<S, "kind">;
export interface RelationalStore extends z.infer<typeof relationalStore> {}
export interface KeyValueStore extends z.infer<typeof keyValueStore> {}
export interface CacheStore extends z.infer<typeof cacheStore> {}
export interface MemcachedStore extends z.infer<typeof memcachedStore> {}
export interface ObjectStore extends z.infer<typeof objectStore> {}
export interface SearchStore extends z.infer<typeof searchStore> {}
export interface DocumentStore extends z.infer<typeof documentStore> {}
export interface GraphStore extends z.infer<typeof graphStore> {}
export interface WideColumnStore extends z.infer<typeof wideColumnStore> {}
export interface TimeSeriesStore extends z.infer<typeof timeSeriesStore> {}

/** A relational database: Aurora PostgreSQL or MySQL, Serverless v2. Its own cluster: about $45 a month at 0.5 capacity units. */
export const relational = (settings: Settings<RelationalStore> = {}): RelationalStore => ({
  kind: "relational",
  ...settings,
});
/** A key-value table: DynamoDB, billed per request. */
export const keyValue = (settings: Settings<KeyValueStore>): KeyValueStore => ({ kind: "keyValue", ...settings });
type MemcachedSettings = Settings<MemcachedStore> & { readonly engine: "memcached" };
/** A shared cache: Valkey in cluster mode, or Memcached, which knows less and costs as much. Billed per node and hour. */
export function cache(settings?: Settings<CacheStore>): CacheStore;
export function cache(settings: MemcachedSettings): MemcachedStore;
export function cache(settings: Settings<CacheStore> | MemcachedSettings = {}): CacheStore | MemcachedStore {
  return settings.engine === "memcached" ? { kind: "memcached", ...settings } : { kind: "cache", ...settings };
}
/** An object store: an S3 bucket. */
export const object = (settings: Settings<ObjectStore> = {}): ObjectStore => ({ kind: "object", ...settings });
/** A search index: an OpenSearch domain. Billed per node and hour. */
export const search = (settings: Settings<SearchStore> = {}): SearchStore => ({ kind: "search", ...settings });
/** A document database: DocumentDB, compatible with MongoDB drivers. */
export const document = (settings: Settings<DocumentStore> = {}): DocumentStore => ({ kind: "document", ...settings });
/** A graph: Neptune Serverless, with IAM. Its own cluster: about $115 a month at one capacity unit. */
export const graph = (settings: Settings<GraphStore> = {}): GraphStore => ({ kind: "graph", ...settings });
/** A wide-column store: Amazon Keyspaces, compatible with Cassandra drivers. */
export const wideColumn = (settings: Settings<WideColumnStore>): WideColumnStore => ({
  kind: "wideColumn",
  ...settings,
});
/** A time series database: Timestream for InfluxDB. */
export const timeSeries = (settings: Settings<TimeSeriesStore> = {}): TimeSeriesStore => ({
  kind: "timeSeries",
  ...settings,
});

/** What a service may do with a store. */
export const storeVerbs = ["read", "write", "read-write"] as const;
export type StoreVerb = (typeof storeVerbs)[number];

/** Stores that cannot tell a writer from a reader take no bare `write`. */
export const verbsOfStore: Readonly<Record<StoreKind, readonly StoreVerb[]>> = {
  relational: ["read", "read-write"],
  keyValue: storeVerbs,
  cache: ["read", "read-write"],
  memcached: ["read-write"],
  object: storeVerbs,
  search: storeVerbs,
  document: ["read", "read-write"],
  graph: storeVerbs,
  wideColumn: storeVerbs,
  timeSeries: ["read-write"],
};

/** The verbs of one kind of store, for the compiler. */
export type VerbOf<S extends { kind: string }> = S["kind"] extends "timeSeries" | "memcached"
  ? "read-write"
  : S["kind"] extends "relational" | "cache" | "document"
    ? "read" | "read-write"
    : StoreVerb;
