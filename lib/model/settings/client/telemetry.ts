import { z } from "zod";

/** What browsers tell about the product's pages (CloudWatch RUM): $1 for 100000 events. */
export const telemetrySettings = z.strictObject({
  /** Share of sessions that are watched, in percent. @default 1 */
  sampling: z.number().positive().max(100).optional(),
  /** Cookies tell sessions and users apart, and need their consent. @default false */
  cookies: z.boolean().optional(),
  /** Largest contentful paint from which somebody is told, in milliseconds. @default 3000 */
  slowerThan: z.int().positive().optional(),
  /**
   * What people do in the product, as events that its own clients send: the vendors' libraries stay in the clients. A schema
   * of the stream refuses an event without a person's consent. @default none: clients tell vendors, or nobody
   */
  events: z
    .strictObject({
      /** Service that takes events by a POST route and produces to the stream. */
      service: z.string(),
      /** Stream that it writes them to. */
      stream: z.string(),
    })
    .optional(),
});
export type Telemetry = z.infer<typeof telemetrySettings>;
