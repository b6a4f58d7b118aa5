import { z } from "zod";

/** Feature flags (AWS AppConfig): $0.0008 for each time that a client gets a new configuration. */
export const flagsSettings = z.strictObject({
  /** `appconfig` is AWS's own; `external` is a service that clients know by themselves. */
  provider: z.enum(["appconfig", "external"]),
  /** Services that read flags from `appconfig`. @default none */
  services: z.array(z.string()).optional(),
  /**
   * Service by which clients hear of changes as they happen (server-sent events), and evaluate flags themselves: it has a GET
   * route for that, and a timeout of half a minute or more. @default none: clients ask
   */
  stream: z.string().optional(),
  /** CloudWatch alarms in the primary region that take a change back, by name. @default those of telemetry */
  alarms: z.array(z.string()).optional(),
  /** Minutes from the first percent of callers to all of them. @default 30 */
  rolloutMinutes: z.int().min(1).max(1440).optional(),
  /** Minutes after which alarms can still take a change back. @default 10 */
  bakeMinutes: z.int().min(1).max(1440).optional(),
});
export type Flags = z.infer<typeof flagsSettings>;
