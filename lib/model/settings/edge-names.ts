import { z } from "zod";

const region = z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, { error: "a region is its code, such as eu-west-1" });
/** Continents as Route 53 writes them. */
const continent = z.enum(["AF", "AN", "AS", "EU", "NA", "OC", "SA"]);

/** Which region answers the CDN for the name of the origin. All take only regions that are healthy. */
const routing = z.discriminatedUnion("policy", [
  /** The one that answers fastest: $0.60 a million queries. */
  z.strictObject({ policy: z.literal("latency") }),
  /** Each with its share, to move traffic bit by bit: $0.40 a million queries. */
  z.strictObject({
    policy: z.literal("weighted"),
    /** Shares by region, from 0 to 255; not all zero. A region that is left out gets none. */
    weights: z.record(region, z.int().min(0).max(255)),
  }),
  /** The fastest of a continent's own regions, and of all for everywhere else or while none of them is healthy: $0.70 a million queries. */
  z.strictObject({
    policy: z.literal("geolocation"),
    continents: z.partialRecord(continent, z.array(region).min(1)),
  }),
  /** One region as long as it is healthy, the fastest of the others then. */
  z.strictObject({ policy: z.literal("failover"), active: region }),
]);
export type Routing = z.infer<typeof routing>;

/** Names of the product. Catalogue: edge.dns. */
export const dnsSettings = z.strictObject({
  /** @default latency */
  routing: routing.optional(),
  /**
   * Signs the zone: $1 a month for the key. It protects once the parent has the key's digest, which is an output: that of prod
   * goes to the registrar, those of others into `signers`. @default false
   */
  dnssec: z.boolean().optional(),
  /** Digests of the keys of other environments' zones, by environment, as their stacks put them out. @default none */
  signers: z
    .record(z.string(), z.string().regex(/^\d{1,5} 13 2 [0-9A-F]{64}$/, { error: "a digest is an output of the zone" }))
    .optional(),
  /** Keeps every query in a log group for as long as other logs: $0.50 a gigabyte. @default false */
  queryLogs: z.boolean().optional(),
  /**
   * Private endpoint in the platform's network by which networks outside of AWS resolve its names, also over HTTPS: $180 a month
   * in each region. @default false
   */
  resolver: z.boolean().optional(),
});
