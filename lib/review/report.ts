import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { AttributeChange } from "../estate/attributes.ts";
import type { Change } from "../estate/diff.ts";
import { type Node, placeOf } from "../estate/node.ts";
import { bodyWithoutSecrets, withoutSecrets } from "../estate/sensitive.ts";
import type { Cause } from "./causes.ts";
import { type Review, type Risk, verdictOf } from "./index.ts";
import type { Move } from "./moves.ts";
import { type Neighbour, neighbourhood } from "./neighbourhood.ts";
import { SEVERITIES, type Severity } from "./risk.ts";
import type { Row } from "./rows.ts";

/** A value of an output; secrets are `(sensitive)`. */
const value = z.unknown();
const attribute = z.strictObject({ path: z.string(), before: value.optional(), after: value.optional() });
const kind = z.enum(["added", "removed", "changed", "moved"]);

const thing = z.strictObject({
  /** Unique in an estate. */
  id: z.string(),
  kind: z.enum(["place", "stack", "application", "resource", "data", "output", "object"]),
  type: z.string(),
  address: z.string(),
  unit: z.string(),
});

const move = z.strictObject({
  path: z.string(),
  before: value.optional(),
  after: value.optional(),
  source: z.string(),
  places: z.array(z.string()),
  /** Where the leaf is written, relative to the workspace's folder. */
  file: z.string().optional(),
  line: z.int().optional(),
});

const cause = z.strictObject({
  /** Index in `moves`; none where the code that synthesizes has changed. */
  move: z.int().optional(),
  how: z.enum(["tried", "named"]),
});

const place = z.strictObject({
  place: z.string(),
  blueprint: z.string(),
  environment: z.string(),
  region: z.string(),
  id: z.string(),
  /** What is different there, where it is not written as in the row. */
  attributes: z.array(attribute).optional(),
});

const row = z.strictObject({
  id: z.string(),
  kind,
  blueprint: z.string(),
  layer: z.string(),
  /** Layer and slice of the stack, or name of the application. */
  part: z.string(),
  thing,
  /** Where it was, for what has moved. */
  from: z.string().optional(),
  component: z.string().optional(),
  service: z.string().optional(),
  facts: z.array(z.string()),
  attributes: z.array(attribute),
  /** What an engine has planned, where it was asked. */
  plan: z
    .strictObject({
      action: z.enum(["create", "update", "replace", "delete", "forget"]),
      replacedFor: z.array(z.string()),
      reason: z.string().optional(),
      unknown: z.array(z.string()),
    })
    .optional(),
  /** What is written about what has come or gone by itself. */
  body: value.optional(),
  places: z.array(place),
  /** What has come or gone with it, in all places. */
  contents: z.array(z.strictObject({ ...thing.shape, place: z.string() })),
  outliers: z.array(z.strictObject({ place: z.string(), does: z.enum(["nothing", "otherwise"]) })),
  departs: z.boolean(),
  causes: z.array(cause),
  /** Indices in `risks`. */
  risks: z.array(z.int()),
  /** What it depends on and what depends on it, the nearest first. */
  neighbours: z.array(
    z.strictObject({
      ...thing.shape,
      direction: z.enum(["dependency", "dependent"]),
      edge: z.string(),
      distance: z.int(),
      changed: z.boolean(),
    }),
  ),
  /** How many things depend on it, over both worlds. */
  blastRadius: z.int(),
});

const risk = z.strictObject({
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  what: z.array(z.string()),
  places: z.array(z.string()),
  consequence: z.string(),
  undo: z.string(),
  owners: z.array(z.string()),
  /** Index in `rows`; none where it is about a leaf. */
  row: z.int().optional(),
  acknowledged: z.strictObject({ reason: z.string(), until: z.string().optional() }).optional(),
  unacknowledged: z.string().optional(),
});

const side = z.strictObject({ name: z.string(), digest: z.string() });

/** The published form of a review: what `--json` prints and what the HTML report shows. */
export const reportSchema = z.strictObject({
  version: z.literal(1),
  base: side,
  head: side,
  verdict: z.enum(["safe", "decide", "error"]),
  failOn: z.enum(SEVERITIES),
  /** Things that are different, each where it is. */
  counts: z.strictObject({ added: z.int(), removed: z.int(), changed: z.int(), moved: z.int(), places: z.int() }),
  /** Stacks that an engine has planned: what is said about them is what it will do. */
  planned: z.array(z.string()),
  moves: z.array(move),
  rows: z.array(row),
  risks: z.array(risk),
  /** Differences that decide nothing, each with the number of things that have it. */
  folds: z.array(z.strictObject({ ...attribute.shape, count: z.int() })),
  errors: z.array(
    z.looseObject({ code: z.string(), place: z.string(), summary: z.string(), fix: z.string().optional() }),
  ),
});

/** The form of `report.json` as JSON Schema, for whoever reads it without this library. */
export const reportJsonSchema = (): string => `${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`;

export type Report = z.infer<typeof reportSchema>;
export type ReportRow = Report["rows"][number];
export type ReportRisk = Report["risks"][number];

