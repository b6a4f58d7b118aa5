/** What a pod asks for: thousandths of a core, and MiB, which it may not exceed. */
interface PodSize {
  readonly cpu: number;
  readonly memory: number;
  /** @default 1 */
  readonly pods?: number;
}

/** Every pod of Sentry that runs all the time, as large as its authors' chart suggests for small installations, and room beside it. */
export const CRASH_SIZES = {
  web: { cpu: 300, memory: 1536 },
  worker: { cpu: 500, memory: 2048 },
  cron: { cpu: 100, memory: 512 },
  ingestEvents: { cpu: 200, memory: 768 },
  ingestAttachments: { cpu: 200, memory: 768 },
  subscriptions: { cpu: 100, memory: 512 },
  postProcess: { cpu: 150, memory: 512 },
  relay: { cpu: 100, memory: 768 },
  snubaApi: { cpu: 100, memory: 512 },
  snubaErrors: { cpu: 100, memory: 512 },
  snubaOutcomes: { cpu: 100, memory: 384 },
  snubaBilledOutcomes: { cpu: 100, memory: 384 },
  snubaGroups: { cpu: 100, memory: 384 },
  snubaReplacer: { cpu: 100, memory: 384 },
  snubaSubscriptions: { cpu: 100, memory: 384 },
  symbolicator: { cpu: 200, memory: 1024 },
  memcached: { cpu: 50, memory: 384 },
  redis: { cpu: 100, memory: 768 },
  postgres: { cpu: 250, memory: 1024 },
  clickhouse: { cpu: 500, memory: 3072 },
  zookeeper: { cpu: 100, memory: 768 },
  kafka: { cpu: 250, memory: 1536, pods: 3 },
} as const satisfies Readonly<Record<string, PodSize>>;

/** What the hooks and the cleaner ask for at most at the same time. */
const JOBS: PodSize = { cpu: 1000, memory: 4096, pods: 4 };

const SIZES: readonly PodSize[] = Object.values(CRASH_SIZES);
const sumOf = (amount: (size: PodSize) => number): number =>
  SIZES.reduce((sum, size) => sum + amount(size) * (size.pods ?? 1), 0);

/** What Sentry asks for while nothing is replaced: pods, cores, GiB. */
export const atRest = {
  pods: sumOf(() => 1),
  cpu: sumOf(({ cpu }) => cpu) / 1000,
  memory: sumOf(({ memory }) => memory) / 1024,
};

/** Room for every pod twice, since a new version of the chart replaces all of them at once, and for jobs. */
export const crashQuota = {
  pods: 2 * atRest.pods + (JOBS.pods ?? 1),
  cpu: Math.ceil(2 * atRest.cpu + JOBS.cpu / 1000),
  memory: Math.ceil(2 * atRest.memory + JOBS.memory / 1024),
};

/** A size as a container's resources. No limit on cores: throttling costs time on a node that is idle. */
export const resourcesOf = ({ cpu, memory }: PodSize) => ({
  requests: { cpu: `${cpu}m`, memory: `${memory}Mi` },
  limits: { memory: `${memory}Mi` },
});
