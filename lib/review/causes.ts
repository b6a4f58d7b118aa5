import { type AttributeChange, attributeChanges } from "../estate/attributes.ts";
import type { BlueprintIn } from "../estate/blueprints.ts";
import type { Files } from "../estate/files.ts";
import { estateOf } from "../estate/index.ts";
import { type Node, nodesOf } from "../estate/node.ts";
import { isJson, type Json } from "../model/merge.ts";
import type { Supposition } from "../model/supposition.ts";
import { couldCause } from "./cause-by-name.ts";
import { isMember, leafOf, type Move, nameOfElement } from "./moves.ts";
import type { Row } from "./rows.ts";

/** Synthesizes some units of the head as they would be if leaves had other values. */
export type WhatIf = (suppositions: readonly Supposition[], units: ReadonlySet<string>) => Files | undefined;

/** Why a row is there. */
export interface Cause {
  /** The leaf that moved. @default none: the code that synthesizes has changed, or its versions */
  readonly move?: Move;
  /** `tried`: with the leaf as it was, the change is not there; `named`: the leaf is about the same thing. */
  readonly how: "tried" | "named";
}

/** Most leaves that are tried one by one; more are tried by what they are about. */
const MOST_TRIALS = 48;

/**
 * Finds the leaf behind each row by trying: the head is synthesized once more with one leaf as it was, and what is then
 * no longer different comes from that leaf. What is still there with all leaves as they were comes from the code.
 *
 * @param whatIf synthesizes the head; without it, leaves are told by name
 */
export function causesOf(
  rows: readonly Row[],
  moves: readonly Move[],
  blueprints: Blueprints,
  whatIf: WhatIf | undefined,
): ReadonlyMap<Row, readonly Cause[]> {
  const causes = new Map<Row, Cause[]>(rows.map((row) => [row, []]));
  const telling = moves.filter(({ path }) => leafOf(path) !== "acknowledgements");
  const units = new Set(rows.flatMap(unitsOf));
  const untried: Move[] = [];
  const trials = trialsOf(telling).map((trial) => ({ trial, nodes: tried(trial, blueprints, units, whatIf) }));
  for (const { trial, nodes } of trials) {
    if (nodes === undefined) untried.push(...trial);
    else
      for (const [row, found] of causes)
        if (differs(row, nodes)) found.push(...trial.map((move): Cause => ({ move, how: "tried" })));
  }
  // One trial is already a trial of all.
  const all = trials.length > 1 ? tried(telling, blueprints, units, whatIf) : trials[0]?.nodes;
  for (const [row, found] of causes) {
    if (found.length === 0)
      found.push(...untried.filter((move) => couldCause(move, row)).map((move): Cause => ({ move, how: "named" })));
    // No leaf by itself, but all of them together: each is enough, or some could not be tried alone.
    if (found.length === 0 && all !== undefined && differs(row, all)) {
      const about = telling.filter((move) => couldCause(move, row));
      found.push(...(about.length === 0 ? untried : about).map((move): Cause => ({ move, how: "named" })));
    }
    if (found.length === 0 || (all !== undefined && !explained(row, all))) found.push({ how: "tried" });
  }
  return causes;
}

/** Units that tell whether a row is still there. */
const unitsOf = ({ sample: { node, before }, contents }: Row): string[] => [
  node.unit,
  ...(before === undefined ? [] : [before.unit]),
  // A region is there as long as anything is in it.
  ...(node.kind === "place" ? contents.slice(0, 1).map((one) => one.node.unit) : []),
];

/** Leaves that are tried together: each alone, or by service, store or layer where there are very many. */
function trialsOf(moves: readonly Move[]): readonly (readonly Move[])[] {
  if (moves.length <= MOST_TRIALS) return moves.map((move) => [move]);
  return [...Map.groupBy(moves, ({ path }) => path.split(".").slice(0, 2).join(".")).values()];
}

interface Blueprints {
  readonly before: readonly BlueprintIn[];
  readonly after: readonly BlueprintIn[];
}

function tried(
  moves: readonly Move[],
  blueprints: Blueprints,
  units: ReadonlySet<string>,
  whatIf: WhatIf | undefined,
): ReadonlyMap<string, Node> | undefined {
  const files = whatIf?.(suppositionsOf(moves, blueprints), units);
  if (files === undefined) return undefined;
  return new Map(nodesOf({ ...estateOf(files), blueprints: blueprints.after }).map((node) => [node.id, node]));
}

