import { z } from "zod";
import { duration, percent } from "./quantities.ts";

/** What the product promises as a whole. Catalogue: foundation.targets. */
export const objectives = z.strictObject({
  /** Availability over 30 days. @default 99.9 in prod */
  availability: percent.optional(),
  /** 99th percentile of reads through edge and gateway. */
  p99: duration.optional(),
  /** Longest time to restore the service. */
  rto: duration.optional(),
  /** Longest time whose data may be lost. */
  rpo: duration.optional(),
});
export type Objectives = z.infer<typeof objectives>;

/** The load to be carried: input to capacity, cost and quota figures. */
export const workload = z.strictObject({
  dailyActiveUsers: z.int().positive().optional(),
  peakRequestsPerSecond: z.number().positive().optional(),
  /** Reads per write. */
  readWriteRatio: z.number().positive().optional(),
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
