import "../../lib/synth/without-stack-traces.ts";
import { join } from "node:path";
import promoLinks from "../../blueprints/promo-links/blueprint.ts";
import reference from "../../blueprints/reference/blueprint.ts";
import urlShortener from "../../blueprints/url-shortener/blueprint.ts";
import { estateOf } from "../../lib/estate/index.ts";
import { at, isRecord } from "../../lib/estate/json.ts";
import type { Blueprint } from "../../lib/model/blueprint.ts";
import { mergeForks } from "../../lib/model/resolve.ts";
import { loadWorkspace, type Workspace } from "../../lib/model/workspace.ts";
import type { Side } from "../../lib/review/evidence.ts";
import { type Review, type ReviewOptions, review } from "../../lib/review/index.ts";
import { type Report, type ReportRow, reportOf } from "../../lib/review/report.ts";
import { placeParts, placesIn, SIGNS, titleOf } from "../../lib/review/wording.ts";
import { synthesize } from "../../lib/synth/synthesize.ts";
import { whatIf } from "../../lib/synth/what-if.ts";
import type { Selection } from "../../lib/topology/plan.ts";

const BLUEPRINTS: readonly Blueprint[] = [reference, urlShortener, promoLinks];
const PARTS = { base: undefined, add: undefined, change: undefined };

/** Edits of the blueprints of this repository: paths such as `url-shortener.services.redirect.scaling.max`, and their values. */
export type Edits = Readonly<Record<string, unknown>>;

/** The workspace of this repository with edits in its blueprints: nothing where a value is undefined. */
export async function edited(edits: Edits): Promise<Workspace> {
  const workspace = await loadWorkspace(join(import.meta.dirname, "..", "..", "blueprints"));
  const blueprints = new Map(workspace.blueprints);
  for (const blueprint of BLUEPRINTS) {
    const loaded = blueprints.get(blueprint.name);
    if (loaded === undefined) continue;
    const copy: Blueprint = {
      ...blueprint,
      base: structuredClone(blueprint.base),
      forks: blueprint.forks.map(({ name, add, change }) => ({
        name,
        add: structuredClone(add),
        change: structuredClone(change),
      })),
    };
    for (const [path, value] of Object.entries(edits)) {
      const [name = "", ...keys] = path.split(".");
      // A fork has the text of its base inside it.
      if (at(copy.base, "name") === name) write(copy.base, keys, value);
      for (const fork of copy.forks)
        if (fork.name === name)
          write(fork, keys[0] !== undefined && keys[0] in PARTS ? keys : ["change", ...keys], value);
    }
    blueprints.set(blueprint.name, { ...loaded, merged: mergeForks(copy) });
  }
  return { ...workspace, blueprints };
}

function write(target: unknown, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (!isRecord(target) && !Array.isArray(target)) throw new Error(`nothing has a ${key}`);
  if (rest.length > 0) {
    if (Reflect.get(target, key) === undefined) Reflect.set(target, key, {});
    write(Reflect.get(target, key), rest, value);
  } else if (value === undefined) Reflect.deleteProperty(target, key);
  else Reflect.set(target, key, value);
}

/** A part of a workspace as one side of a review. */
export function sideOf(name: string, workspace: Workspace, only: Selection): Side {
  const { files } = synthesize(workspace, { only });
  return { name, digest: "", estate: estateOf(files), files };
}

const bases = new Map<string, Promise<Side>>();

/** The review of an edit, in the part of the workspace that it is about. */
export async function reviewOf(
  edits: Edits,
  only: Selection,
  options: ReviewOptions = {},
): Promise<{ readonly judged: Review; readonly report: Report }> {
  const key = JSON.stringify(only);
  const known = bases.get(key) ?? edited({}).then((workspace) => sideOf("base", workspace, only));
  bases.set(key, known);
  const workspace = await edited(edits);
  const judged = review(await known, sideOf("head", workspace, only), {
    whatIf: (suppositions, units) => whatIf(workspace, suppositions, units),
    ...options,
  });
  return { judged, report: reportOf(judged, "medium") };
}

/** What a change of the code that synthesizes does to a file: its new text, or nothing where it is gone. */
export type CodeEdit = (path: string, text: string) => string | undefined;

/** The review of an edit of code, which changes files of the output and no leaf. */
export async function reviewOfCode(edit: CodeEdit, only: Selection): Promise<Report> {
  const key = JSON.stringify(only);
  const known = bases.get(key) ?? edited({}).then((workspace) => sideOf("base", workspace, only));
  bases.set(key, known);
  const base = await known;
  const files = new Map(
    [...base.files].flatMap(([path, text]): [string, string][] => {
      const now = edit(path, text);
      return now === undefined ? [] : [[path, now]];
    }),
  );
  return reportOf(review(base, { name: "head", digest: "", estate: estateOf(files), files }), "medium");
}

/** A review in lines that a test can say: each row with its places, what is different, and why. */
export function linesOf({ rows, moves }: Report): string[] {
  return rows.map((row) => {
    const why = row.causes.map(
      ({ move, how }) => `${move === undefined ? "code" : moves[move]?.path}${how === "named" ? "?" : ""}`,
    );
    return `${SIGNS[row.kind]} ${row.blueprint} ${titleOf(row)} [${placesIn(row.places)}${departures(row)}] ${attributesOf(row)}<- ${why.sort().join(", ")}`;
  });
}

function attributesOf({ attributes, contents }: ReportRow): string {
  if (contents.length > 0) return `${contents.length} inside `;
  const shown = attributes.slice(0, 2).map(({ path }) => path);
  const rest = attributes.length - shown.length;
  return attributes.length === 0 ? "" : `${shown.join(", ")}${rest > 0 ? ` +${rest}` : ""} `;
}

function departures({ departs, outliers }: ReportRow): string {
  if (departs) return "; only here";
  return outliers.length === 0 ? "" : `; not ${placesIn(outliers.map(({ place }) => placeParts(place)))}`;
}

/** The risks of a review: rule and what has been found. */
export const risksOf = ({ risks }: Report): string[] =>
  risks.map(
    ({ rule, what, acknowledged }) =>
      `${acknowledged === undefined ? "" : "accepted "}${rule}: ${what[0]}${what.length > 1 ? ` (+${what.length - 1})` : ""}`,
  );
