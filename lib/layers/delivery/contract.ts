import type { Place } from "../../model/place.ts";
import { dnsSuffix } from "../../model/regions.ts";
import type { ChartName } from "../../model/versions.ts";

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
export function imageOf(place: Place, repository: string): string {
  const digest = place.deployment.images[repository];
  return `${registryHost(place)}/${repository}${digest === undefined ? `:${UNRELEASED}` : `@${digest}`}`;
}

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
} as const;

/** Annotations of what must never be deleted by a sync without a person's word. */
export const KEEP = { "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm" } as const;
