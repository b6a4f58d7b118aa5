import { blueprint, cache, eventStream, keyValue, object, queue } from "../../lib/index.ts";

/** Short links: one hundred billion of them, ten thousand requests a second, a hundred reads to a write. */
export default blueprint({
  name: "url-shortener",
  owner: { team: "links", costCenter: "1042", pager: "links-primary" },
  workload: { dailyActiveUsers: 16_000_000, peakRequestsPerSecond: 10_000, readWriteRatio: 100 },
  objectives: { availability: 99.99, p99: "50ms", rto: "5m", rpo: "30s" },

  data: {
    links: keyValue({ classification: "internal", partitionKey: "code", ttl: "expiresAt", global: true }),
    hot: cache({ ttl: "1h" }),
    archive: object({ classification: "internal", lifecycle: { expire: 730 } }),
  },
  streams: {
    clicks: eventStream({ retention: "7d", sink: "archive" }),
    exports: queue({ visibility: "5m" }),
  },

  services: {
    redirect: {
      image: "links/redirect",
      // A cached 301 hides repeated clicks from the analytics, so redirects are 302 and short-lived at the edge.
      uses: { links: "read", hot: "read-write", clicks: "produce" },
      routes: [{ path: "/{code}", auth: "none", cache: "60s", rateLimit: "1000/min" }],
      scaling: { min: 3, max: 60, on: { requestsPerSecond: 500 } },
      slo: { availability: 99.99, latency: { p99: "50ms" } },
      settings: { REDIRECT_STATUS: "302" },
    },
    shortener: {
      image: "links/shortener",
      uses: { links: "read-write", hot: "read-write", exports: "produce" },
      routes: [
        { method: "POST", path: "/api/links", auth: "jwt", rateLimit: "100/min", idempotencyKey: true },
        { method: "DELETE", path: "/api/links/{code}", auth: "jwt", rateLimit: "100/min" },
      ],
      slo: { availability: 99.9 },
    },
    counter: {
      image: "links/counter",
      uses: { clicks: "consume", links: "read" },
      scaling: { on: { lag: { stream: "clicks", threshold: 1000 } } },
    },
    exporter: {
      image: "links/exporter",
      uses: { exports: "consume", archive: "read-write" },
      scaling: { min: 0, max: 20, on: { lag: { stream: "exports", threshold: 10 } } },
    },
  },

  layers: {
    edge: {
      domain: "sho.rt",
      staticAssets: true,
      delegations: { dev: ["ns-1.awsdns-01.org", "ns-2.awsdns-02.com", "ns-3.awsdns-03.net", "ns-4.awsdns-04.co.uk"] },
    },
    ingress: { jwt: { issuer: "https://login.sho.rt", audiences: ["links"] }, cors: { origins: ["https://sho.rt"] } },
    delivery: { repository: "example/links" },
  },

  environments: {
    dev: { account: "links-dev", tier: "dev", regions: { "us-east-1": "primary" } },
    prod: {
      tier: "prod",
      platform: "reference",
      regions: {
        "us-east-1": "primary",
        "eu-west-1": { role: "active", overrides: { services: { redirect: { scaling: { max: 30 } } } } },
      },
    },
  },
});
