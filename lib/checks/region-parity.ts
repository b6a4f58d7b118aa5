import type { Estate } from "../estate/index.ts";
import { object } from "../estate/json.ts";
import type { Stack } from "../estate/stacks.ts";
import type { Deployment } from "../model/deployment.ts";
import { error, type Finding } from "./finding.ts";

/**
 * Regions of one role have the same resources, but where the blueprint says otherwise of a region: what one region lacks is
 * noticed on the day on which it has to stand in. Catalogue: foundation.crosscutting.multi-region.
 */
export const regionParity = (estate: Estate, deployments: readonly Deployment[]): Finding[] =>
  deployments.flatMap((deployment) => alike(deployment).flatMap((codes) => differences(estate, deployment, codes)));

/** Codes of regions that have to be alike: those of the same role with the same blueprint. */
function alike({ regions }: Deployment): string[][] {
  const groups = Map.groupBy(regions, ({ role, blueprint }) => `${role} ${JSON.stringify(blueprint)}`);
  return [...groups.values()].map((members) => members.map(({ region }) => region.code));
}

function differences(estate: Estate, { name, environment }: Deployment, codes: readonly string[]): Finding[] {
  const prefixes = new Map(codes.map((code) => [code, `${name}-${environment}-${code}-`]));
  const contents = new Map(
    codes.map((code) => [code, contentsOf(estate.stacks, prefixes.get(code) ?? "", code)] as const),
  );
  const everywhere = new Map<string, string[]>();
  for (const [code, addresses] of contents)
    for (const address of addresses) everywhere.set(address, [...(everywhere.get(address) ?? []), code]);
  // A part of the estate may hold some of the regions only.
  const present = codes.filter((code) => (contents.get(code)?.size ?? 0) > 0);
  return [...everywhere].flatMap(([address, found]) => {
    const [part = "", resource = ""] = address.split(" ");
    return present
      .filter((code) => !found.includes(code))
      .map((code) =>
        error(
          "region-lacks",
          `${prefixes.get(code)}${part}`,
          `${found.join(", ")} ${found.length === 1 ? "has" : "have"} ${resource}, and ${code} has not`,
          resource,
          `say in the blueprint what is different in ${code}: environments.${environment}.regions.${code}.overrides`,
        ),
      );
  });
}

/** Parts of a region's stacks with what each has: zones by their rank, so that regions can be compared. */
function contentsOf(stacks: readonly Stack[], prefix: string, code: string): ReadonlySet<string> {
  const own = stacks
    .filter(({ name }) => name.startsWith(prefix))
    .flatMap(({ name, document }) =>
      Object.entries(object(document["resource"])).flatMap(([type, byId]) =>
        Object.keys(object(byId)).map((id) => `${name.slice(prefix.length)} ${type}.${id}`),
      ),
    );
  const zone = new RegExp(`${code}[a-z]\\b`, "g");
  const zones = [...new Set(own.flatMap((address) => address.match(zone) ?? []))].sort();
  return new Set(
    own.map((address) =>
      address.replace(zone, (found) => `zone-${zones.indexOf(found) + 1}`).replaceAll(code, "region"),
    ),
  );
}
