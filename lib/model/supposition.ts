import { isJsonObject, type Json, type JsonObject, valueAt, withValue } from "./merge.ts";
import type { LoadedBlueprint, Workspace } from "./workspace.ts";

/** A leaf of a blueprint with another value, in a place of its own. */
export interface Supposition {
  readonly blueprint: string;
  readonly environment: string;
  /** Region code, or `global`. */
  readonly region: string;
  /** Dotted path: a leaf, or `environments.x.tier`, `environments.x.regions.y`, `images.z`. */
  readonly path: string;
  /** Nothing where the leaf should not be there. */
  readonly value?: Json;
}

/** A workspace as it would be if leaves had other values. */
export function supposing(workspace: Workspace, suppositions: readonly Supposition[]): Workspace {
  const blueprints = new Map(workspace.blueprints);
  for (const [name, own] of Map.groupBy(suppositions, ({ blueprint }) => blueprint)) {
    const blueprint = blueprints.get(name);
    if (blueprint !== undefined) blueprints.set(name, supposed(blueprint, own));
  }
  return { ...workspace, blueprints };
}

function supposed(blueprint: LoadedBlueprint, suppositions: readonly Supposition[]): LoadedBlueprint {
  let { data } = blueprint.merged;
  let { images } = blueprint;
  for (const { environment, region, path, value } of suppositions) {
    const keys = path.split(".");
    if (keys[0] === "images") {
      const { [keys.slice(1).join(".")]: _, ...others } = images[environment] ?? {};
      images = {
        ...images,
        [environment]: typeof value === "string" ? { ...others, [keys.slice(1).join(".")]: value } : others,
      };
    } else if (keys[0] === "environments") data = withEnvironment(data, keys, value);
    else data = withOverride(data, environment, region, keys, value ?? null);
  }
  return { ...blueprint, images, merged: { ...blueprint.merged, data } };
}

/** What an environment itself says: its tier, account, platform, or the role of a region. */
function withEnvironment(data: JsonObject, keys: readonly string[], value: Json | undefined): JsonObject {
  const before = valueAt(data, keys);
  if (keys[2] === "regions" && value !== undefined && isJsonObject(before))
    return withValue(data, [...keys, "role"], value);
  return value === undefined ? without(data, keys) : withValue(data, keys, value);
}

function without(data: JsonObject, [key = "", ...rest]: readonly string[]): JsonObject {
  const { [key]: child, ...others } = data;
  return rest.length === 0 || !isJsonObject(child) ? others : { ...others, [key]: without(child, rest) };
}

/** An override of one place: those of an environment reach all its regions, those of a region only it. */
function withOverride(
  data: JsonObject,
  environment: string,
  region: string,
  keys: readonly string[],
  value: Json,
): JsonObject {
  const at = ["environments", environment];
  if (region === "global") return withValue(data, [...at, "overrides", ...keys], value);
  const entry = valueAt(data, [...at, "regions", region]);
  if (entry === undefined) return data;
  const whole = isJsonObject(entry) ? entry : { role: entry };
  return withValue(data, [...at, "regions", region], withValue(whole, ["overrides", ...keys], value));
}
