import { z } from "zod";
import { hostLabel } from "../../host-label.ts";

/** Relays of calls between two who cannot reach each other. Catalogue: client.protocols.webrtc. */
const turn = z.strictObject({
  /**
   * Name of a secret in `layers.security.secrets` from which services make passwords that live for minutes; it is one text,
   * which the relays read too.
   */
  secret: z.string(),
  /** Label before the product's domain. @default "turn" */
  host: hostLabel.optional(),
  /** Relays, 1 to 50. @default 1 in dev, 2 elsewhere */
  replicas: z.int().min(1).max(50).optional(),
});
export type Turn = z.infer<typeof turn>;

/** Servers that render what a headset shows. Catalogue: client.xr.render-offload. */
const rendering = z.strictObject({
  /** Image repository below the registry, without tag. */
  image: z.string().regex(/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/),
  /** Label before the product's domain. @default "render" */
  host: hostLabel.optional(),
  /** Servers, one session each; a node with a GPU costs $0.53 an hour and more. @default 1 */
  replicas: z.int().min(0).max(100).optional(),
  /** GPUs of a server, 1 to 8. @default 1 */
  gpus: z.int().min(1).max(8).optional(),
});
export type Rendering = z.infer<typeof rendering>;

/** What is sent over UDP, past the CDN, in the primary region: a load balancer of its own for $16 a month. */
export const mediaSettings = z.strictObject({
  /** @default none: calls are between those who can reach each other */
  turn: turn.optional(),
  /** @default none: headsets render by themselves */
  rendering: rendering.optional(),
});
export type Media = z.infer<typeof mediaSettings>;
