import { z } from "zod";

/** Secrets that only people know. Every setting has a default. */
export const securitySettings = z.strictObject({
  /** Secrets that only people know; they are created empty and listed as to be seeded. @default none */
  secrets: z.record(z.string(), z.strictObject({ description: z.string() })).optional(),
});
