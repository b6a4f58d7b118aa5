import { z } from "zod";

/** Logs and runbooks. Every setting has a default. */
export const observabilitySettings = z.strictObject({
  /** Days that logs stay in CloudWatch. @default by tier: 7, 14, 30 */
  logRetention: z.int().positive().optional(),
  /** Where runbooks live; the alert's name is appended. @default "https://runbooks.<domain>/" */
  runbooks: z.url().optional(),
});
