import type { Deployment } from "../model/deployment.ts";
import type { Finding } from "./finding.ts";

/** A product is served from as many regions as it is said to be. Catalogue: foundation.targets.region-count. */
export const promisedRegions = (deployments: readonly Deployment[]): Finding[] =>
  deployments.flatMap(({ name, environment, tier, blueprint, regions }): Finding[] => {
    const promised = blueprint.objectives?.regions;
    if (tier !== "prod" || promised === undefined || regions.length >= promised) return [];
    return [
      {
        severity: "warning",
        code: "fewer-regions",
        place: `${name}-${environment}`,
        summary: `it is served from ${regions.length} regions, and ${promised} are promised`,
        address: "objectives.regions",
        fix: `add regions to environments.${environment}.regions, or promise ${regions.length}`,
      },
    ];
  });
