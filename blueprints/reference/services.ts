import { userDescriptor } from "./user-api.ts";

/** What partners may ask, below a path: a sandbox takes the same. */
const partnerRoutes = (base: "/partners" | "/partners-sandbox") =>
  [
    { method: "GET", path: `${base}/catalogue/{id}`, host: "partners-api", auth: "api-key" },
    { method: "GET", path: `${base}/search`, host: "partners-api", auth: "api-key" },
    { method: "GET", path: `${base}/orders/{id}`, host: "partners-api", auth: "api-key" },
    { method: "POST", path: `${base}/orders`, host: "partners-api", auth: "api-key", idempotencyKey: true },
  ] as const;

/**
 * The catalogue's thirteen services, the router of the GraphQL row, and the search of the API's first version. Catalogue: mesh.services, mesh.traffic-rules.
 * What the catalogue leaves open takes the layers' defaults.
 */
export const services = {
  user: {
    image: "reference/user",
    language: "Go 1.23",
    protocol: "grpc",
    transcoding: { services: ["reference.user.v1.Users"], descriptor: userDescriptor },
    uses: { users: "read-write", profiles: "read-write", "user-events": "produce", "audit-log": "produce" },
    // Apps speak to it without the router of GraphQL. Catalogue: client.protocols.grpc-edge.
    routes: [
      { method: "POST", path: "/reference.user.v2.Users/*", auth: "jwt", protocol: "grpc", rateLimit: "1000/min" },
    ],
    scaling: { min: 5, max: 50, on: { cpu: 70 } },
    traffic: { timeout: "2s", retries: { attempts: 3, on: "5xx" }, consecutiveErrors: 5 },
    slo: { availability: 99.95 },
  },
  auth: {
    image: "reference/auth",
    language: "Rust",
    uses: { identities: "read-write", sessions: "read-write", user: "call", "audit-log": "produce" },
    // Not in the routing table, which begins behind the login: the firewall watches both.
    routes: [
      { method: "POST", path: "/api/v2/login", auth: "none", rateLimit: "20/min" },
      {
        method: "POST",
        path: "/api/v2/accounts",
        auth: "none",
        rateLimit: { rate: "20/min", strategy: "leaky-bucket" },
      },
    ],
    scaling: { min: 4, max: 30, on: { cpu: 60 } },
    slo: { availability: 99.95 },
  },
  content: {
    image: "reference/content",
    language: "Java 21 / Spring Boot",
    breakers: "resilience4j",
    uses: { articles: "read-write", drafts: "read-write", pages: "read-write", "file-events": "consume" },
    scaling: { min: 5, max: 60, on: { requestsPerSecond: 200 } },
    resources: { cpu: "500m", memory: "1Gi" },
    slo: { availability: 99.95 },
  },
  notification: {
    image: "reference/notification",
    language: "Node.js / BullMQ",
    uses: { "notification-fanout": "consume" },
    egress: ["api.sendgrid.com", "api.twilio.com", "fcm.googleapis.com"],
    secrets: ["message-providers", "web-push-keys"],
    // 24 is the number of partitions: more consumers than that would have nothing to read.
    scaling: { min: 5, max: 24, on: { lag: { stream: "notification-fanout", threshold: 100 } } },
    traffic: { timeout: "10s", retries: { attempts: 3, on: "5xx" }, consecutiveErrors: 5 },
    slo: { availability: 99.95 },
  },
  payment: {
    image: "reference/payment",
    language: "Java 21",
    isolation: "pci",
    breakers: "resilience4j",
    uses: { ledgers: "read-write", "payment-events": "produce", "audit-log": "produce" },
    egress: ["api.stripe.com", "checkout-live.adyen.com", "api.paypal.com"],
    secrets: ["payment-providers"],
    scaling: { min: 4, max: 20, on: { cpu: 70 } },
    resources: { cpu: "500m", memory: "1Gi" },
    traffic: { timeout: "5s", retries: { attempts: 1, on: "idempotent" }, consecutiveErrors: 2 },
    slo: { availability: 99.99 },
  },
  messaging: {
    image: "reference/messaging",
    language: "Erlang / OTP",
    uses: {
      messages: "read-write",
      presence: "read-write",
      realtime: "read-write",
      "notification-fanout": "produce",
    },
    scaling: { min: 10, max: 100, on: { connections: 100_000 } },
    resources: { cpu: "1", memory: "4Gi" },
    traffic: {
      timeout: "30s",
      retries: { attempts: 0 },
      consecutiveErrors: 5,
      stickyHeader: "x-user-id",
      maxConnections: 10_000_000,
    },
    slo: { availability: 99.9, window: "7d" },
    drain: "5m",
  },
  search: {
    image: "reference/search",
    language: "Python",
    uses: { documents: "read-write", "user-events": "consume", "file-events": "consume", social: "read" },
    traffic: { timeout: "1s", retries: { attempts: 3, on: "5xx" }, consecutiveErrors: 10 },
    slo: { availability: 99.9, latency: { p95: "500ms", target: 99.9 } },
  },
  "search-v1": {
    image: "reference/search-v1",
    language: "Python",
    uses: { documents: "read" },
    traffic: { timeout: "1s", retries: { attempts: 3, on: "5xx" }, consecutiveErrors: 10 },
    slo: { availability: 99.9 },
  },
  file: {
    image: "reference/file",
    language: "Go",
    // Images in the size and format that is asked for. Catalogue: edge.workers.images.
    routes: [{ path: "/img/*", auth: "none", cache: "1d" }],
    uses: { uploads: "read-write", files: "read-write", previews: "produce-consume", "file-events": "produce" },
    scaling: { min: 4, max: 30, on: { cpu: 70 } },
    slo: { availability: 99.95 },
  },
  geo: {
    image: "reference/geo",
    language: "C++",
    protocol: "grpc",
    uses: { places: "read", positions: "read-write" },
    scaling: { min: 6, max: 40, on: { latency: "50ms" } },
    slo: { availability: 99.95 },
  },
  recommendation: {
    image: "reference/recommendation",
    language: "Python / TF Serving",
    uses: { features: "read", social: "read-write", "user-events": "consume" },
    scaling: { min: 8, max: 40, on: { gpu: 80 } },
    resources: { cpu: "2", memory: "8Gi", gpu: 1 },
    traffic: { timeout: "500ms", retries: { attempts: 2, on: "5xx" }, consecutiveErrors: 3 },
    slo: { availability: 99.9 },
  },
  analytics: {
    image: "reference/analytics",
    language: "Python",
    // What people do in the clients; nobody has to have signed in. Catalogue: client.telemetry.product-analytics.
    routes: [{ method: "POST", path: "/api/v2/events", auth: "none", rateLimit: "600/min" }],
    uses: {
      "user-events": "produce-consume",
      "cdc-orders": "consume",
      "device-readings": "consume",
      funnels: "read-write",
    },
    scaling: { min: 2, max: 8, on: { lag: { stream: "user-events", threshold: 10_000 } } },
    slo: { availability: 99.9 },
  },
  order: {
    image: "reference/order",
    language: "Java / Temporal",
    breakers: "resilience4j",
    uses: {
      orders: "read-write",
      carts: "read-write",
      payment: "call",
      "order-commands": "produce-consume",
      "notification-fanout": "produce",
    },
    scaling: { min: 8, max: 50, on: { cpu: 70, requestsPerSecond: 100 } },
    resources: { cpu: "500m", memory: "1Gi" },
    traffic: { timeout: "6s", retries: { attempts: 1, on: "idempotent" } },
    slo: { availability: 99.95 },
  },
  "config-flags": {
    image: "reference/config-flags",
    language: "Go",
    uses: { flags: "read-write", "audit-log": "produce" },
    egress: ["app.launchdarkly.com"],
    // Clients hear of changes as they happen. Catalogue: client.flags.provider.
    routes: [{ method: "GET", path: "/api/v2/flags/changes", auth: "jwt" }],
    scaling: { min: 3, max: 6, on: { cpu: 70 } },
    traffic: { timeout: "60s" },
    slo: { availability: 99.95 },
  },
  // One backend for each kind of client, which shapes what the others answer. Catalogue: client.patterns.bff.
  "bff-web": {
    image: "reference/bff-web",
    language: "Node.js",
    uses: { user: "call", content: "call", search: "call", order: "call", recommendation: "call" },
    routes: [{ method: "GET", path: "/bff/web/*", auth: "jwt", rateLimit: "600/min" }],
    slo: { availability: 99.95 },
  },
  "bff-mobile": {
    image: "reference/bff-mobile",
    language: "Node.js",
    uses: { user: "call", content: "call", search: "call", order: "call", notification: "call" },
    routes: [{ method: "GET", path: "/bff/mobile/*", auth: "jwt", rateLimit: "600/min" }],
    slo: { availability: 99.95 },
  },
  "bff-iot": {
    image: "reference/bff-iot",
    language: "Go",
    uses: { geo: "call", "config-flags": "call" },
    routes: [{ method: "GET", path: "/bff/iot/*", auth: "api-key", rateLimit: "60/min" }],
    slo: { availability: 99.9 },
  },
  "bff-partner": {
    image: "reference/bff-partner",
    language: "Go",
    uses: { order: "call", content: "call", search: "call" },
    routes: partnerRoutes("/partners"),
    traffic: { retries: { on: "idempotent" } },
    slo: { availability: 99.95 },
  },
  // What changes of orders, as streams: partners get in once the pool that makes their scope is an issuer. Catalogue: client.partner-api.integration-types.
  "partner-streams": {
    image: "reference/partner-streams",
    language: "Go",
    protocol: "grpc",
    uses: { order: "call" },
    routes: [
      {
        method: "POST",
        path: "/reference.partner.v1.Orders/*",
        host: "partners-grpc",
        auth: "jwt",
        scopes: ["reference/partner"],
        protocol: "grpc",
        streaming: true,
      },
    ],
    slo: { availability: 99.9 },
  },
  // Answers from what it has in memory: nothing that partners try out is real. Catalogue: client.partner-api.portal.
  "bff-partner-sandbox": {
    image: "reference/bff-partner",
    language: "Go",
    isolation: "sandbox",
    settings: { SANDBOX: "true" },
    routes: partnerRoutes("/partners-sandbox"),
    traffic: { retries: { on: "idempotent" } },
    slo: null,
  },
  "apollo-gateway": {
    image: "reference/apollo-gateway",
    language: "Rust / Apollo Router",
    graphql: {
      router: "apollo-router",
      graph: "reference@current",
      secret: "graphos",
      maxDepth: 10,
      maxCost: 1000,
      persistedQueries: "automatic",
      cache: { ttl: "10s", subgraphs: { content: "60s", order: "1s", search: "10s", recommendation: "5m" } },
      subscriptions: true,
    },
    secrets: ["graphos"],
    uses: {
      user: "call",
      content: "call",
      order: "call",
      search: "call",
      recommendation: "call",
      "config-flags": "call",
    },
    slo: { availability: 99.95, latency: { p99: "200ms", target: 99.5 } },
  },
} as const;
