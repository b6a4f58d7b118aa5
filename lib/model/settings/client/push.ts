import { z } from "zod";

/** Pushes to devices and browsers. What Apple and Google ask for is a secret that people seed. */
export const pushSettings = z.strictObject({
  /** Apple's push service. @default none */
  apns: z
    .strictObject({
      /** Name of a secret in `layers.security.secrets` that holds the signing key (`.p8`). */
      secret: z.string(),
      keyId: z.string().regex(/^[A-Z0-9]{10}$/),
      teamId: z.string().regex(/^[A-Z0-9]{10}$/),
      bundleId: z.string().min(1),
      /** Builds from Xcode instead of the store. @default false */
      sandbox: z.boolean().optional(),
    })
    .optional(),
  /** Firebase Cloud Messaging. @default none */
  fcm: z
    .strictObject({
      /** Name of a secret in `layers.security.secrets` that holds the service account's JSON. */
      secret: z.string(),
    })
    .optional(),
  /** Pushes to browsers, which the product's own service signs. @default none */
  web: z
    .strictObject({
      /** Name of a secret in `layers.security.secrets` that holds the pair of VAPID keys. */
      secret: z.string(),
    })
    .optional(),
  /** Service that sends: it may make endpoints and publish to them, and schedule both. @default none */
  service: z.string().optional(),
  /** Share of deliveries that are logged, in percent; failures are logged always. @default 1 */
  receipts: z.int().min(0).max(100).optional(),
});
export type Push = z.infer<typeof pushSettings>;
