/** @import { ReportRow } from "../../report.ts" */
/** @import { Entry } from "./entries.js" */
/** @import { Kind, Severity } from "./words.js" */
import { weighing } from "./entries.js";
import { order, worstOf } from "./words.js";

/** @typedef {ReportRow["places"][number]} Place */

/**
 * What changes in a layer of a place.
 *
 * @typedef {object} Cell
 * @property {number} rows
 * @property {number} things rows, and what has come or gone with them
 * @property {readonly Kind[]} kinds
 * @property {Severity | undefined} severity
 */

/** The places that have changes, in the order of the map. @param {readonly Entry[]} entries */
export function columnsOf(entries) {
  const places = new Map(entries.flatMap(({ row }) => row.places.map((place) => [place.place, place])));
  return [...places.values()].toSorted(
    (a, b) =>
      order(a.blueprint, b.blueprint) ||
      order(a.environment, b.environment) ||
      // What is everywhere comes before what is somewhere.
      Number(b.region === "global") - Number(a.region === "global") ||
      order(a.region, b.region),
  );
}

/** The cells of the map, by layer and place. @param {readonly Entry[]} entries @returns {Map<string, Map<string, Cell>>} */
export function cellsOf(entries) {
  const byLayer = Map.groupBy(entries, ({ layer }) => layer);
  return new Map(
    [...byLayer].map(([layer, rows]) => {
      const found = rows.flatMap((entry) => entry.row.places.map(({ place }) => ({ place, entry })));
      const byPlace = Map.groupBy(found, ({ place }) => place);
      return [
        layer,
        new Map(
          [...byPlace].map(([place, all]) => [
            place,
            cellOf(
              all.map(({ entry }) => entry),
              place,
            ),
          ]),
        ),
      ];
    }),
  );
}

/** @param {readonly Entry[]} entries @param {string} place @returns {Cell} */
function cellOf(entries, place) {
  const risks = entries.flatMap((entry) => weighing(entry.risks)).filter(({ places }) => places.includes(place));
  return {
    rows: entries.length,
    things: entries.reduce((sum, { row }) => sum + thingsIn(row, place), 0),
    kinds: [...new Set(entries.map(({ row }) => row.kind))],
    severity: worstOf(risks.map(({ severity }) => severity)),
  };
}

/** @param {ReportRow} row @param {string} place */
function thingsIn({ thing, contents }, place) {
  const inside = contents.filter((one) => one.place === place).length;
  // A place is no thing by itself.
  return thing.kind === "place" ? inside : inside + 1;
}
