import { z } from "zod";

/** Where output is kept and applied from. Every setting has a default. */
export const deliverySettings = z.strictObject({
  /** GitHub repository that holds blueprints and output, `owner/name`. */
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/)
    .optional(),
  /** Branch that is applied. @default "main" */
  branch: z.string().optional(),
});
