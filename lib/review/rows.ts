import { createHash } from "node:crypto";
import { canonical } from "../estate/attributes.ts";
import type { Change } from "../estate/diff.ts";
import { type Location, type Node, placeOf } from "../estate/node.ts";
import { maskOf } from "./mask.ts";

/** The same change in one or many places: what a reviewer judges once. */
export interface Row {
  /** The same for the same change in any two reviews. */
  readonly id: string;
  /** One of the changes, by which the others can be told. */
  readonly sample: Change;
  /** Every change, in the order of places. */
  readonly changes: readonly Change[];
  /** What has come or gone with it: everything in a stack, application or region. */
  readonly contents: readonly Change[];
  /** Regions of the same environment that have the same thing and go another way. */
  readonly outliers: readonly Outlier[];
  /** Whether it is this change that its siblings do not have. */
  readonly departs: boolean;
}

export interface Outlier {
  readonly location: Location;
  /** Whether nothing changes there, or something else does. */
  readonly does: "nothing" | "otherwise";
}

/** Collapses changes over regions and environments. @param before nodes as they were @param after nodes as they are, by which siblings are known */
export function rowsOf(changes: readonly Change[], before: readonly Node[], after: readonly Node[]): Row[] {
  const siblings = siblingsIn(before, after);
  const gone = new Set(
    changes.flatMap(({ kind, node }) => (kind === "removed" && node.kind === "place" ? [node.id] : [])),
  );
  const { whole, contents } = foldContents(changes);
  const bySubject = Map.groupBy(whole, ({ node }) => subjectOf(node));
  const rows = [...bySubject].flatMap(([subject, about]) => {
    const ways = Map.groupBy(about, wayOf);
    return [...ways].map(([way, same]): Row => {
      const sorted = same.toSorted((a, b) => order(placeOf(a.node), placeOf(b.node)));
      const [sample] = sorted;
      if (sample === undefined) throw new Error("a group has a member");
      return {
        // A digest: what is different may be a secret.
        id: createHash("sha256").update(`${subject} ${way}`).digest("hex").slice(0, 16),
        sample,
        changes: sorted,
        contents: sorted.flatMap(({ node }) => contents.get(node.id) ?? []),
        ...departures(
          sorted,
          about,
          (siblings.get(subject) ?? []).filter((location) => !gone.has(placeOf(location))),
          sample,
        ),
      };
    });
  });
  return rows.toSorted((a, b) => order(keyOf(a), keyOf(b)));
}

/** What comes or goes with its stack or application, and that with its region, is told with it. */
function foldContents(changes: readonly Change[]): {
  readonly whole: readonly Change[];
  readonly contents: ReadonlyMap<string, readonly Change[]>;
} {
  const kinds = new Map(
    changes
      .filter(({ kind, node }) => (kind === "added" || kind === "removed") && node.address === "")
      .map(({ kind, node }) => [node.id, kind]),
  );
  const holderOf = ({ kind, node }: Change): string | undefined =>
    [placeOf(node), node.unit].find((id) => id !== node.id && kinds.get(id) === kind);
  const groups = Map.groupBy(changes, (change) => holderOf(change) ?? "");
  return { whole: groups.get("") ?? [], contents: groups };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const keyOf = ({ sample: { node }, id }: Row): string =>
  `${node.blueprint} ${node.layer} ${node.part} ${node.address} ${id}`;

/** What a change is about, wherever it is: the same component of the same blueprint. */
function subjectOf(node: Node): string {
  const mask = maskOf(node);
  return [node.blueprint, node.region === "global" ? "global" : "region", node.part, mask(node.address)].join(" ");
}

/** What a change does, without what is particular to its place. */
function wayOf({ kind, node, before, attributes, plan }: Change): string {
  const mask = maskOf(node);
  const from = kind === "moved" && before !== undefined ? mask(`${before.part} ${before.address}`) : "";
  return [
    kind,
    plan?.action ?? "",
    from,
    ...attributes.map((one) => `${mask(one.path)}=${mask(canonical(one.before))}>${mask(canonical(one.after))}`),
  ].join("\n");
}

/** Places that have a subject before and after: what has just come or is going away is no sibling. */
function siblingsIn(before: readonly Node[], after: readonly Node[]): ReadonlyMap<string, readonly Location[]> {
  const old = new Set(before.map(placeOf));
  const found = new Map<string, Map<string, Location>>();
  for (const node of [...before.filter(({ kind }) => kind !== "place"), ...after]) {
    if (node.kind === "place" || !old.has(placeOf(node))) continue;
    const subject = subjectOf(node);
    const places = found.get(subject) ?? new Map();
    found.set(subject, places.set(placeOf(node), node));
  }
  return new Map([...found].map(([subject, places]) => [subject, [...places.values()]]));
}

function departures(
  same: readonly Change[],
  about: readonly Change[],
  siblings: readonly Location[],
  { node: sample }: Change,
): Pick<Row, "outliers" | "departs"> {
  const here = new Set(same.map(({ node }) => placeOf(node)));
  const elsewhere = new Set(about.map(({ node }) => placeOf(node)));
  const environments = new Set(same.map(({ node }) => node.environment));
  // Whatever is different between environments is so by design; between regions of one it is worth a word.
  const others = siblings.filter(
    (location) => environments.has(location.environment) && sample.region !== "global" && !here.has(placeOf(location)),
  );
  if (others.length === 0) return { outliers: [], departs: false };
  const still = others.filter((location) => !elsewhere.has(placeOf(location)));
  const larger = [...Map.groupBy(about, wayOf).values()].some((way) => way.length > same.length);
  if (still.length >= same.length || larger) return { outliers: [], departs: true };
  // Where every region goes a way of its own, none of them stands out.
  if (others.length >= same.length) return { outliers: [], departs: false };
  return {
    outliers: others.map((location) => ({
      location,
      does: elsewhere.has(placeOf(location)) ? "otherwise" : "nothing",
    })),
    departs: false,
  };
}
