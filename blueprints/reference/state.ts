import {
  cache,
  document,
  eventStream,
  fanOut,
  graph,
  keyValue,
  object,
  queue,
  relational,
  search,
  timeSeries,
  topic,
  wideColumn,
} from "../../lib/index.ts";

/** Stores of the reference product. Catalogue: mesh.services.<service>.stores. */
export const data = {
  users: relational({ classification: "confidential" }),
  profiles: cache(),
  identities: relational({ classification: "restricted" }),
  sessions: cache({ ttl: "15m" }),
  articles: relational(),
  pages: cache({ engine: "memcached", classification: "public", ttl: "5m" }),
  drafts: document(),
  ledgers: relational({ classification: "restricted" }),
  messages: wideColumn({
    classification: "restricted",
    tables: {
      messages: {
        columns: { room: "text", sent: "timeuuid", sender: "text", body: "blob" },
        partitionKey: ["room"],
        clusteringKey: ["sent"],
      },
    },
  }),
  presence: cache({ notifications: true }),
  realtime: cache({ fanout: true }),
  files: relational({ engine: "mysql", classification: "confidential" }),
  uploads: object({ classification: "confidential", uploads: true, replicated: true }),
  places: relational({ extensions: ["postgis"] }),
  positions: cache(),
  features: cache(),
  social: graph({ classification: "confidential" }),
  orders: relational({ classification: "confidential" }),
  carts: cache(),
  flags: keyValue({ partitionKey: "flag", sortKey: "version", global: true }),
  documents: search(),
  funnels: timeSeries(),
};

/** The critical topics. Catalogue: streaming.topics.table. */
export const streams = {
  "user-events": topic({ partitions: 64, owner: "user" }),
  "order-commands": topic({ partitions: 32 }),
  "payment-events": topic({ partitions: 16, classification: "restricted" }),
  "notification-fanout": topic({ partitions: 24, owner: "notification" }),
  "audit-log": topic({ partitions: 8, compacted: true, owner: "auth" }),
  previews: queue({ engine: "rabbitmq" }),
  "file-events": fanOut({ fifo: true, filters: { content: { kind: ["image", "video"] } } }),
  "cdc-orders": topic({ partitions: 8, topic: "cdc.postgres.orders", owner: "order" }),
  // What devices measure. Catalogue: client.iot.ingest.
  "device-readings": eventStream({ retention: "7d" }),
};
