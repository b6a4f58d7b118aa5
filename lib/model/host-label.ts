import { z } from "zod";

/** One label of a host below the product's domain. */
export const hostLabel = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, { error: "one label of a host: lower-case letters, digits, hyphens" });
