import { z } from "zod";
import { hostLabel } from "../../host-label.ts";

const apiPath = z
  .string()
  .regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, { error: "a path without parameters, such as /partners" });

/** What partners of a tier may ask for. Catalogue: client.partner-api.tiers. */
const tier = z.strictObject({
  /**
   * Requests a minute, 1 to a million. Quotas of the account, of which AWS gives more to who asks, may be lower: API Gateway takes
   * 10000 requests a second in a region for all its APIs together, which is 600000 a minute, and 5000 at once (a quarter of both in
   * younger regions). Signatures are looked at by up to 500 instances of the thousand that Lambda has for an account in a region,
   * each for 10 requests a second: those who sign have 300000 a minute together, and what is more is refused.
   */
  perMinute: z.int().min(1).max(1_000_000),
  /** Requests at once. @default two seconds' worth */
  burst: z.int().min(1).optional(),
  /** Requests a month. @default as many as the rate allows */
  perMonth: z.int().min(1).optional(),
});
export type PartnerTier = z.infer<typeof tier>;

/**
 * Where partners try things out: a host of its own with keys of its own, which asks for no certificate, and a service alone in its
 * namespace. It takes the same paths. Catalogue: client.partner-api.portal.
 */
const sandbox = z.strictObject({
  /** Label before the product's domain. @default "partners-sandbox" */
  host: hostLabel.optional(),
  /** Service that answers: in a namespace of its own (`isolation`), using nothing that the product uses. */
  service: z.string(),
  /** Path of its routes, as `path` is that of the real ones. */
  path: apiPath,
  /** Requests a minute of each partner. @default 60 */
  perMinute: z.int().min(1).max(10_000).optional(),
});
export type PartnerSandbox = z.infer<typeof sandbox>;

/**
 * A page for those who write partners' programs (S3 and CloudFront: a dollar a month): it shows the API as a document of OpenAPI 3.1
 * and hands out a collection for Postman, both made from the routes of the blueprint. `swagger-ui` and `stoplight-elements` are
 * pages that ask a sandbox from the browser. Their programs come from unpkg.com with digests, so that nobody can change them; a
 * portal of the team's own (Backstage) is a service with a `host`. Catalogue: client.partner-api.portal.
 */
const portal = z.strictObject({
  tool: z.enum(["swagger-ui", "stoplight-elements"]),
  /** Label before the product's domain. @default "developers" */
  host: hostLabel.optional(),
});
export type PartnerPortal = z.infer<typeof portal>;

/**
 * An API of partners' own (API Gateway): $3.50 for a million requests. Partners show a certificate, a key that counts them, and
 * a token (below `/oauth`) or a signature (below `/signed`); what passes goes on to a service. Catalogue: client.partner-api.auth.
 */
const api = z.strictObject({
  /** Label before the product's domain. @default "partners" */
  host: hostLabel.optional(),
  /**
   * Path of the product's routes to which requests go on, such as `/partners`: what follows `/oauth` or `/signed` is added. These
   * routes ask for an API key and have a host of their own, where no limit for one address stops API Gateway; `x-partner` says who
   * asks (the id of a client or the name of who has signed). The service compares the digest of a signed body with `x-content-sha256`.
   */
  path: apiPath,
  /**
   * Name of a secret in `layers.security.secrets` by which the gateway knows API Gateway, beside the platform's
   * `layers.ingress.apiKeys`: one text of 16 characters or more, the same in every region. Nobody else gets to these routes. It is in
   * the state of the stack.
   */
  key: z.string(),
  /** Where partners try things out. @default none */
  sandbox: sandbox.optional(),
  /** Certificates of the authorities that partners' certificates come from, as PEM: they are no secret. */
  authorities: z.string().startsWith("-----BEGIN CERTIFICATE-----"),
  /** Tiers by name; each partner names one. */
  tiers: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), tier),
});
export type PartnerApi = z.infer<typeof api>;

/** What partners are told of by themselves (EventBridge, $0.20 for a million posts), and what they ask. */
export const partnersSettings = z.strictObject({
  /** Service that says what partners are told of. @default none */
  service: z.string().optional(),
  /** Hours for which a post is tried again, ever more rarely, 1 to 24. @default 24 */
  retryHours: z.int().min(1).max(24).optional(),
  /** Where partners ask. It needs `identity.provider: "cognito"`. @default the product's own routes */
  api: api.optional(),
  /** What tells partners how to ask; it needs `api`. @default none */
  portal: portal.optional(),
});
export type Partners = z.infer<typeof partnersSettings>;
