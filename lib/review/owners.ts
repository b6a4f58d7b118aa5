import type { BlueprintIn } from "../estate/blueprints.ts";
import { type Location, placeOf } from "../estate/node.ts";
import { globOf } from "./glob.ts";
import type { Suspicion } from "./risk.ts";

/** A line of an owners file. */
export interface OwnerRule {
  /** `blueprint/environment/region/layer`, with `*` for any part and `**` for any rest; a bare word is a layer. */
  readonly pattern: string;
  readonly owners: readonly string[];
}

/** Reads an owners file: patterns and owners as in `CODEOWNERS`, the last match wins. */
export function ownerRulesIn(text: string): OwnerRule[] {
  return text.split("\n").flatMap((line): OwnerRule[] => {
    const [pattern, ...owners] = line.replace(/#.*$/, "").trim().split(/\s+/);
    return pattern === undefined || pattern === "" ? [] : [{ pattern, owners }];
  });
}

/** Who should look at what a rule has found: the last line that matches; the blueprint's team where none does. */
export function ownersOf(
  suspicions: readonly Suspicion[],
  rules: readonly OwnerRule[],
  blueprints: readonly BlueprintIn[],
): string[] {
  const found = suspicions.flatMap(({ change, move }) => {
    const places: readonly Location[] = change === undefined ? (move?.places ?? []) : [change.node];
    const layer = change?.node.layer ?? /^layers\.([^.]+)/.exec(move?.path ?? "")?.[1] ?? "";
    return places.flatMap((place) => {
      const rule = rules.findLast(({ pattern }) => matches(pattern, place, layer));
      return rule?.owners ?? teamOf(place, blueprints);
    });
  });
  return [...new Set(found)].sort();
}

const matches = (pattern: string, place: Location, layer: string): boolean =>
  pattern === "*" || (pattern.includes("/") ? globOf(pattern).test(`${placeOf(place)}/${layer}`) : pattern === layer);

function teamOf({ blueprint, environment }: Location, blueprints: readonly BlueprintIn[]): string[] {
  const of =
    blueprints.find((one) => one.blueprint === blueprint && one.environment === environment) ??
    // What an account owns is its platform's business.
    blueprints.find((one) => one.account === environment && one.platform === one.blueprint);
  const team = of?.leaves().get("owner.team")?.value;
  return typeof team === "string" ? [team] : [];
}
