import { isDeepStrictEqual } from "node:util";
import type { BlueprintIn, Leaf } from "../estate/blueprints.ts";
import { isRecord } from "../estate/json.ts";
import type { Location } from "../estate/node.ts";
import { isJson, type Json } from "../model/merge.ts";

/** A leaf of a blueprint that is not what it was, in all places in which it moved the same way. */
export interface Move {
  /** Dotted path in the blueprint, such as `services.redirect.scaling.max`, or `environments.prod.regions.eu-west-1`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  /** What set it: `blueprint x`, `fork y`, `environment prod`, `tier prod`, `ceiling dev`; whatever set it before, where it is gone. */
  readonly source: string;
  /** Where it moved; the global place as `global`. */
  readonly places: readonly Location[];
}

/** The leaves that moved between two outputs' blueprints. */
export function movesBetween(before: readonly BlueprintIn[], after: readonly BlueprintIn[]): Move[] {
  const keyOf = ({ blueprint, environment }: BlueprintIn): string => `${blueprint}/${environment}`;
  const old = new Map(before.map((one) => [keyOf(one), one]));
  const now = new Map(after.map((one) => [keyOf(one), one]));
  const moves = new Map<string, Move & { places: Location[] }>();
  const add = (move: Omit<Move, "places">, place: Location): void => {
    const key = JSON.stringify([move.path, move.before, move.after, move.source]);
    const known = moves.get(key);
    if (known === undefined) moves.set(key, { ...move, places: [place] });
    else known.places.push(place);
  };
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    const { blueprint, environment } = is ?? was ?? { blueprint: "", environment: "" };
    const whole = { blueprint, environment, region: "global" };
    const at = `environments.${environment}`;
    if (was === undefined || is === undefined) {
      add(moved(at, was?.tier, is?.tier, `blueprint ${blueprint}`), whole);
      continue;
    }
    for (const name of ["tier", "account", "platform"] as const)
      if (was[name] !== is[name]) add(moved(`${at}.${name}`, was[name], is[name], `blueprint ${blueprint}`), whole);
    for (const [path, left, right] of entriesOf(was.images, is.images))
      add(moved(`images.${path}`, left, right, `images.lock.yaml of ${blueprint}`), whole);
    const regions = entriesOf(was.regions, is.regions);
    for (const [region, left, right] of regions)
      add(moved(`${at}.regions.${region}`, left, right, `blueprint ${blueprint}`), { ...whole, region });
    for (const region of ["global", ...Object.keys(is.regions).filter((one) => was.regions[one] !== undefined)]) {
      const inside = region === "global" ? undefined : region;
      for (const move of leavesMoved(was.leaves(inside), is.leaves(inside)))
        if (!isConsequence(move, was, is, region)) add(move, { ...whole, region });
    }
  }
  return [...moves.values()];
}

const moved = (
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  source: string,
): Omit<Move, "places"> => ({
  path,
  source,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

function entriesOf(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): [string, string | undefined, string | undefined][] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => before[key] !== after[key])
    .map((key) => [key, before[key], after[key]]);
}

/** Whether a leaf has only moved because the tier of its environment or the role of its region has. */
const isConsequence = (
  { source }: Omit<Move, "places">,
  before: BlueprintIn,
  after: BlueprintIn,
  region: string,
): boolean =>
  (before.tier !== after.tier && /^(?:tier|ceiling|derived|default)\b/.test(source)) ||
  (before.regions[region] !== after.regions[region] && /^(?:ceiling standby|derived)\b/.test(source));

function* leavesMoved(
  before: ReadonlyMap<string, Leaf>,
  after: ReadonlyMap<string, Leaf>,
): Generator<Omit<Move, "places">> {
  const [old, now] = [membersOf(before), membersOf(after)];
  const told = new Set<string>();
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path), after.get(path)];
    if (isDeepStrictEqual(was?.value, is?.value)) continue;
    const member = memberOf(path);
    if (member !== undefined && old.has(member) !== now.has(member)) {
      if (!told.has(member)) yield wholeMember(member, old.has(member) ? before : after, old.has(member));
      told.add(member);
      continue;
    }
    const source = (is ?? was)?.source ?? "default";
    for (const [at, left, right] of elementMoves(path, was?.value, is?.value)) yield moved(at, left, right, source);
  }
}

/** The service, store or stream that a leaf belongs to: one that comes or goes does so as a whole. */
const memberOf = (path: string): string | undefined => /^(?:services|data|streams)\.[^.]+(?=\.)/.exec(path)?.[0];
const membersOf = (leaves: ReadonlyMap<string, Leaf>): ReadonlySet<string> =>
  new Set([...leaves.keys()].flatMap((path) => memberOf(path) ?? []));

/** A service is told by its image, a store or stream by its kind: the rest depends on where it is. */
function wholeMember(path: string, leaves: ReadonlyMap<string, Leaf>, isGone: boolean): Omit<Move, "places"> {
  const name = path.startsWith("services.") ? "image" : "kind";
  const leaf = leaves.get(`${path}.${name}`);
  const value: Json = { [name]: leaf?.value ?? "" };
  const source = leaf?.source ?? "default";
  return isGone ? moved(path, value, undefined, source) : moved(path, undefined, value, source);
}

/** Whether a move is that of a whole service, store or stream. */
export const isMember = (path: string): boolean => /^(?:services|data|streams)\.[^.]+$/.test(path);

/** A list of objects that are known by method and path, or by name, moves element by element. */
function elementMoves(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): [string, Json | undefined, Json | undefined][] {
  if (!Array.isArray(before) || !Array.isArray(after)) return [[path, before, after]];
  const [left, right] = [named(before), named(after)];
  if (left === undefined || right === undefined) return [[path, before, after]];
  const found = [...new Set([...left.keys(), ...right.keys()])].flatMap(
    (name): [string, Json | undefined, Json | undefined][] => {
      const [was, is] = [left.get(name), right.get(name)];
      if (isDeepStrictEqual(was, is)) return [];
      if (!isRecord(was) || !isRecord(is)) return [[`${path}[${name}]`, was, is]];
      return [...new Set([...Object.keys(was), ...Object.keys(is)])]
        .filter((key) => !isDeepStrictEqual(was[key], is[key]))
        .map((key) => [`${path}[${name}].${key}`, asJson(was[key]), asJson(is[key])]);
    },
  );
  return found.length === 0 ? [[path, before, after]] : found;
}

function named(elements: readonly Json[]): Map<string, Json> | undefined {
  const map = new Map(
    elements.flatMap((one): [string, Json][] => {
      const name = nameOfElement(one);
      return name === undefined ? [] : [[name, one]];
    }),
  );
  return map.size === elements.length ? map : undefined;
}

/** By what an element of a list is known: a route by its method and path, anything else by its name. */
export function nameOfElement(element: Json): string | undefined {
  if (!isRecord(element)) return undefined;
  const { path, method = "GET", name } = element;
  const found = path === undefined ? name : `${String(method)} ${String(path)}`;
  return typeof found === "string" ? found : undefined;
}

const asJson = (value: unknown): Json | undefined => (isJson(value) ? value : undefined);

/** The leaf that a move is in: element paths end at their list. */
export const leafOf = (path: string): string => path.replace(/\[.*$/, "");
