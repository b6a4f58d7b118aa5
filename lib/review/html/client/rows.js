/** @import { Report, ReportRow } from "../../report.ts" */
/** @import { Actions } from "./actions.js" */
/** @import { Child } from "./elements.js" */
/** @import { Entry } from "./entries.js" */
import { detailOf } from "./detail.js";
import { element, heard, seen } from "./elements.js";
import { badge } from "./risks.js";
import { thingName } from "./things.js";
import { breakable, inline } from "./values.js";
import { counted, figure, GLYPHS } from "./words.js";

/** A row of the list: a line that opens to everything about it. @param {Entry} entry @param {Report} report @param {Actions} actions */
export function rowItem(entry, report, actions) {
  const { index, row } = entry;
  const line = element(
    "button",
    { type: "button", class: "line", "aria-expanded": "false", "aria-controls": `detail-${index}` },
    seen(GLYPHS[row.kind], `glyph ${row.kind}`),
    heard(`${row.kind} `),
    element(
      "span",
      { class: "what" },
      element(
        "span",
        { class: "title" },
        thingName(row.thing),
        row.contents.length > 0 &&
          element("span", { class: `tag ${row.kind}` }, `${GLYPHS[row.kind]}${figure(row.contents.length)} things`),
      ),
      element("span", { class: "summary" }, summary(row, report)),
    ),
    element(
      "span",
      { class: "aside" },
      entry.risks.map(({ severity, acknowledged }) => badge(severity, acknowledged !== undefined)),
      row.departs && element("span", { class: "tag", title: "Its siblings do not have this change" }, "departs"),
      row.outliers.length > 0 && element("span", { class: "tag" }, `not in ${counted(row.outliers.length, "sibling")}`),
      element("span", { class: "places" }, places(row)),
    ),
  );
  const content = element("div", { id: `detail-${index}`, hidden: true });
  line.addEventListener("click", () => {
    const open = line.getAttribute("aria-expanded") !== "true";
    if (open && content.childElementCount === 0) content.append(detailOf(entry, report, actions));
    line.setAttribute("aria-expanded", String(open));
    content.hidden = !open;
    actions.opened(index, open);
  });
  return element("li", { class: "row", id: `row-${index}` }, line, content);
}

/** @param {ReportRow} row @returns {Child} */
function places({ places: all, thing }) {
  const [only, ...others] = all;
  if (only === undefined || thing.kind === "place") return undefined;
  return others.length === 0 ? breakable(`${only.environment}/${only.region}`) : `×${counted(all.length, "place")}`;
}

/** What changes and why, in a line. @param {ReportRow} row @param {Report} report @returns {Child} */
function summary({ attributes, causes, component, service }, report) {
  const [first] = attributes;
  const leaves = causes.flatMap(({ move }) => (move === undefined ? ["code"] : (report.moves[move]?.path ?? [])));
  const more = leaves.length > 2 ? ` and ${leaves.length - 2} more` : "";
  const parts = [
    first !== undefined &&
      element(
        "span",
        { class: "attribute" },
        element("span", { class: "path" }, first.path),
        " ",
        inline(first),
        attributes.length > 1 && element("span", { class: "muted" }, ` and ${attributes.length - 1} more`),
      ),
    first === undefined && component !== undefined && element("span", {}, breakable(component)),
    first === undefined && component === undefined && service !== undefined && element("span", {}, service),
    leaves.length > 0 &&
      element(
        "span",
        { class: "because" },
        seen("← "),
        heard(", because of "),
        [...new Set(leaves)].slice(0, 2).join(", "),
        more,
      ),
  ];
  return parts;
}
