import type { Tier } from "./environment.ts";
import type { RegionPlacement } from "./home.ts";
import type { Provenance } from "./merge.ts";
import type { Problem } from "./problem.ts";
import { originOf } from "./resolve.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import type { LoadedBlueprint, Workspace } from "./workspace.ts";

/**
 * The highest availability that an environment can promise. One NAT gateway and single replicas do not carry three
 * nines; a single region carries four, since AWS promises no more of one (EKS, Aurora and MSK: 99.95 to 99.99).
 */
export function attainable(tier: Tier, servingRegions: number): number {
  if (tier === "dev") return 99.5;
  if (tier === "staging") return 99.9;
  return servingRegions > 1 ? 99.999 : 99.99;
}

/** Objectives above what the environment can keep. Dev and staging inherit prod's objectives without promising them. */
export function targetProblems(
  workspace: Workspace,
  blueprint: LoadedBlueprint,
  environment: string,
  tier: Tier,
  regions: readonly RegionPlacement[],
  shared: { readonly blueprint: ResolvedBlueprint; readonly provenance: Provenance },
): Problem[] {
  const most = attainable(tier, regions.filter(({ role }) => role !== "standby").length);
  const targets: (readonly [readonly string[], number | undefined])[] = [
    [["objectives", "availability"], shared.blueprint.objectives?.availability],
    ...Object.entries(shared.blueprint.services).map(
      ([name, { slo }]): readonly [readonly string[], number | undefined] => [
        ["services", name, "slo", "availability"],
        slo?.availability,
      ],
    ),
  ];
  return targets.flatMap(([path, given]): Problem[] => {
    const origin = originOf(shared.provenance, path);
    const promisedHere = tier === "prod" || origin?.source === `environment ${environment}`;
    if (given === undefined || given <= most || !promisedHere) return [];
    return [
      {
        code: "target-above-tier",
        path: [blueprint.name, ...path].join("."),
        environment,
        ...workspace.locate(origin),
        message: `tier ${tier} in ${regions.length} region${regions.length === 1 ? "" : "s"} cannot keep this target`,
        given: String(given),
        allowed: [`at most ${most}`],
        fix:
          tier === "prod" ? "add an active region, or lower the target" : "lower the target, or choose a larger tier",
      },
    ];
  });
}
