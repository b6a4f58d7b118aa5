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
  /** The load balancer in front of the gateway. */
  loadBalancer: z
    .strictObject({
      /**
       * Who may connect: `cdn` are the CDN and health checks alone, so that nobody gets around the firewall; `internet` is
       * for clients whose protocol no CDN carries. @default "cdn"
       */
      reachableFrom: z.enum(["cdn", "internet"]).optional(),
      /** Capacity units held ready for a peak that comes faster than it scales; $4.40 a month each. @default none: it scales */
      reservedCapacity: z.int().min(2750).optional(),
    })
    .optional(),
  /** Requests of one client, over all routes. @default "6000/min" */
  clientRateLimit: rate.optional(),
});
