import { z } from "zod";
import { type Json, type JsonObject, withValue } from "../model/merge.ts";
import type { Files } from "./files.ts";

/** A value that a blueprint has, and the source that set it: `tier prod`, `blueprint x`, `fork y`, `environment prod`. */
export interface Leaf {
  readonly value: Json;
  readonly source: string;
}

/** What a blueprint resolved to in an environment. */
export interface BlueprintIn {
  readonly blueprint: string;
  readonly environment: string;
  readonly tier: string;
  /** Name of the account. */
  readonly account: string;
  /** Blueprint whose platform it lives on. */
  readonly platform: string;
  /** Role of each region. */
  readonly regions: Readonly<Record<string, string>>;
  /** Digests of released images by repository. */
  readonly images: Readonly<Record<string, string>>;
  /** Leaves in a region, by dotted path; in the global place without one. */
  readonly leaves: (region?: string) => ReadonlyMap<string, Leaf>;
  /** What a region has otherwise than the global place, as the merge patch that would override it. */
  readonly differencesIn: (region: string) => JsonObject;
  /** A service, store or stream in a region, or in the `global` place, as it would be written; nothing where there is none. */
  readonly memberIn: (region: string, path: string) => JsonObject | undefined;
}

const json: z.ZodType<Json> = z.json();
const leaf = z.strictObject({ value: json, source: z.string() });
const document = z.strictObject({
  account: z.string(),
  images: z.record(z.string(), z.string()),
  inRegions: z.record(z.string(), z.record(z.string(), leaf.nullable())),
  leaves: z.record(z.string(), leaf),
  platform: z.string(),
  regions: z.record(z.string(), z.string()),
  tier: z.string(),
});

const FILE = /^dist\/blueprints\/([^/]+)\/([^/]+)\.json$/;

/** The blueprints of an output, by name and environment. @throws when a file is none of ours */
export function blueprintsIn(files: Files): BlueprintIn[] {
  return [...files].flatMap(([path, text]): BlueprintIn[] => {
    const [, blueprint, environment] = FILE.exec(path) ?? [];
    if (blueprint === undefined || environment === undefined) return [];
    const { inRegions, leaves, ...rest } = document.parse(JSON.parse(text));
    const everywhere = new Map(Object.entries(leaves));
    const leavesIn = (region?: string): ReadonlyMap<string, Leaf> => {
      const own = region === undefined ? undefined : inRegions[region];
      if (own === undefined) return everywhere;
      const here = new Map(everywhere);
      for (const [at, value] of Object.entries(own)) {
        if (value === null) here.delete(at);
        else here.set(at, value);
      }
      return here;
    };
    return [
      {
        ...rest,
        blueprint,
        environment,
        leaves: leavesIn,
        memberIn: (region, path) => memberOf(leavesIn(region), path),
        differencesIn: (region) => patchOf(everywhere, inRegions[region] ?? {}),
      },
    ];
  });
}

function memberOf(leaves: ReadonlyMap<string, Leaf>, path: string): JsonObject | undefined {
  let member: JsonObject | undefined;
  for (const [at, { value }] of leaves)
    if (at.startsWith(`${path}.`)) member = withValue(member ?? {}, at.slice(path.length + 1).split("."), value);
  return member;
}

function patchOf(everywhere: ReadonlyMap<string, Leaf>, own: Readonly<Record<string, Leaf | null>>): JsonObject {
  const gone = (prefix: string): boolean =>
    [...everywhere.keys()].every((path) => !path.startsWith(`${prefix}.`) || own[path] === null);
  let patch: JsonObject = {};
  for (const [path, leaf] of Object.entries(own)) {
    const keys = path.split(".");
    if (leaf !== null) {
      patch = withValue(patch, keys, leaf.value);
      continue;
    }
    // A store that is not there is removed as a whole: leaf by leaf, an empty one would be left.
    const depth = keys.findIndex((_, index) => index >= 1 && gone(keys.slice(0, index + 1).join(".")));
    patch = withValue(patch, depth < 0 ? keys : keys.slice(0, depth + 1), null);
  }
  return patch;
}
