import { z } from "zod";
import { dataVolume, duration, percent } from "./quantities.ts";

/** What the product promises as a whole. Catalogue: foundation.targets. */
export const objectives = z.strictObject({
  /** Availability over 30 days. @default 99.9 in prod */
  availability: percent.optional(),
  /**
   * Availability of the way in alone, the gateway in front of every service: responses that are not its own errors.
   * Catalogue: foundation.targets.sla, conflict availability-targets. @default the product's own availability
   */
  entryAvailability: percent.optional(),
  /** 99th percentile of reads through edge and gateway. */
  p99: duration.optional(),
  /** Longest time to restore the service. */
  rto: duration.optional(),
  /** Longest time whose data may be lost. */
  rpo: duration.optional(),
  /** Regions from which the product is said to be served. Fewer are a finding. Catalogue: foundation.targets.region-count. @default as many as there are */
  regions: z.int().positive().optional(),
});
export type Objectives = z.infer<typeof objectives>;

/** The load to be carried: input to capacity, cost and quota figures. */
export const workload = z.strictObject({
  dailyActiveUsers: z.int().positive().optional(),
  /** Minutes for which a user is there in a day. @default 30 */
  minutesPerUser: z.number().positive().max(1440).optional(),
  /** Times the mean that the busiest moment has. @default 3 */
  peakFactor: z.number().min(1).optional(),
  peakRequestsPerSecond: z.number().positive().optional(),
  /** Reads per write. */
  readWriteRatio: z.number().positive().optional(),
  /** Messages a second on the brokers at peak over all regions, and the figure that people hope for. */
  messagesPerSecond: z
    .strictObject({ peak: z.number().positive(), stretch: z.number().positive().optional() })
    .optional(),
  /** Mean length of a message in bytes. @default 1024 */
  messageBytes: z.int().positive().optional(),
  /** Data under management, such as `10EB`. */
  storedData: dataVolume.optional(),
  /** Yearly growth in percent. @default 20 */
  growth: z.number().min(0).optional(),
});
export type Workload = z.infer<typeof workload>;

/** Who answers for the product. */
export const owner = z.strictObject({
  /** Team name: label of every object and tag of every resource. */
  team: z.string().regex(/^[a-z][a-z0-9-]{0,38}$/),
  costCenter: z.string().optional(),
  /** Schedule or service that is paged. @default alerts are not routed to a pager */
  pager: z.string().optional(),
});
export type Owner = z.infer<typeof owner>;
