/** What the parts of Sentry are called, in the cluster and out of it. */

/** Release of the chart, after which it names everything. */
export const CRASH_RELEASE = "sentry";

/** Service that takes reports, and its port. Source: templates/relay/service-relay.yaml of the chart. */
export const RELAY = { service: `${CRASH_RELEASE}-relay`, role: "relay", port: 3000 } as const;

/** Service of the console and the API, and its port. Source: templates/sentry/web of the chart. */
export const CONSOLE = { role: "web", port: 9000 } as const;

/** What every pod of Sentry's own is labelled with, beside its role. */
export const crashPods = (role: string) => ({ app: CRASH_RELEASE, role });

/** Label of the pods that read and write files. */
export const FILES_LABEL = { "dodeca.dev/files": "symbols" } as const;

/** Accounts of those pods, as the chart names them: uploads, symbolication, attachments, and what deletes old files. */
export const CRASH_ACCOUNTS = {
  prefix: CRASH_RELEASE,
  withFiles: ["web", "worker", "ingest-consumer-attachments", "cleanup"],
} as const;

/** Secret of the cluster, and its keys. */
export const CRASH_SECRET = {
  name: "sentry-secrets",
  keys: { session: "secret-key", admin: "admin-password", postgres: "postgres-password" },
} as const;

/** Fields of the secret that people seed, by the key of the cluster's secret. */
export const SEEDED_FIELDS = [
  [CRASH_SECRET.keys.session, "secretKey"],
  [CRASH_SECRET.keys.admin, "adminPassword"],
  [CRASH_SECRET.keys.postgres, "postgresPassword"],
] as const;

/** What the bucket of symbols is called beside the product's name. */
export const CRASH_SYMBOLS = "crash-symbols";

/** The platform's class of volumes. */
export const STORAGE_CLASS = "gp3";
