import type { Blueprint } from "./blueprint.ts";
import type { Environment } from "./environment.ts";
import {
  isJson,
  isJsonObject,
  type Json,
  type JsonObject,
  mergePatch,
  type Provenance,
  record,
  type Source,
  valueAt,
  withValue,
} from "./merge.ts";
import { ceilingsOf, tierDefaults } from "./tiers.ts";

/** A value tree with the origin of every leaf. */
export interface Resolution {
  readonly data: JsonObject;
  readonly provenance: Provenance;
}

const asObject = (value: unknown): JsonObject => (isJson(value) && isJsonObject(value) ? value : {});
const asRoot = (value: unknown): object | undefined =>
  typeof value === "object" && value !== null ? value : undefined;

function sourceOf(name: string, root: unknown, prefix: readonly string[] = []): Source {
  const object = asRoot(root);
  return object === undefined ? { name, prefix } : { name, root: object, prefix };
}

/** Base and forks merged, before environments apply. The name is the last fork's. */
export function mergeForks(blueprint: Blueprint): Resolution {
  const provenance: Provenance = new Map();
  const base = asObject(blueprint.base);
  let data = mergePatch({}, base, sourceOf(`blueprint ${String(base["name"])}`, blueprint.base), provenance);
  for (const step of blueprint.forks) {
    data = mergePatch(data, { name: step.name }, sourceOf(`fork ${step.name}`, undefined), provenance);
    data = mergePatch(data, asObject(step.add), sourceOf(`fork ${step.name}`, step, ["add"]), provenance);
    data = mergePatch(data, asObject(step.change), sourceOf(`fork ${step.name}`, step, ["change"]), provenance);
  }
  return { data, provenance };
}

/** The source that last set something at or below a path: where an error about it points. */
export function originOf(provenance: Provenance, path: readonly string[]) {
  const key = path.join(".");
  const exact = provenance.get(key)?.at(-1);
  if (exact) return exact;
  for (const [leaf, origins] of provenance) {
    if (leaf.startsWith(`${key}.`)) {
      const origin = origins.at(-1);
      if (origin)
        return { ...origin, at: origin.at.slice(0, origin.at.length - (leaf.split(".").length - path.length)) };
    }
  }
  return undefined;
}

/**
 * The blueprint in one environment and region: defaults of the tier, then blueprint and forks up to the tier's
 * ceilings, then the environment's overrides, then the ceilings of a region that stands by, then the region's overrides.
 */
export function resolveIn(merged: Resolution, environmentName: string, region: string | undefined): Resolution {
  const environments = merged.data["environments"];
  const environment = isJsonObject(environments) ? environments[environmentName] : undefined;
  if (!isJsonObject(environment)) throw new Error(`no environment ${environmentName}`);
  const { environments: _, routes: table, ...written } = merged.data;
  const tier = tierOf(environment);
  const provenance: Provenance = new Map();

  const folded = foldRoutes(asObject(written), table);
  let data = mergePatch({}, tierDefaults(tier, folded), { name: `tier ${tier}`, prefix: [] }, provenance);
  for (const [path, origins] of merged.provenance) {
    if (path.startsWith("environments.") || path === "routes") continue;
    provenance.set(path, [...(provenance.get(path) ?? []), ...origins]);
  }
  data = mergePatch(data, folded, { name: "", prefix: [] }, new Map());
  for (const service of servicesIn(table)) {
    const path = `services.${service}.routes`;
    provenance.set(path, [...(provenance.get(path) ?? []), ...(merged.provenance.get("routes") ?? [])]);
  }
  data = withCeilings(data, tier, provenance);
  data = applyOverrides(data, environment["overrides"], environmentName, [], merged, provenance);
  const entry = region === undefined ? undefined : valueAt(environment, ["regions", region]);
  if (entry === "standby" || (isJsonObject(entry) && entry["role"] === "standby"))
    data = withCeilings(data, "standby", provenance);
  if (region !== undefined && isJsonObject(entry)) {
    data = applyOverrides(data, entry["overrides"], environmentName, ["regions", region], merged, provenance);
  }
  return { data: derive(data, provenance), provenance };
}

