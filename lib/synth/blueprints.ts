import type { Deployment } from "../model/deployment.ts";
import { isJson, isJsonObject, type Json, type Provenance } from "../model/merge.ts";
import type { ResolvedBlueprint } from "../model/resolved.ts";
import { emitJson } from "./json.ts";

/** A value of a blueprint in an environment, and the source that set it last. */
interface Leaf {
  readonly value: Json;
  readonly source: string;
}
type Leaves = Readonly<Record<string, Leaf>>;

/**
 * `dist/blueprints/<blueprint>/<environment>.json`: what a blueprint resolved to, leaf by leaf, each with the source that
 * set it. A review tells by it which leaf a change comes from, also when one side was made long ago.
 */
export const blueprintFile = (deployment: Deployment): readonly [path: string, text: string] => [
  `dist/blueprints/${deployment.name}/${deployment.environment}.json`,
  emitJson(documentOf(deployment)),
];

function documentOf(deployment: Deployment): object {
  const leaves = leavesOf(deployment.blueprint, deployment.provenance);
  return {
    account: deployment.account.name,
    images: deployment.images,
    leaves,
    platform: deployment.platform.blueprint,
    regions: Object.fromEntries(deployment.regions.map(({ region, role }) => [region.code, role])),
    // Most leaves are the same in every region, and are written once.
    inRegions: Object.fromEntries(
      deployment.regions.flatMap(({ region, blueprint, provenance }): [string, object][] => {
        // A region that adds nothing to its environment shares what that resolved to.
        if (provenance === deployment.provenance) return [];
        const own = differing(leaves, leavesOf(blueprint, provenance));
        return Object.keys(own).length === 0 ? [] : [[region.code, own]];
      }),
    ),
    tier: deployment.tier,
  };
}

function leavesOf(blueprint: ResolvedBlueprint, provenance: Provenance): Leaves {
  const found: Record<string, Leaf> = {};
  const walk = (value: Json, path: string): void => {
    if (isJsonObject(value) && Object.keys(value).length > 0) {
      for (const [key, child] of Object.entries(value))
        if (child !== undefined) walk(child, path === "" ? key : `${path}.${key}`);
      return;
    }
    found[path] = { value, source: provenance.get(path)?.at(-1)?.source ?? "default" };
  };
  // A parsed blueprint is data, whatever its type says.
  const data: unknown = blueprint;
  if (isJson(data)) walk(data, "");
  return found;
}

/** Leaves of a region that are not what they are everywhere; `null` for what it lacks. */
function differing(everywhere: Leaves, here: Leaves): Readonly<Record<string, Leaf | null>> {
  const own: Record<string, Leaf | null> = {};
  for (const [path, leaf] of Object.entries(here))
    if (JSON.stringify(leaf) !== JSON.stringify(everywhere[path])) own[path] = leaf;
  for (const path of Object.keys(everywhere)) if (here[path] === undefined) own[path] = null;
  return own;
}
