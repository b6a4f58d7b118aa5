import { createHash } from "node:crypto";
import { CRASH_ACCOUNTS, CRASH_SECRET, FILES_LABEL, STORAGE_CLASS } from "./crash-names.ts";
import { CRASH_SIZES, resourcesOf } from "./crash-sizes.ts";

export interface CrashValuesProps {
  /** Host that takes reports. */
  readonly host: string;
  /** Address of the first user. */
  readonly admin: string;
  readonly days: number;
  /** Bucket of files. */
  readonly bucket: string;
  readonly region: string;
  /** What Kafka's cluster is called after: whatever names this installation alone. */
  readonly identity: string;
}

const OFF = { enabled: false } as const;

/** What sessions, transactions, replays, profiles and checks of jobs would go through: Sentry runs for errors alone without them. */
const SENTRY_OFF = {
  ingestConsumerTransactions: OFF,
  ingestReplayRecordings: OFF,
  ingestOccurrences: OFF,
  ingestMonitors: OFF,
  billingMetricsConsumer: OFF,
  genericMetricsConsumer: OFF,
  metricsConsumer: OFF,
  subscriptionConsumerEapSpans: OFF,
  subscriptionConsumerTransactions: OFF,
  subscriptionConsumerGenericMetrics: OFF,
  subscriptionConsumerMetrics: OFF,
  postProcessForwardTransactions: OFF,
  postProcessForwardIssuePlatform: OFF,
  processSegments: OFF,
  processSpans: OFF,
} as const;

const SNUBA_OFF = {
  eapItemsSpanConsumer: OFF,
  metricsConsumer: OFF,
  subscriptionConsumerEapSpans: OFF,
  genericMetricsCountersConsumer: OFF,
  genericMetricsDistributionConsumer: OFF,
  genericMetricsSetsConsumer: OFF,
  subscriptionConsumerMetrics: OFF,
  subscriptionConsumerTransactions: OFF,
  replaysConsumer: OFF,
  transactionsConsumer: OFF,
  issueOccurrenceConsumer: OFF,
  spansConsumer: OFF,
} as const;

const sized = (size: keyof typeof CRASH_SIZES) => ({ resources: resourcesOf(CRASH_SIZES[size]) });

/** What was Bitnami's lives on there; nothing new is published under the old name, and the old images are gone from it. */
const legacy = (name: string) => ({ image: { repository: `bitnamilegacy/${name}` } });

/** Bitnami's own policies admit every pod of the cluster, and policies add up: ours would mean nothing beside them. */
const UNPOLICED = { networkPolicy: OFF } as const;

/** The settings of Sentry's chart. Source: values.yaml and templates of sentry-kubernetes/charts at the version of the matrix. */
export function crashValues({ host, admin, days, bucket, region, identity }: CrashValuesProps): object {
  const files = { podLabels: { ...FILES_LABEL } };
  return {
    // As hooks, relay and consumers would be made anew with every sync.
    asHook: false,
    global: { storageClass: STORAGE_CLASS },
    user: {
      create: true,
      email: admin,
      existingSecret: CRASH_SECRET.name,
      existingSecretKey: CRASH_SECRET.keys.admin,
    },
    auth: { register: false },
    system: { url: `https://${host}`, adminEmail: admin },
    // Pods get accounts of their own, so that only those that handle files get a role.
    serviceAccount: { enabled: true, name: CRASH_ACCOUNTS.prefix, automountServiceAccountToken: false },
    ingress: OFF,
    nginx: OFF,
    rabbitmq: OFF,
    hooks: { activeDeadlineSeconds: 1800 },
    relay: { ...sized("relay"), init: { resources: resourcesOf({ cpu: 100, memory: 128 }) } },
    sentry: {
      existingSecret: CRASH_SECRET.name,
      existingSecretKey: CRASH_SECRET.keys.session,
      features: { enableSessionReplay: false },
      web: { ...sized("web"), ...files },
      worker: { ...sized("worker"), ...files, concurrency: 4 },
      cron: sized("cron"),
      ingestConsumerEvents: sized("ingestEvents"),
      ingestConsumerAttachments: { ...sized("ingestAttachments"), ...files },
      subscriptionConsumerEvents: sized("subscriptions"),
      postProcessForwardErrors: sized("postProcess"),
      cleanup: {
        ...files,
        days,
        concurrencyPolicy: "Forbid",
        activeDeadlineSeconds: 7200,
        resources: resourcesOf({ cpu: 200, memory: 1024 }),
      },
      ...SENTRY_OFF,
    },
    snuba: {
      api: sized("snubaApi"),
      consumer: sized("snubaErrors"),
      outcomesConsumer: sized("snubaOutcomes"),
      outcomesBillingConsumer: sized("snubaBilledOutcomes"),
      groupAttributesConsumer: sized("snubaGroups"),
      replacer: sized("snubaReplacer"),
      subscriptionConsumerEvents: sized("snubaSubscriptions"),
      ...SNUBA_OFF,
    },
    symbolicator: {
      enabled: true,
      api: {
        ...sized("symbolicator"),
        // A Deployment would start the next pod before the last one lets go of the volume.
        usedeployment: false,
        persistence: { enabled: true, storageClassName: STORAGE_CLASS, size: "10Gi" },
      },
    },
    filestore: {
      backend: "s3",
      // Sentry asks for `public-read` unless it is told otherwise, which a bucket without lists of access refuses.
      s3: { bucketName: bucket, region_name: region, default_acl: "bucket-owner-full-control" },
    },
    config: {
      sentryConfPy: "SENTRY_SELF_HOSTED_ERRORS_ONLY = True\n",
      // Argo CD migrates the database once everything is ready, and Relay would only be ready once it is migrated.
      relay: "auth:\n  ready: always\n",
    },
    clickhouse: {
      clickhouse: {
        ...sized("clickhouse"),
        configmap: { logger: { level: "warning", size: "100M", count: "2" } },
        persistentVolumeClaim: { dataPersistentVolume: { storage: "30Gi", storageClassName: STORAGE_CLASS } },
      },
    },
    zookeeper: { ...legacy("zookeeper"), ...UNPOLICED, ...sized("zookeeper"), heapSize: 512 },
    kafka: {
      ...legacy("kafka"),
      ...UNPOLICED,
      // Without one, the chart invents another with every rendering.
      kraft: { enabled: true, clusterId: clusterId(identity) },
      controller: sized("kafka"),
    },
    redis: {
      ...legacy("redis"),
      ...UNPOLICED,
      master: sized("redis"),
      // Nothing reads from a replica, and nothing would make one the master.
      replica: { replicaCount: 0 },
    },
    postgresql: {
      ...legacy("postgresql"),
      auth: {
        existingSecret: CRASH_SECRET.name,
        secretKeys: { adminPasswordKey: CRASH_SECRET.keys.postgres },
      },
      // Events are kept here, too.
      primary: { ...sized("postgres"), persistence: { size: "30Gi" } },
    },
    // A cache that all pods share, without which pieces of a source map are not put together.
    sourcemaps: { enabled: true },
    memcached: { ...legacy("memcached"), ...UNPOLICED, ...sized("memcached"), memoryLimit: "256" },
  };
}

/** An id as Kafka makes them: sixteen bytes in base64url, 22 characters, the first of them a letter. */
function clusterId(identity: string): string {
  const bytes = createHash("sha256").update(`kafka of ${identity}`).digest().subarray(0, 16);
  // An id that starts with a hyphen would be an option to the command that formats the disk.
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString("base64url");
}