/** Whether a row's change is another one, or none, among nodes that were synthesized with a leaf as it was. */
function differs({ sample: { kind, node, attributes } }: Row, supposed: ReadonlyMap<string, Node>): boolean {
  const there = supposed.get(node.id);
  if (kind === "removed") return there !== undefined;
  if (kind === "added" || there === undefined) return there === undefined;
  return meet(attributes, attributeChanges(there.body, node.body));
}

/** Whether nothing but leaves is behind a row: with all of them as they were, the thing is as it was. */
function explained({ sample: { kind, node, before, attributes } }: Row, supposed: ReadonlyMap<string, Node>): boolean {
  if (kind === "added") return !supposed.has(node.id);
  const there = supposed.get(before?.id ?? node.id);
  if (there === undefined || before === undefined) return false;
  return !meet(attributes, attributeChanges(before.body, there.body));
}

/** Whether two sets of changes are about an attribute in common. */
const meet = (some: readonly AttributeChange[], others: readonly AttributeChange[]): boolean =>
  some.some(({ path }) => others.some((other) => isWithin(other.path, path) || isWithin(path, other.path)));

const isWithin = (path: string, other: string): boolean =>
  path === other || (path.startsWith(other) && /^[.[ ]/.test(path.slice(other.length)));

/** Leaves as they were, in the places in which they moved and in no other. */
function suppositionsOf(moves: readonly Move[], { before: old, after }: Blueprints): Supposition[] {
  // Several elements of one list may have moved: each is put back into what the others have left.
  const values = new Map<string, Supposition>();
  for (const move of moves)
    for (const { blueprint, environment, region } of move.places) {
      const inside = (one: BlueprintIn): boolean => one.blueprint === blueprint && one.environment === environment;
      const of = after.find(inside);
      const path = leafOf(move.path);
      const place = (code: string): string => [blueprint, environment, code, path].join(" ");
      const now = (code: string): Json | undefined => of?.leaves(code === "global" ? undefined : code).get(path)?.value;
      const set = (code: string, value: Json | undefined): void => {
        values.set(place(code), {
          blueprint,
          environment,
          region: code,
          path,
          ...(value === undefined ? {} : { value }),
        });
      };
      if (isRegionGone(move)) {
        const differences = old.find(inside)?.differencesIn(region) ?? {};
        set(region, { role: move.before ?? "active", overrides: differences });
        continue;
      }
      if (isMember(path)) {
        set(region, move.before === undefined ? undefined : old.find(inside)?.memberIn(region, path));
        if (region === "global")
          for (const code of Object.keys(of?.regions ?? {}))
            if (!values.has(place(code))) set(code, of?.memberIn(code, path));
        continue;
      }
      const known = values.get(place(region));
      set(region, putBack(move, known === undefined ? now(region) : known.value));
      // What an environment overrides reaches regions in which the leaf has not moved.
      if (region === "global" && !/^(?:environments|images)\./.test(path))
        for (const code of Object.keys(of?.regions ?? {})) if (!values.has(place(code))) set(code, now(code));
    }
  return [...values.values()];
}

/** A region that is no longer there comes back with what was particular to it. */
const isRegionGone = ({ path, after }: Move): boolean =>
  after === undefined && /^environments\.[^.]+\.regions\./.test(path);

/** The value of a leaf with what moved in it as it was. */
function putBack({ path, before }: Move, now: Json | undefined): Json | undefined {
  const [, name, key] = /\[([^\]]+)\](?:\.(.+))?$/.exec(path) ?? [];
  if (name === undefined || !Array.isArray(now)) return before;
  const elements: readonly Json[] = now;
  const index = elements.findIndex((one) => nameOfElement(one) === name);
  if (index < 0) return before === undefined ? now : [...elements, before];
  const element = elements[index];
  if (key === undefined || typeof element !== "object" || element === null || Array.isArray(element))
    return before === undefined ? elements.toSpliced(index, 1) : elements.with(index, before);
  const { [key]: _, ...others } = Object.fromEntries(Object.entries(element));
  const restored: unknown = before === undefined ? others : { ...others, [key]: before };
  return isJson(restored) ? elements.with(index, restored) : now;
}
