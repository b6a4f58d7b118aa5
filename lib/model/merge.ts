/** Plain data: what blueprints are made of. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A source that set a leaf, in the order in which sources apply. */
export interface Origin {
  /** Such as `tier prod`, `blueprint url-shortener`, `fork promo`, `environment prod`, `region eu-west-1`, `ceiling dev`. */
  readonly source: string;
  /** The data that the source's values stand in; identifies the file. */
  readonly root?: object;
  /** Path of the value below `root`. */
  readonly at: readonly string[];
  /** The value set, or undefined when the source removed it. */
  readonly value: Json | undefined;
}

/** Which sources set each leaf, by dotted path. */
export type Provenance = Map<string, Origin[]>;

/** A source of values with its place in the file it comes from. */
export interface Source {
  readonly name: string;
  readonly root?: object;
  /** Path of the patch below `root`. */
  readonly prefix: readonly string[];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Applies a merge patch (RFC 7396): objects merge, arrays and scalars are replaced, null removes. Returns new data
 * and records every leaf that the patch touches.
 */
export function mergePatch(target: JsonObject, patch: JsonObject, source: Source, provenance: Provenance): JsonObject {
  return mergeAt(target, patch, [], source, provenance);
}

function mergeAt(
  target: JsonObject,
  patch: JsonObject,
  path: readonly string[],
  source: Source,
  provenance: Provenance,
): JsonObject {
  const result: Record<string, Json | undefined> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const here = [...path, key];
    const before = result[key];
    if (value === null && isPatch(here)) {
      result[key] = null;
      record(here, null, source, provenance);
    } else if (value === null) {
      delete result[key];
      forget(before, here, source, provenance);
    } else if (isJsonObject(value)) {
      if (before !== undefined && !isJsonObject(before)) forget(before, here, source, provenance);
      result[key] = mergeAt(isJsonObject(before) ? before : {}, value, here, source, provenance);
    } else {
      if (isJsonObject(before)) forget(before, here, source, provenance);
      result[key] = value;
      record(here, value, source, provenance);
    }
  }
  return result;
}

/** Overrides are patches themselves: their nulls act where they are applied, not where they are merged. */
const isPatch = (path: readonly string[]): boolean => path[0] === "environments" && path.slice(2).includes("overrides");

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isObject(value);
}

function forget(value: Json | undefined, path: readonly string[], source: Source, provenance: Provenance): void {
  if (isJsonObject(value)) {
    for (const [key, child] of Object.entries(value)) forget(child, [...path, key], source, provenance);
  } else if (value !== undefined) {
    record(path, undefined, source, provenance);
  }
}

/** Adds an origin to a leaf. */
export function record(path: readonly string[], value: Json | undefined, source: Source, provenance: Provenance): void {
  const key = path.join(".");
  const origins = provenance.get(key) ?? [];
  origins.push({
    source: source.name,
    ...(source.root === undefined ? {} : { root: source.root }),
    at: [...source.prefix, ...path],
    value,
  });
  provenance.set(key, origins);
}

/** The value at a path, or undefined. */
export function valueAt(data: Json | undefined, path: readonly string[]): Json | undefined {
  let value = data;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isJsonObject(value)) value = value[key];
    else return undefined;
  }
  return value;
}

/** Data with one leaf replaced. */
export function withValue(data: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return data;
  if (rest.length === 0) return { ...data, [key]: value };
  const child = data[key];
  return { ...data, [key]: withValue(isJsonObject(child) ? child : {}, rest, value) };
}

/** Narrows unknown data to JSON. @returns the path of the first value that is none, or undefined */
export function notJson(value: unknown, path: readonly string[] = []): readonly string[] | undefined {
  if (value === null || typeof value === "boolean" || typeof value === "string" || value === undefined)
    return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = item === undefined ? [...path, String(index)] : notJson(item, [...path, String(index)]);
      if (found) return found;
    }
    return undefined;
  }
  if (!isObject(value)) return path;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return path;
  for (const [key, item] of Object.entries(value)) {
    const found = notJson(item, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

/** True for plain data without functions, class instances, dates or cycles of them. */
export function isJson(value: unknown): value is Json {
  return notJson(value) === undefined;
}
