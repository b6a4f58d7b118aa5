import { physicalName } from "../../model/naming.ts";
import type { Place } from "../../model/place.ts";
import { dnsSuffix } from "../../model/regions.ts";
import type { Chart, ChartName } from "../../model/versions.ts";
import { chartsOf as clientCharts, imagesOf as clientImages } from "../client/contract.ts";

/** A chart that a layer asks the delivery layer to install on a platform. */
export interface AddonRequest {
  readonly chart: ChartName;
  /** Sync wave. CRDs come first (wave 0), then what others need to start. */
  readonly wave: number;
  /** Helm values. */
  readonly values: object;
  /** Another release of the same chart needs a name of its own. @default the chart's name */
  readonly release?: string;
}

/** Host of the registry of the place's account and region: the only account number in YAML. */
export const registryHost = (place: Place): string =>
  `${place.deployment.account.id}.dkr.ecr.${place.region.code}.${dnsSuffix(place.deployment.account.partition)}`;

/** Tag of an image that CI has not released yet: pods wait for it instead of running something else. */
const UNRELEASED = "unreleased";

/** Full reference of an image: by digest, once `images.lock.yaml` has one for the environment. */
export function imageOf(place: Place, image: string): string {
  const digest = place.deployment.images[image];
  return `${registryHost(place)}/${repositoryName(place, image)}${digest === undefined ? `:${UNRELEASED}` : `@${digest}`}`;
}

/** Repository of an image: each blueprint and environment has its own, since several may share an account. */
export const repositoryName = (place: Place, image: string): string =>
  physicalName("aws_ecr_repository", [place.deployment.name, place.deployment.environment, image]);

/** Waves in which applications sync; a lower wave is healthy before a higher one starts. */
export const WAVES = {
  crds: 0,
  namespaces: 5,
  addons: 10,
  platform: 12,
  streams: 15,
  policies: 16,
  data: 20,
  services: 25,
  routes: 27,
  alerts: 30,
  /** What people use and nothing waits for; products that live on a platform come before. */
  tools: 45,
  /** Charts of such tools, once their secrets and network policies are there. */
  toolCharts: 46,
} as const;

/** How Argo CD applies whatever it is given: on the server, again when it fails, and back when somebody changes it. */
export const SYNC_POLICY = {
  automated: { prune: true, selfHeal: true },
  syncOptions: ["ServerSideApply=true", "SkipDryRunOnMissingResource=true", "ApplyOutOfSyncOnly=true"],
  retry: { limit: 10, backoff: { duration: "10s", factor: 2, maxDuration: "5m" } },
} as const;

/** Annotations of what must never be deleted by a sync without a person's word. */
export const KEEP = { "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm" } as const;

/** Charts that run as a part of a product, under its own project. */
export const productCharts = (place: Place): readonly Chart[] =>
  clientCharts(place).map((name) => place.versions.productCharts[name]);

/** Images of a product: one for each service, and those of its migrations and tools. */
export function imagesOf(place: Place): readonly string[] {
  const images = Object.values(place.blueprint.services).map(({ image }) => image);
  const migrations = Object.entries(place.blueprint.data).flatMap(([name, { kind }]) =>
    kind === "relational" ? [migrationImage(name)] : [],
  );
  const uses = (wanted: string): boolean => Object.values(place.blueprint.streams).some(({ kind }) => kind === wanted);
  const tools = [...(uses("topic") ? [KAFKA_TOOLS] : []), ...(uses("rabbitmq") ? [RABBITMQ_TOOLS] : [])];
  const caches = Object.values(place.blueprint.services).some(({ graphql }) => graphql?.cache !== undefined)
    ? [VALKEY]
    : [];
  const limiter =
    place.deployment.platform.owned && place.blueprint.layers.ingress.rateLimits.store === "shared"
      ? [RATE_LIMITER]
      : [];
  return [...new Set([...images, ...migrations, ...tools, ...caches, ...limiter, ...clientImages(place)])].sort(
    (a, b) => (a < b ? -1 : 1),
  );
}

/** Repository of the image that migrates a relational store. */
export const migrationImage = (store: string): string => `migrations/${store.toLowerCase()}`;

/** Image with a shell and curl, for RabbitMQ's management API. */
export const RABBITMQ_TOOLS = "platform/rabbitmq-tools";

/** Image with Kafka's command line tools and the IAM login of MSK. */
export const KAFKA_TOOLS = "platform/kafka-tools";

/** Image of the cache that stands beside a GraphQL router: valkey/valkey 8.1 of its authors. */
export const VALKEY = "platform/valkey";

/** Image of the service that counts for all gateways: envoyproxy/ratelimit of its authors, which has no releases but commits. */
export const RATE_LIMITER = "platform/rate-limiter";