function withCeilings(data: JsonObject, of: Parameters<typeof ceilingsOf>[0], provenance: Provenance): JsonObject {
  let result = data;
  for (const { path, most } of ceilingsOf(of, data)) {
    result = withValue(result, path, most);
    record(path, most, { name: `ceiling ${of}`, prefix: [] }, provenance);
  }
  return result;
}

function applyOverrides(
  data: JsonObject,
  overrides: Json | undefined,
  environment: string,
  below: readonly string[],
  merged: Resolution,
  provenance: Provenance,
): JsonObject {
  if (!isJsonObject(overrides)) return data;
  const prefix = ["environments", environment, ...below, "overrides"];
  const origin = originOf(merged.provenance, prefix);
  const name = below[1] === undefined ? `environment ${environment}` : `region ${below[1]} of ${environment}`;
  const source: Source = {
    name,
    ...(origin?.root === undefined ? {} : { root: origin.root }),
    prefix: origin?.at ?? prefix,
  };
  return mergePatch(data, overrides, source, provenance);
}

/** Rows of the routing table become routes of the service they name. */
function foldRoutes(data: JsonObject, table: Json | undefined): JsonObject {
  if (!Array.isArray(table)) return data;
  let result = data;
  for (const row of table) {
    if (!isJsonObject(row) || typeof row["to"] !== "string") continue;
    const { to, ...route } = row;
    if (typeof to !== "string" || valueAt(result, ["services", to]) === undefined) continue;
    const before = valueAt(result, ["services", to, "routes"]);
    result = withValue(result, ["services", to, "routes"], [...(Array.isArray(before) ? before : []), route]);
  }
  return result;
}

/** Services that rows of the routing table name. */
const servicesIn = (table: Json | undefined): ReadonlySet<string> =>
  new Set(
    Array.isArray(table)
      ? table.flatMap((row: Json) => (isJsonObject(row) && typeof row["to"] === "string" ? [row["to"]] : []))
      : [],
  );

const DERIVED: Source = { name: "derived", prefix: [] };

/** Defaults that depend on other leaves. */
function derive(data: JsonObject, provenance: Provenance): JsonObject {
  let result = data;
  const set = (path: readonly string[], value: Json): void => {
    if (valueAt(result, path) !== undefined) return;
    result = withValue(result, path, value);
    record(path, value, DERIVED, provenance);
  };
  for (const [name, service] of entries(data["services"])) {
    const min = valueAt(service, ["scaling", "min"]);
    set(["services", name, "scaling", "max"], typeof min === "number" ? Math.max(1, min * 3) : 3);
    const on = valueAt(service, ["scaling", "on"]);
    if (isJsonObject(on) && Object.keys(on).length === 0) set(["services", name, "scaling", "on", "cpu"], 70);
    const routes = valueAt(service, ["routes"]);
    if (Array.isArray(routes)) {
      const complete = routes.map((route) =>
        isJsonObject(route)
          ? { method: "GET", protocol: "http", rateLimit: "unlimited", idempotencyKey: false, ...route }
          : route,
      );
      result = withValue(result, ["services", name, "routes"], complete);
    }
  }
  for (const [name, stream] of entries(data["streams"])) {
    if (stream["kind"] === "topic") set(["streams", name, "topic"], name);
  }
  for (const [name] of entries(valueAt(data, ["layers", "foundation", "nodePools"]))) {
    const pool = ["layers", "foundation", "nodePools", name];
    set([...pool, "categories"], valueAt(data, [...pool, "gpu"]) === true ? ["g"] : ["c", "m", "r"]);
    set([...pool, "architecture"], valueAt(data, [...pool, "gpu"]) === true ? "amd64" : "arm64");
    set([...pool, "capacity"], "on-demand");
    set([...pool, "maxCpu"], 256);
    set([...pool, "gpu"], false);
  }
  return result;
}

function entries(value: Json | undefined): [string, JsonObject][] {
  return isJsonObject(value)
    ? Object.entries(value).flatMap(([name, member]): [string, JsonObject][] =>
        isJsonObject(member) ? [[name, member]] : [],
      )
    : [];
}

function tierOf(environment: JsonObject): Environment["tier"] {
  const tier = environment["tier"];
  return tier === "staging" || tier === "prod" ? tier : "dev";
}
