import { z } from "zod";
import { hostLabel } from "../../host-label.ts";

/** What partners of a tier may ask for. Catalogue: client.partner-api.tiers. */
const tier = z.strictObject({
  /** Requests a minute, 1 to a million: more than 600000 need a larger quota of the account, which AWS is asked for. */
  perMinute: z.int().min(1).max(1_000_000),
  /** Requests at once. @default two seconds' worth */
  burst: z.int().min(1).optional(),
  /** Requests a month. @default as many as the rate allows */
  perMonth: z.int().min(1).optional(),
});
export type PartnerTier = z.infer<typeof tier>;

/**
 * An API of partners' own (API Gateway): $3.50 for a million requests. Partners show a certificate, a key that counts them, and
 * a token (below `/oauth`) or a signature (below `/signed`); what passes goes on to a service. Catalogue: client.partner-api.auth.
 */
const api = z.strictObject({
  /** Label before the product's domain. @default "partners" */
  host: hostLabel.optional(),
  /**
   * Path of the product's routes to which requests go on, such as `/partners`: what follows `/oauth` or `/signed` is added. Its
   * route asks for an API key; the service compares the digest of a signed body with `x-content-sha256`.
   */
  path: z.string().regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, { error: "a path without parameters, such as /partners" }),
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
});
export type Partners = z.infer<typeof partnersSettings>;
