import { z } from "zod";
import { duration, rate } from "../quantities.ts";

/** Somebody whose tokens are taken. */
const issuer = z.strictObject({
  issuer: z.url({ protocol: /^https$/ }),
  /**
   * Whom tokens are for: one of these. Access tokens of Cognito name nobody unless a client asks for it, and its pool is the
   * product's own: leave it out for such an issuer. @default any token of a pool of Cognito; other issuers need it
   */
  audiences: z.array(z.string()).min(1).optional(),
  jwksUri: z.url({ protocol: /^https$/ }).optional(),
});

/** From the load balancer to the services. Every setting has a default. */
export const ingressSettings = z.strictObject({
  /** Issuer of tokens for routes with `jwt`. Required as soon as one has it. */
  jwt: issuer
    .extend({
      /**
       * Others whose tokens are taken as well. The issuer of a product's own pool of Cognito is known after the first apply only,
       * and added then; until it is, routes that ask for a scope of the pool, such as partners' own, let nobody in. @default none
       */
      also: z.array(issuer).min(1).optional(),
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
  /**
   * Where requests are counted. `pod` counts in the proxy of each pod, and costs nothing: a caller whose requests spread over n
   * pods gets n times the limit. `shared` counts once for a region, in a Valkey of the platform that its gateways ask before
   * they pass a request on: two nodes and some pods, from $50 a month. The platform's word is its tenants'.
   * @default pod (catalogue: ingress.rate-limiter)
   */
  rateLimits: z
    .discriminatedUnion("store", [
      z.strictObject({ store: z.literal("pod") }),
      z.strictObject({
        store: z.literal("shared"),
        /** Type of the counters' nodes. @default "cache.t4g.small" */
        nodeType: z.string().startsWith("cache.").optional(),
        /** Requests of everybody together to the region's gateways. @default not limited */
        total: rate.optional(),
        /** Limit of all callers of one tenant together, by the token's claim that names it. @default not limited */
        tenants: z.strictObject({ claim: z.string().regex(/^[A-Za-z][\w:-]*$/), rate }).optional(),
      }),
    ])
    .optional(),
  /**
   * Keys of the clients of routes with `api-key`, which the gateway checks: a secret of `layers.security.secrets` with one field
   * for each client. A client sends `x-api-key: <client>.<its field>`, and services learn its name as `x-api-client`. The
   * platform's keys are its tenants'. @default none: each service checks keys itself (catalogue: ingress.routing-table.search)
   */
  apiKeys: z.strictObject({ secret: z.string() }).optional(),
  /** Browsers may call gRPC services over HTTP/1.1. @default false (catalogue: ingress.grpc.grpc-web) */
  grpcWeb: z.boolean().optional(),
  /**
   * How clients find a region. `dns` answers with the region that is fastest for who asks; `global-accelerator` adds two
   * addresses for the whole world under `direct.<domain>`, announced from everywhere, behind which regions change in seconds:
   * $18 a month and $0.015 or more for each GB. It leads around the CDN: reachableFrom has to be `internet`.
   * @default "dns" (catalogue: ingress.glb.provider)
   */
  globalLoadBalancer: z.enum(["dns", "global-accelerator"]).optional(),
});