/** The heaviest risk of a row that nobody has accepted. */
export const openRiskOf = ({ risks }: ReportRow, report: Report): ReportRisk | undefined =>
  risks.flatMap((index) => report.risks[index] ?? []).find(({ acknowledged }) => acknowledged === undefined);

/** Where a leaf is written. */
export type Locate = (move: Move) => { readonly file?: string; readonly line?: number };

/** The published form of a review. @param failOn the lightest risk that needs a decision */
export function reportOf(review: Review, failOn: Severity, locate: Locate = () => ({})): Report {
  const things = review.changes.filter(({ node }) => node.kind !== "place");
  const count = (wanted: Change["kind"]): number => things.filter((one) => one.kind === wanted).length;
  const changed = new Set(review.changes.flatMap(({ node, before }) => [node.id, ...(before ? [before.id] : [])]));
  return {
    version: 1,
    base: { name: review.base.name, digest: review.base.digest },
    head: { name: review.head.name, digest: review.head.digest },
    verdict: verdictOf(review, failOn),
    failOn,
    counts: {
      added: count("added"),
      removed: count("removed"),
      changed: count("changed"),
      moved: count("moved"),
      places: new Set(review.changes.map(({ node }) => placeOf(node))).size,
    },
    planned: [...review.planned],
    moves: review.moves.map((one) => ({ ...one, places: one.places.map(placeOf), ...locate(one) })),
    rows: review.rows.map((one) => rowReport(one, review, changed)),
    risks: review.risks.map((one) => riskReport(one, review.rows)),
    folds: [...review.folds],
    errors: review.errors.map(({ code, place: where, summary, fix }) => ({
      code,
      place: where,
      summary,
      ...(fix === undefined ? {} : { fix }),
    })),
  };
}

const thingOf = ({ id, kind: of, type, address, unit }: Node) => ({ id, kind: of, type, address, unit });

function rowReport(one: Row, review: Review, changed: ReadonlySet<string>): ReportRow {
  const { node, before, kind: how } = one.sample;
  const attributes = shown(one.sample);
  const graph = how === "removed" ? review.before : review.after;
  const around = neighbourhood(graph, node.id);
  return {
    id: one.id,
    kind: how,
    blueprint: node.blueprint,
    layer: node.layer,
    part: node.part,
    thing: thingOf(node),
    ...(how === "moved" && before !== undefined ? { from: before.id } : {}),
    ...(node.component === undefined ? {} : { component: node.component }),
    ...(node.service === undefined ? {} : { service: node.service }),
    facts: [...node.facts],
    attributes,
    ...(one.sample.plan === undefined
      ? {}
      : {
          plan: {
            ...one.sample.plan,
            replacedFor: [...one.sample.plan.replacedFor],
            unknown: [...one.sample.plan.unknown],
          },
        }),
    ...((how === "added" || how === "removed") && one.contents.length === 0 ? { body: bodyWithoutSecrets(node) } : {}),
    places: one.changes.map((change) => {
      const own = shown(change);
      const { blueprint, environment, region, id } = change.node;
      return {
        place: placeOf(change.node),
        blueprint,
        environment,
        region,
        id,
        ...(isDeepStrictEqual(own, attributes) ? {} : { attributes: own }),
      };
    }),
    contents: one.contents.map(({ node: inside }) => ({ ...thingOf(inside), place: placeOf(inside) })),
    outliers: one.outliers.map(({ location, does }) => ({ place: placeOf(location), does })),
    departs: one.departs,
    causes: (review.causes.get(one) ?? []).map((because) => causeReport(because, review.moves)),
    risks: review.risks.flatMap((risk_, index) => (risk_.row === one ? [index] : [])),
    neighbours: around.near.map((near) => neighbourReport(near, changed)),
    blastRadius: around.dependents,
  };
}

const shown = ({ node, before, attributes }: Change): AttributeChange[] => withoutSecrets(before ?? node, attributes);

const causeReport = ({ move: of, how }: Cause, moves: readonly Move[]) =>
  of === undefined ? { how } : { how, move: moves.indexOf(of) };

const neighbourReport = ({ node, direction, edge, distance }: Neighbour, changed: ReadonlySet<string>) => ({
  ...thingOf(node),
  direction,
  edge,
  distance,
  changed: changed.has(node.id),
});

function riskReport(one: Risk, rows: readonly Row[]): ReportRisk {
  const { rule, severity, suspicions, owners, row: of, acknowledged, unacknowledged } = one;
  const places = suspicions.flatMap(({ change, move: moved }) =>
    change === undefined ? (moved?.places ?? []) : [change.node],
  );
  return {
    rule: rule.id,
    severity,
    what: [...new Set(suspicions.map(({ what }) => what))],
    places: [...new Set(places.map(placeOf))],
    consequence: rule.consequence,
    undo: rule.undo,
    owners: [...owners],
    ...(of === undefined ? {} : { row: rows.indexOf(of) }),
    ...(acknowledged === undefined
      ? {}
      : {
          acknowledged: {
            reason: acknowledged.reason,
            ...(acknowledged.until === undefined ? {} : { until: acknowledged.until }),
          },
        }),
    ...(unacknowledged === undefined ? {} : { unacknowledged }),
  };
}
