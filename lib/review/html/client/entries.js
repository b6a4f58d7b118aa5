/** @import { Report, ReportRow, ReportRisk } from "../../report.ts" */
/** @import { Severity } from "./words.js" */
import { LAYERS, OTHER, WHOLE, worstOf } from "./words.js";

/**
 * A row with what the page asks of it again and again.
 *
 * @typedef {object} Entry
 * @property {number} index
 * @property {ReportRow} row
 * @property {readonly ReportRisk[]} risks
 * @property {Severity | undefined} severity the heaviest of its risks that are not acknowledged
 * @property {string} layer its row of the map
 * @property {() => string} words everything that it can be found by, in lower case
 */

/** The report that this page carries. @returns {Report} */
export function carried() {
  return JSON.parse(document.getElementById("report")?.textContent ?? "");
}

/** The rows of a report, in the order of its layers. @param {Report} report @returns {Entry[]} */
export function entriesOf(report) {
  return report.rows.map((row, index) => {
    const risks = row.risks.flatMap((risk) => report.risks[risk] ?? []);
    /** @type {string | undefined} */
    let words;
    return {
      index,
      row,
      risks,
      severity: worstOf(weighing(risks).map(({ severity }) => severity)),
      layer: mapRow(row),
      words: () => {
        words ??= wordsOf(row, risks, report);
        return words;
      },
    };
  });
}

/** Risks that nobody has accepted. @param {readonly ReportRisk[]} risks */
export const weighing = (risks) => risks.filter(({ acknowledged }) => acknowledged === undefined);

/** @param {ReportRow} row */
function mapRow({ thing, layer }) {
  if (thing.kind === "place") return WHOLE;
  return LAYERS.some(([id]) => id === layer) ? layer : OTHER;
}

/** @param {ReportRow} row @param {readonly ReportRisk[]} risks @param {Report} report */
function wordsOf(row, risks, report) {
  const attributes = [...row.attributes, ...row.places.flatMap((place) => place.attributes ?? [])];
  return [
    ...[row.kind, row.blueprint, row.layer, row.part, row.thing.type, row.thing.address, row.thing.unit],
    ...[row.from, row.component, row.service, ...row.facts],
    ...attributes.flatMap(({ path, before, after }) => [path, JSON.stringify(before), JSON.stringify(after)]),
    JSON.stringify(row.body),
    ...row.places.flatMap(({ place, id }) => [place, id]),
    ...row.contents.map(({ id }) => id),
    ...row.causes.map(({ move }) => (move === undefined ? "code" : report.moves[move]?.path)),
    ...risks.flatMap(({ rule, severity, what, owners }) => [rule, severity, ...what, ...owners]),
  ]
    .filter((word) => word !== undefined)
    .join("\n")
    .toLowerCase();
}
