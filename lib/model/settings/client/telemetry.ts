import { z } from "zod";

/** What browsers tell about the product's pages (CloudWatch RUM): $1 for 100000 events. */
export const telemetrySettings = z.strictObject({
  /** Share of sessions that are watched, in percent. @default 1 */
  sampling: z.number().positive().max(100).optional(),
  /** Cookies tell sessions and users apart, and need their consent. @default false */
  cookies: z.boolean().optional(),
  /** Largest contentful paint from which somebody is told, in milliseconds. @default 3000 */
  slowerThan: z.int().positive().optional(),
});
export type Telemetry = z.infer<typeof telemetrySettings>;
