import { z } from "zod";
import { hostLabel } from "../../host-label.ts";

/**
 * Releases of desktop apps, downloaded from a host of the product's own (CloudFront: $0.085 a GB). What is released is signed
 * where it is built. Catalogue: client.desktop.updates.
 */
export const desktopSettings = z.strictObject({
  /** Label before the product's domain. @default "downloads" */
  host: hostLabel.optional(),
  /** Seconds after which every updater has heard of a release, 0 to 300. @default 300 */
  feedSeconds: z.int().min(0).max(300).optional(),
});
export type Desktop = z.infer<typeof desktopSettings>;
