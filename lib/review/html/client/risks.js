/** @import { Report, ReportRisk } from "../../report.ts" */
/** @import { Actions } from "./actions.js" */
/** @import { Child } from "./elements.js" */
import { disclosure, element, firstOf, heard } from "./elements.js";
import { weighing } from "./entries.js";
import { breakable } from "./values.js";
import { counted } from "./words.js";

/** Most risks, and most findings of one, that are listed at once. */
const MOST = 12;
const FINDINGS = 2;

/** The risks of a report, the heaviest first. @param {Report} report @param {Actions} actions */
export function riskList(report, actions) {
  const open = weighing(report.risks);
  const accepted = report.risks.filter(({ acknowledged }) => acknowledged !== undefined);
  const item = (/** @type {ReportRisk} */ risk) =>
    element("li", { class: `risk ${risk.severity}` }, riskDetail(risk, jump(risk, actions)));
  return element(
    "section",
    { class: "panel", "aria-labelledby": "risks-title" },
    element("h2", { id: "risks-title" }, "Risks ", element("span", { class: "count" }, open.length)),
    open.length === 0
      ? element("p", { class: "muted" }, "No open risk.")
      : firstOf(open, MOST, item, { what: "risks", style: "risks" }),
    accepted.length > 0 &&
      disclosure(
        counted(accepted.length, "acknowledged risk"),
        () => firstOf(accepted, MOST, item, { what: "risks", style: "risks" }),
        "accepted",
      ),
  );
}

/** @param {ReportRisk} risk @param {Actions} actions */
function jump({ row, what }, actions) {
  if (row === undefined) return undefined;
  return element(
    "button",
    { type: "button", class: "quiet jump", click: () => actions.jump(row) },
    "Show change",
    heard(`: ${what[0] ?? ""}`),
  );
}

/** What a rule has found, what could happen, and how to go back. @param {ReportRisk} risk @param {Child} [button] */
export function riskDetail(risk, button) {
  const { rule, severity, what, places, consequence, undo, owners, acknowledged, unacknowledged } = risk;
  const finding = (/** @type {string} */ text) =>
    element("li", {}, acknowledged === undefined ? breakable(text) : element("s", {}, breakable(text)));
  return [
    element(
      "div",
      { class: "risk-head" },
      badge(severity, acknowledged !== undefined),
      element("code", {}, rule),
      element(
        "span",
        { class: "muted" },
        places.length === 1 ? breakable(places[0] ?? "") : counted(places.length, "place"),
      ),
      owners.length > 0 && element("span", { class: "owners" }, heard("Owners: "), owners.join(", ")),
      button,
    ),
    firstOf(what, FINDINGS, finding, { what: "of the same kind", style: "findings" }),
    element(
      "dl",
      { class: "terms" },
      element("dt", {}, "Consequence"),
      element("dd", {}, consequence),
      element("dt", {}, "Undo"),
      element("dd", {}, undo),
      acknowledged !== undefined && [
        element("dt", {}, "Acknowledged"),
        element(
          "dd",
          {},
          acknowledged.reason,
          acknowledged.until !== undefined && element("span", { class: "muted" }, ` until ${acknowledged.until}`),
        ),
      ],
      unacknowledged !== undefined && [element("dt", {}, "Acknowledgement"), element("dd", {}, unacknowledged)],
      places.length > 1 && [
        element("dt", {}, "Places"),
        element(
          "dd",
          {},
          places.map((place, index) => [index > 0 && ", ", breakable(place)]),
        ),
      ],
    ),
  ];
}

/** @param {ReportRisk["severity"]} severity @param {boolean} [accepted] */
export const badge = (severity, accepted = false) =>
  element(
    "span",
    { class: accepted ? "badge accepted" : `badge ${severity}` },
    accepted ? element("s", {}, severity) : severity,
    heard(accepted ? " risk, acknowledged" : " risk"),
  );
