/** @import { ReportRow } from "../../report.ts" */
/** @import { Actions } from "./actions.js" */

import { drawing } from "./drawing.js";
import { element, firstOf, heard } from "./elements.js";
import { thingName } from "./things.js";
import { counted, figure } from "./words.js";

/** @typedef {ReportRow["neighbours"][number]} Neighbour */

/**
 * Neighbours that are the same thing in several units.
 *
 * @typedef {object} Group
 * @property {Neighbour} sample
 * @property {readonly Neighbour[]} all
 * @property {number} changed how many of them
 */

/** Most groups that are listed at once. */
const MOST = 8;

/** What is around a row's thing: what it depends on, and what depends on it, over both worlds. @param {ReportRow} row @param {Actions} actions */
export function neighbourhoodOf(row, actions) {
  const side = (/** @type {Neighbour["direction"]} */ wanted) =>
    groupsOf(row.neighbours.filter(({ direction }) => direction === wanted));
  const [dependencies, dependents] = [side("dependency"), side("dependent")];
  const told = row.neighbours.filter(({ direction }) => direction === "dependent").length;
  const rest = row.blastRadius - told;
  return element(
    "div",
    { class: "neighbourhood" },
    element("div", { class: "wide" }, drawing(row, dependencies, dependents)),
    element(
      "div",
      { class: "columns" },
      column("Depends on", dependencies, actions),
      column(
        "Depended on by",
        dependents,
        actions,
        rest > 0 ? `The nearest ${figure(told)} of ${figure(row.blastRadius)}.` : undefined,
      ),
    ),
  );
}

/** @param {readonly Neighbour[]} neighbours @returns {Group[]} */
function groupsOf(neighbours) {
  const same = Map.groupBy(neighbours, ({ distance, edge, type, address }) =>
    JSON.stringify([distance, edge, type, address]),
  );
  return [...same.values()]
    .flatMap((all) =>
      all[0] === undefined ? [] : [{ sample: all[0], all, changed: all.filter((one) => one.changed).length }],
    )
    .toSorted((a, b) => a.sample.distance - b.sample.distance);
}

/** @param {string} title @param {readonly Group[]} groups @param {Actions} actions @param {string} [note] */
function column(title, groups, actions, note) {
  return element(
    "div",
    {},
    element("h6", {}, `${title} `, element("span", { class: "muted" }, figure(countOf(groups)))),
    note !== undefined && element("p", { class: "muted" }, note),
    groups.length === 0
      ? element("p", { class: "muted" }, "Nothing.")
      : firstOf(groups, MOST, (group) => item(group, actions), { what: "neighbours", style: "near" }),
  );
}

/** @param {readonly Group[]} groups */
const countOf = (groups) => groups.reduce((sum, { all }) => sum + all.length, 0);

/** @param {Group} group @param {Actions} actions */
function item({ sample, all, changed }, actions) {
  const rows = [...new Set(all.flatMap(({ id }) => actions.rowOf(id) ?? []))];
  return element(
    "li",
    {},
    element("span", { class: changed > 0 ? "dot changed" : "dot" }),
    element(
      "span",
      {},
      thingName(sample),
      all.length > 1 && element("span", { class: "muted" }, ` ×${all.length}`),
      changed > 0 && element("span", { class: "tag changed" }, changedOf(changed, all.length)),
      element(
        "span",
        { class: "muted block", title: all.map(({ unit }) => unit).join("\n") },
        [
          sample.edge,
          sample.distance === 1 ? "direct" : counted(sample.distance, "step"),
          worldOf(sample),
          all.length === 1 ? sample.unit : counted(new Set(all.map(({ unit }) => unit)).size, "unit"),
        ].join(" · "),
      ),
    ),
    rows[0] !== undefined && jump(rows[0], sample, actions),
  );
}

/** How many of some have changed. @param {number} changed @param {number} all */
const changedOf = (changed, all) => (changed === all ? "changed" : `${changed} of ${all} changed`);

/** @param {number} row @param {Neighbour} neighbour @param {Actions} actions */
const jump = (row, neighbour, actions) =>
  element(
    "button",
    { type: "button", class: "quiet", click: () => actions.jump(row) },
    "Show",
    heard(`the change of ${neighbour.type} ${neighbour.address}`),
  );

/** @param {Neighbour} neighbour */
export const worldOf = ({ kind }) => (kind === "object" || kind === "application" ? "Kubernetes" : "Terraform");
