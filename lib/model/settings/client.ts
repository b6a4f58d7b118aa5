import { z } from "zod";
import { clientApp } from "./client/apps.ts";
import { crashesSettings } from "./client/crashes.ts";
import { desktopSettings } from "./client/desktop.ts";
import { devicesSettings } from "./client/devices.ts";
import { flagsSettings } from "./client/flags.ts";
import { healthSettings } from "./client/health.ts";
import { identitySettings } from "./client/identity.ts";
import { mediaSettings } from "./client/media.ts";
import { partnersSettings } from "./client/partners.ts";
import { pushSettings } from "./client/push.ts";
import { telemetrySettings } from "./client/telemetry.ts";

/** What clients of the product stand on. Everything is off unless it is named. */
export const clientSettings = z.strictObject({
  /** The product's clients by name. @default none */
  apps: z
    .record(
      z
        .string()
        .regex(/^[a-z][a-z0-9-]*$/, { error: "lower-case letters, digits and hyphens, starting with a letter" }),
      clientApp,
    )
    .optional(),
  /** @default external: whoever `layers.ingress.jwt` names */
  identity: identitySettings.optional(),
  /** @default none */
  devices: devicesSettings.optional(),
  /** @default none: apps are updated by stores, or by themselves */
  desktop: desktopSettings.optional(),
  /** @default none */
  health: healthSettings.optional(),
  /** @default none */
  media: mediaSettings.optional(),
  /** @default none */
  partners: partnersSettings.optional(),
  /** @default none */
  push: pushSettings.optional(),
  /** @default none */
  telemetry: telemetrySettings.optional(),
  /** @default none: apps tell nobody, or somebody whom the product does not know */
  crashes: crashesSettings.optional(),
  /** @default none */
  flags: flagsSettings.optional(),
});
