import { z } from "zod";

/** An address to which a client is sent back: a path of the product's pages, an address, or a scheme of an installed app's own. */
const callback = z.string().regex(/^(?:\/(?!\/)|https:\/\/|http:\/\/localhost[:/]|[a-z][a-z0-9+.-]*:\/\/?)[^\s#]*$/, {
  error:
    "a callback is a path below the domain of the environment, an https address, localhost, or a scheme of the app such as com.example.app://signed-in",
});

/** Catalogue: client.patterns.bff. */
const backend = {
  /**
   * Service that this client calls, which asks the others for it and answers in the shape that the client needs (backend for
   * frontend). It costs what its pods cost. @default none: the client calls each service by itself
   */
  backend: z.string().optional(),
};

/** Clients that people sign in to: each gets an app client without a secret. */
const signedIn = z.strictObject({
  kind: z.enum(["web", "ios", "android", "desktop", "xr", "wearable"]),
  /** Where a code may be sent after signing in; the product has to answer a path: by its pages, static assets or a route. */
  callbacks: z.array(callback).min(1),
  /** Where people land after signing out; the product has to answer a path. @default nowhere but the sign-in page */
  logouts: z.array(callback).min(1).optional(),
  ...backend,
});

/** A platform of devices: each gets a type of things and a policy of its own. */
const device = z.strictObject({
  kind: z.literal("iot"),
  /** What the devices run. */
  runtime: z.enum(["freertos", "zephyr", "esp-idf", "linux"]),
  ...backend,
});

/** A company that calls the product: it gets a client with a secret. */
const partner = z.strictObject({
  kind: z.literal("partner"),
  ...backend,
  /** Tier of `partners.api` that counts its requests. @default none: it has no key */
  tier: z.string().optional(),
  /** Name of a secret in `layers.security.secrets` with which it signs requests. @default none: it has tokens */
  signingSecret: z.string().optional(),
  /** Address to which its events are posted. @default none: it is told nothing */
  webhook: z
    .strictObject({
      url: z.url({ protocol: /^https$/ }),
      /** Name of a secret in `layers.security.secrets` by which the partner knows us; it is told once that is seeded. */
      secret: z.string(),
      /** Types of events that it gets. */
      events: z.array(z.string()).min(1),
    })
    .optional(),
});

/** A client of the product, by kind. */
export const clientApp = z.discriminatedUnion("kind", [signedIn, device, partner]);
export type ClientApp = z.infer<typeof clientApp>;
