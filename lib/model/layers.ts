import { z } from "zod";
import { analyticsSettings } from "./settings/analytics.ts";
import { clientSettings } from "./settings/client.ts";
import { deliverySettings } from "./settings/delivery.ts";
import { edgeSettings } from "./settings/edge.ts";
import { foundationSettings } from "./settings/foundation.ts";
import { ingressSettings } from "./settings/ingress.ts";
import { observabilitySettings } from "./settings/observability.ts";
import { securitySettings } from "./settings/security.ts";
import { streamingSettings } from "./settings/streaming.ts";

/** The twelve layers in reference order. */
export const LAYERS = [
  "foundation",
  "client",
  "edge",
  "ingress",
  "mesh",
  "streaming",
  "data",
  "analytics",
  "observability",
  "delivery",
  "security",
  "ai",
] as const;
export type LayerId = (typeof LAYERS)[number];

/** Settings of a layer as a user writes them; every one has a default. */
export const layerSettings = z.strictObject({
  foundation: foundationSettings.optional(),
  client: clientSettings.optional(),
  edge: edgeSettings.optional(),
  ingress: ingressSettings.optional(),
  streaming: streamingSettings.optional(),
  analytics: analyticsSettings.optional(),
  observability: observabilitySettings.optional(),
  delivery: deliverySettings.optional(),
  security: securitySettings.optional(),
});
export type LayerSettings = z.infer<typeof layerSettings>;
