import type { Coverage, CoveredFact } from "./coverage.ts";

/** A tile of the master diagram, and the components or facts of the catalogue that say what it has to be. */
interface Tile {
  readonly name: string;
  readonly of: readonly string[];
}

/** What is said of a tile: where the output has it, or why it has not. */
export interface InventoryRow {
  readonly section: string;
  readonly tile: string;
  /** Facts in the output or derived, of all facts of the tile that can be. */
  readonly done: number;
  readonly facts: number;
  /** A place in the output; why there is none otherwise. */
  readonly where: string;
}

const tiles = (rows: Readonly<Record<string, readonly string[]>>): readonly Tile[] =>
  Object.entries(rows).map(([name, of]) => ({ name, of }));

/** The master diagram by section. Catalogue: foundation.inventory. */
export const INVENTORY: Readonly<Record<string, readonly Tile[]>> = {
  client: tiles({
    "Web browser": ["client.web"],
    "iOS app": ["client.ios", "client.push", "client.auth"],
    "Android app": ["client.android", "client.push", "client.auth"],
    Desktop: ["client.desktop"],
    "IoT / devices": ["client.iot"],
    "3rd-party API": ["client.partner-api"],
    "AR / VR": ["client.xr"],
    Wearables: ["client.wearables"],
  }),
  edge: tiles({
    "DDoS shield": ["edge.ddos", "edge.ddos-matrix"],
    "CDN / edge": ["edge.cdn"],
    GeoDNS: ["edge.dns"],
    WAF: ["edge.waf", "edge.waf-categories"],
    "Edge workers": ["edge.workers"],
    "TLS termination": ["edge.tls", "edge.pki"],
    "Bot management": ["edge.bots"],
    "Static cache": ["edge.static-cache"],
  }),
  ingress: tiles({
    "Global load balancer": ["ingress.glb", "ingress.lb-algorithms"],
    "API gateway": ["ingress.gateway", "ingress.routing-table"],
    "Auth / IAM": ["ingress.auth", "ingress.pkce-flow"],
    "Rate limiter": ["ingress.rate-limiter", "ingress.rate-strategies"],
    "WebSocket gateway": ["ingress.websocket"],
    "GraphQL federation": ["ingress.graphql"],
    "Circuit breaker": ["ingress.circuit-breaker"],
    "gRPC proxy": ["ingress.grpc"],
  }),
  microservices: tiles({
    user: ["mesh.services.user"],
    content: ["mesh.services.content"],
    notification: ["mesh.services.notification"],
    payment: ["mesh.services.payment"],
    messaging: ["mesh.services.messaging", "mesh.traffic-rules.messaging"],
    search: ["mesh.services.search"],
    file: ["mesh.services.file"],
    geo: ["mesh.services.geo"],
    recommendation: ["mesh.services.recommendation"],
    analytics: ["mesh.services.analytics"],
    "order-cart": ["mesh.services.order"],
    "config-flags": ["mesh.services.config-flags"],
  }),
  streaming: tiles({
    "Apache Kafka": ["streaming.kafka", "streaming.kafka-cluster", "streaming.topics"],
    "Apache Flink": ["streaming.flink"],
    RabbitMQ: ["foundation.async.rabbitmq"],
    Temporal: ["streaming.temporal"],
    "AWS SQS / SNS": ["foundation.async.sqs-sns"],
    Spark: ["foundation.async.spark", "analytics.spark"],
  }),
  observability: tiles({
    "Prometheus + Grafana": ["observability.metrics", "observability.slo"],
    "Distributed tracing": ["observability.tracing"],
    "Log aggregation": ["observability.logs"],
    "Incident management": ["foundation.observability.incidents", "observability.incident"],
  }),
  devops: tiles({
    Kubernetes: ["foundation.devops.kubernetes", "delivery.kubernetes"],
    "CI/CD": ["foundation.devops.cicd", "delivery.ci", "delivery.gitops"],
    IaC: ["foundation.devops.iac", "delivery.iac"],
  }),
  security: tiles({
    "Secret manager": ["foundation.security.secrets", "security.secrets"],
    "SIEM / SOC": ["security.siem", "security.soc"],
    Encryption: ["foundation.security.encryption", "security.encryption"],
    Compliance: ["security.compliance"],
    "Zero trust network": ["foundation.targets.zero-trust", "security.zerotrust"],
  }),
  ai: tiles({
    "LLM inference": ["ai.llm"],
    "Feature store": ["ai.features"],
    "ML pipeline": ["ai.orchestration"],
  }),
  data: tiles({
    "Redis Cluster": ["foundation.data.redis", "data.redis"],
    Memcached: ["foundation.data.memcached"],
    PostgreSQL: ["foundation.data.postgres", "data.postgres"],
    CockroachDB: ["data.newsql.cockroach"],
    "Aurora MySQL": ["foundation.data.aurora-mysql"],
    Cassandra: ["data.cassandra"],
    DynamoDB: ["foundation.data.dynamodb"],
    MongoDB: ["data.mongodb"],
    "Neptune / Neo4j": ["foundation.data.graph"],
    InfluxDB: ["foundation.data.influx"],
    "Object storage": ["foundation.data.object-store", "data.objectstore"],
    "Snowflake / BigQuery": ["analytics.warehouse"],
    Lakehouse: ["analytics.medallion"],
  }),
  platform: tiles({
    "ETL / ELT": ["analytics.ingestion", "analytics.dbt"],
    "BI dashboards": ["analytics.bi"],
    "Real-time OLAP": ["analytics.realtime"],
    "A/B testing": ["delivery.flags.experiments"],
    "Data catalog": ["analytics.governance"],
    CDP: ["foundation.platform.cdp"],
    "Data privacy": ["analytics.governance.gdpr", "analytics.governance.pii-tagging", "security.compliance.privacy"],
    "Backup & DR": ["data.backup", "data.failover"],
  }),
};

/** Facts of a component, or the one fact of that id. */
export const factsOf = <F extends Pick<CoveredFact, "id" | "component">>(facts: readonly F[], name: string): F[] =>
  facts.filter(({ id, component }) => id === name || component === name);

/** The master diagram, tile by tile. */
export const inventoryOf = ({ facts }: Pick<Coverage, "facts">): InventoryRow[] =>
  Object.entries(INVENTORY).flatMap(([section, all]) =>
    all.map(({ name, of }): InventoryRow => {
      const own = of.flatMap((one) => factsOf(facts, one));
      const expressible = own.filter(({ status }) => status !== "guidance");
      const done = expressible.filter(({ status }) => status === "encoded" || status === "derived");
      return { section, tile: name, done: done.length, facts: expressible.length, where: whereOf(own) };
    }),
  );

function whereOf(facts: readonly CoveredFact[]): string {
  const [address] = facts.flatMap(({ addresses }) => addresses);
  if (address !== undefined) return address;
  const derived = facts.find(({ status }) => status === "derived");
  if (derived?.reason !== undefined) return derived.reason;
  const open = facts.find(({ status }) => status === "open");
  if (open !== undefined) return `not yet: ${open.id}`;
  const left = facts.find(({ reason }) => reason !== undefined);
  return `not in the output: ${left?.reason ?? "no fact says what it is"}`;
}
