import { z } from "zod";
import { duration } from "../../quantities.ts";

/** An identity provider of somebody else's that people may come from. */
const federation = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("saml"),
    /** Where the other side publishes its metadata. */
    metadataUrl: z.url({ protocol: /^https$/ }),
  }),
  z.strictObject({
    kind: z.literal("oidc"),
    issuer: z.url({ protocol: /^https$/ }),
    clientId: z.string().min(1),
    /** Name of a secret in `layers.security.secrets` that holds the client's secret; the provider is made once it is seeded. */
    secret: z.string(),
  }),
]);

/**
 * A user pool of Amazon Cognito in the primary region. Its access tokens carry an audience only for apps that ask for one, so
 * `layers.ingress.jwt` names its issuer, alone or in `also`, without `audiences`: every token of the pool is the product's own. With `audiences`, apps send
 * `resource` (as their configuration names it) when they sign in, and the first is an address such as `https://api.example.com`,
 * since Cognito binds tokens to addresses alone. Tokens never say how somebody signed in (`amr`), and no trigger may add it: routes with `auth: "jwt+mfa"` refuse every token of Cognito, and need an issuer
 * that says it.
 */
const cognito = z.strictObject({
  provider: z.literal("cognito"),
  /**
   * `plus` judges the risk of every sign-in and asks for a second factor when it is high: $0.02 a user who signs in in a
   * month, `essentials` $0.015. @default "essentials"
   */
  features: z.enum(["essentials", "plus"]).optional(),
  /** Whether everybody needs a second factor; `required` rules passkeys out. @default "optional" */
  mfa: z.enum(["optional", "required"]).optional(),
  /** What a second factor may be; a text message costs what the carrier asks. @default ["totp"] */
  factors: z
    .array(z.enum(["totp", "sms"]))
    .min(1)
    .optional(),
  /**
   * Signing in with a passkey or hardware key instead of a password: by the app's own pages and Cognito's API. Cognito's pages
   * offer passkeys of the product's domain only where the pool has a host below it, which people make. @default passwords only
   */
  passkeys: z
    .strictObject({
      /** Host that passkeys belong to, with every host below it. @default the product's domain */
      relyingParty: z.hostname().optional(),
    })
    .optional(),
  /**
   * Address from which people get mail; its domain is an identity that Amazon SES has verified in the primary region. With
   * `plus` features, what to do about a risky sign-in needs it too. @default Cognito's own, for 50 messages a day
   */
  mailFrom: z.email().optional(),
  /** Other providers that people may come from, by the name that they see. @default none */
  federation: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/), federation).optional(),
  tokens: z
    .strictObject({
      /** Life of an access token, 5 minutes to a day. @default "15m" */
      access: duration.optional(),
      /** Life of a refresh token, an hour to ten years. @default "7d" */
      refresh: duration.optional(),
      /** How long before its end clients renew an access token. @default "2m" */
      renewBefore: duration.optional(),
    })
    .optional(),
});

/** Who keeps the product's users; `external` is whoever `layers.ingress.jwt` names. */
export const identitySettings = z.discriminatedUnion("provider", [
  cognito,
  z.strictObject({ provider: z.literal("external") }),
]);
export type Identity = z.infer<typeof identitySettings>;
export type CognitoIdentity = z.infer<typeof cognito>;
