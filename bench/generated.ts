// A workspace of any size, the same for the same number: products forked from one template, on platforms that they share.
import { blueprint, cache, eventStream, keyValue, object, queue } from "../lib/index.ts";

/** What a product amounts to, in resources and objects. */
const PER_PRODUCT = 321;
/** What a platform amounts to, with what its account has. */
const PER_PLATFORM = 750;
const PRODUCTS_OF_A_PLATFORM = 20;
const REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-1"] as const;

/** Files of a workspace by path, for about a number of resources and objects. */
export function generated(size: number): ReadonlyMap<string, string> {
  const platforms = Math.ceil(size / (PRODUCTS_OF_A_PLATFORM * PER_PRODUCT + PER_PLATFORM));
  const products = Math.max(1, Math.round((size - platforms * PER_PLATFORM) / PER_PRODUCT));
  const accounts = Object.fromEntries(
    Array.from({ length: platforms }, (_, index) => [`cloud-${index}`, { id: String(300_000_000_000 + index) }]),
  );
  return new Map([
    ["accounts.mjs", moduleOf(accounts)],
    ["template.mjs", moduleOf(template.base)],
    ...Array.from({ length: platforms }, (_, index): [string, string] => [
      `platform-${index}/blueprint.mjs`,
      moduleOf({ name: `platform-${index}`, base: platform(index), forks: [] }),
    ]),
    ...Array.from({ length: products }, (_, index): [string, string] => [productFile(index), product(index, 30)]),
  ]);
}

/** The file of a product, of which one leaf in one region has a value. */
export const withLeaf = (index: number, value: number): ReadonlyMap<string, string> =>
  new Map([[productFile(index), product(index, value)]]);

const moduleOf = (data: unknown): string => `export default ${JSON.stringify(data, null, 2)};\n`;

const productFile = (index: number): string => `product-${index}/blueprint.mjs`;

const OWNER = { team: "generated", costCenter: "1000", pager: "generated-primary" };

const platform = (index: number) => ({
  name: `platform-${index}`,
  owner: OWNER,
  layers: { edge: { domain: `platform-${index}.example` } },
  environments: {
    prod: {
      account: `cloud-${index}`,
      tier: "prod",
      regions: { [REGIONS[0]]: "primary", [REGIONS[1]]: "active", [REGIONS[2]]: "active" },
    },
  },
});

/** Two regions of the three, so that products differ. @param most largest number of pods in the second region */
function product(index: number, most: number): string {
  const name = `product-${index}`;
  const domain = `${name}.example`;
  const change = {
    services: { web: { scaling: { max: 60 + (index % 7) }, settings: { SEED: String(index) } } },
    layers: {
      edge: { domain },
      ingress: {
        jwt: { issuer: `https://login.${domain}`, audiences: [name] },
        cors: { origins: [`https://${domain}`] },
      },
    },
    environments: {
      prod: {
        platform: `platform-${Math.floor(index / PRODUCTS_OF_A_PLATFORM)}`,
        regions: {
          [REGIONS[index % 2 === 0 ? 1 : 2]]: {
            role: "active",
            overrides: { services: { web: { scaling: { max: most } } } },
          },
        },
      },
    },
  };
  const step = JSON.stringify({ name, add: {}, change }, null, 2);
  return `import template from "../template.mjs";\nexport default { name: "${name}", base: template, forks: [${step}] };\n`;
}

/** A small product: four services with their stores, streams and routes. */
const template = blueprint({
  name: "template",
  owner: OWNER,
  workload: { dailyActiveUsers: 1_000_000, peakRequestsPerSecond: 1000, readWriteRatio: 100 },
  objectives: { availability: 99.9, p99: "80ms", rto: "5m", rpo: "30s" },
  data: {
    items: keyValue({ classification: "internal", partitionKey: "id", global: true }),
    hot: cache({ ttl: "1h" }),
    archive: object({ classification: "internal", lifecycle: { expire: 730 } }),
  },
  streams: {
    events: eventStream({ retention: "7d", sink: "archive" }),
    jobs: queue({ visibility: "5m" }),
  },
  services: {
    web: {
      image: "generated/web",
      uses: { items: "read", hot: "read-write", events: "produce" },
      routes: [{ path: "/{id}", auth: "none", cache: "60s", rateLimit: "1000/min" }],
      scaling: { min: 3, max: 60, on: { requestsPerSecond: 500 } },
      slo: { availability: 99.9, latency: { p99: "80ms" } },
    },
    api: {
      image: "generated/api",
      uses: { items: "read-write", hot: "read-write", jobs: "produce" },
      routes: [{ method: "POST", path: "/api/items", auth: "jwt", rateLimit: "100/min", idempotencyKey: true }],
      slo: { availability: 99.9 },
    },
    counter: {
      image: "generated/counter",
      uses: { events: "consume", items: "read" },
      scaling: { on: { lag: { stream: "events", threshold: 1000 } } },
    },
    worker: {
      image: "generated/worker",
      uses: { jobs: "consume", archive: "read-write" },
      scaling: { min: 0, max: 20, on: { lag: { stream: "jobs", threshold: 10 } } },
    },
  },
  environments: { prod: { tier: "prod", regions: { [REGIONS[0]]: "primary" } } },
});
