import { blueprint } from "../../lib/index.ts";
import { client, clientSecrets } from "./client.ts";
import { edge, everyRule, insidersOnly, prodEdge } from "./edge.ts";
import { anycast, countedTogether, ingress } from "./ingress.ts";
import { services } from "./services.ts";
import { data, streams } from "./state.ts";

/** Timestream for InfluxDB is not offered here: funnels stay in the lake. */
const withoutTimeSeries = { data: { funnels: null }, services: { analytics: { uses: { funnels: null } } } } as const;

/**
 * The reference architecture: a platform in ten regions, and the product whose figures the catalogue records.
 * Catalogue: foundation.regions.list, mesh.services, ingress.routing-table, streaming.topics, observability.slos.
 */
export default blueprint({
  name: "reference",
  description: "The twelve-layer reference architecture",
  owner: { team: "platform", costCenter: "1000", pager: "platform-primary" },
  workload: {
    dailyActiveUsers: 10_000_000_000,
    peakRequestsPerSecond: 5_000_000,
    readWriteRatio: 10,
    messagesPerSecond: { peak: 2_000_000, stretch: 100_000_000 },
    storedData: "10EB",
  },
  objectives: { availability: 99.99, entryAvailability: 99.999, p99: "50ms", rto: "1m", rpo: "30s", regions: 50 },

  data,
  streams,
  services,

  // The routing table, row by row. The row for /health and /metrics is internal: every service has it, no gateway does.
  routes: [
    {
      method: "GET",
      path: "/api/v2/users/{id}",
      to: "user",
      auth: "jwt",
      scopes: ["profile"],
      rateLimit: "1000/min",
      cache: "60s",
    },
    {
      method: "POST",
      path: "/api/v2/orders",
      to: "order",
      auth: "jwt+mfa",
      rateLimit: "100/min",
      idempotencyKey: true,
    },
    { method: "GET", path: "/api/v2/search", to: "search", auth: "api-key", rateLimit: "500/min", cache: "10s" },
    { method: "GET", path: "/ws/v2/chat", to: "messaging", auth: "jwt", protocol: "websocket" },
    {
      method: "POST",
      path: "/api/v2/payments",
      to: "payment",
      auth: "jwt+mfa",
      rateLimit: "20/min",
      idempotencyKey: true,
    },
    {
      method: "POST",
      path: "/graphql",
      to: "apollo-gateway",
      auth: "jwt",
      rateLimit: { rate: "200/min", strategy: "token-bucket" },
      protocol: "graphql",
    },
    // What the table does not show: the version before, which a part of its callers leaves already; a way around networks that
    // block sockets; and a stream. Catalogue: ingress.gateway.versioning, ingress.websocket.fallback, ingress.grpc.streaming.
    {
      method: "GET",
      path: "/api/v1/search",
      to: "search-v1",
      auth: "api-key",
      rateLimit: "100/min",
      cache: "10s",
      transform: {
        path: "/api/v2/search",
        request: { set: { "x-api-version": "1" } },
        response: { remove: ["server", "x-powered-by"] },
      },
      deprecated: { since: "2026-09-01", sunset: "2027-09-01", successor: "/api/v2/search" },
      split: { search: 30 },
    },
    { method: "GET", path: "/sse/v2/chat", to: "messaging", auth: "jwt", protocol: "sse" },
    {
      method: "POST",
      path: "/partners/graphql",
      to: "apollo-gateway",
      host: "partners-api",
      auth: "api-key",
      protocol: "graphql",
      transform: { path: "/graphql" },
    },
    {
      method: "POST",
      path: "/reference.geo.v1.Positions/*",
      to: "geo",
      auth: "jwt",
      protocol: "grpc",
      streaming: true,
    },
  ],

  layers: {
    foundation: { nodePools: { general: {}, gpu: { gpu: true, maxCpu: 2000 } } },
    client,
    edge,
    ingress,
    analytics: { profiles: { services: ["analytics"] } },
    delivery: { repository: "example/reference" },
    security: {
      secrets: {
        "payment-providers": { description: "API keys of Stripe, Adyen and PayPal" },
        "message-providers": { description: "API keys of SendGrid, Twilio and Firebase" },
        "api-keys": { description: "API keys of partners, one field for each" },
        graphos: { description: "Key by which GraphOS knows the router" },
        ...clientSecrets,
      },
    },
  },

  environments: {
    dev: {
      account: "reference-dev",
      tier: "dev",
      regions: { "us-east-1": "primary" },
      overrides: { layers: { edge: insidersOnly, ingress: countedTogether } },
    },
    staging: {
      account: "reference-staging",
      tier: "staging",
      regions: { "us-east-1": "primary" },
      overrides: { layers: { edge: everyRule, ingress: anycast } },
    },
    prod: {
      account: "reference-prod",
      tier: "prod",
      overrides: { layers: { edge: prodEdge, ingress: { loadBalancer: { reservedCapacity: 8250 } } } },
      regions: {
        "us-east-1": "primary",
        "us-west-2": "active",
        "eu-west-1": "active",
        "eu-central-1": "active",
        "ap-southeast-1": "active",
        "ap-northeast-1": "active",
        "ap-south-1": "active",
        "me-south-1": { role: "active", overrides: withoutTimeSeries },
        "sa-east-1": "active",
        "af-south-1": { role: "active", overrides: withoutTimeSeries },
      },
    },
  },
});
