import { z } from "zod";
import { githubBranch } from "../../github-repository.ts";
import { hostLabel } from "../../host-label.ts";

/**
 * Sentry in the cluster of the primary region, for errors alone: 24 pods that ask for 4.3 cores and 22 GiB of memory, and 110 GiB
 * of volumes ($9 a month). Nobody reaches its console from outside: `kubectl port-forward` does. Catalogue: client.telemetry.crash.
 */
const sentry = z.strictObject({
  tool: z.literal("sentry"),
  /** Label before the product's domain, of the host that takes reports and nothing else. @default "crashes" */
  host: hostLabel.optional(),
  /** Address of the first user, who administers it. */
  admin: z.email(),
  /**
   * Name of a secret in `layers.security.secrets` that holds a JSON object with three texts: `secretKey`, which signs sessions,
   * `adminPassword`, and `postgresPassword`.
   */
  secret: z.string(),
  /** Days for which events and their files are kept, 1 to 365. @default 90 */
  days: z.int().min(1).max(365).optional(),
  /**
   * Namespace of runners in the cluster whose jobs upload source maps, dSYMs and ProGuard mappings, to
   * `http://sentry-web.<product>-crashes:9000`. @default none: they are uploaded through a port-forward
   */
  runners: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, { error: "the name of a namespace" })
    .optional(),
});
export type Sentry = z.infer<typeof sentry>;

/** What is the product's own where a vendor takes reports: an archive of symbols, from which they can be uploaded again ($0.023 a GB and month). */
const vendor = z.strictObject({
  /** `bugsnag`: pages and apps report to SmartBear's hosts. `crashlytics`: apps report to Google; it has nothing for pages. */
  tool: z.enum(["bugsnag", "crashlytics"]),
  /** Branches whose workflows upload symbols, by the folder that each fills, with a role that reaches nothing else. @default none */
  repositories: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, { error: "a folder is named in lower case, at most 30 characters" }),
      githubBranch,
    )
    .optional(),
  /** Days for which symbols are kept. @default until somebody deletes them: old releases crash too */
  symbolDays: z.int().positive().optional(),
});
export type CrashVendor = z.infer<typeof vendor>;

/** To whom clients report crashes, and where the symbols are by which a report can be read. */
export const crashesSettings = z.discriminatedUnion("tool", [sentry, vendor]);
export type Crashes = z.infer<typeof crashesSettings>;
