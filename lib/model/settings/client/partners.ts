import { z } from "zod";

/** What partners are told of by themselves (EventBridge): $0.20 for a million posts. */
export const partnersSettings = z.strictObject({
  /** Service that says what partners are told of. @default none */
  service: z.string().optional(),
  /** Hours for which a post is tried again, ever more rarely, 1 to 24. @default 24 */
  retryHours: z.int().min(1).max(24).optional(),
});
export type Partners = z.infer<typeof partnersSettings>;
