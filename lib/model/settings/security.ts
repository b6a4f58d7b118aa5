import { z } from "zod";

/** A secret that only people know. */
export const secret = z.strictObject({
  description: z.string(),
  /**
   * Its value has been set. What Terraform has to hand to a service of AWS, such as a key of Apple's, is made only then, and
   * stands in the state, which is encrypted. @default false
   */
  seeded: z.boolean().optional(),
});

/** Secrets that only people know. Every setting has a default. */
export const securitySettings = z.strictObject({
  /** Secrets that only people know; they are created empty and listed as to be seeded. @default none */
  secrets: z.record(z.string(), secret).optional(),
});
