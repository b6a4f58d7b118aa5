import { z } from "zod";
import { duration, rate } from "../quantities.ts";

/** From the load balancer to the services. Every setting has a default. */
export const ingressSettings = z.strictObject({
  /** Issuer of tokens for routes with `jwt`. Required as soon as one has it. */
  jwt: z
    .strictObject({
      issuer: z.url({ protocol: /^https$/ }),
      audiences: z.array(z.string()).min(1),
      jwksUri: z.url({ protocol: /^https$/ }).optional(),
    })
    .optional(),
  cors: z
    .strictObject({
      origins: z.array(z.string()).min(1),
      /** @default "1h" */
      maxAge: duration.optional(),
    })
    .optional(),
  /** Gateway pods per region. @default by tier */
  replicas: z.strictObject({ min: z.int().min(1), max: z.int().min(1) }).optional(),
  /** Requests of one client, over all routes. @default "6000/min" */
  clientRateLimit: rate.optional(),
});
