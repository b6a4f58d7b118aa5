/** @import { Report } from "../../report.ts" */
import { disclosure, element, heard, seen } from "./elements.js";
import { breakable, inline } from "./values.js";
import { counted, figure, GLYPHS, KINDS } from "./words.js";

/** @type {Readonly<Record<Report["verdict"], string>>} */
const VERDICTS = { safe: "Safe", decide: "Needs a decision", error: "Could not be judged" };

/** What was compared, what it comes to, and how much it is. @param {Report} report */
export function pageHead(report) {
  const { base, head, verdict, counts, failOn } = report;
  const side = (/** @type {Report["base"]} */ { name, digest }) => [
    element("strong", {}, breakable(name)),
    digest !== "" && element("code", { class: "digest", title: digest }, digest.replace(/^sha256:/, "").slice(0, 12)),
  ];
  return element(
    "header",
    { class: "page-head" },
    element(
      "div",
      { class: "title-line" },
      element("h1", {}, "Infrastructure review"),
      element("span", { class: `verdict ${verdict}` }, heard("Verdict: "), VERDICTS[verdict]),
      element(
        "span",
        { class: "muted" },
        verdict === "safe"
          ? `no open risk of ${failOn} or more`
          : verdict === "decide"
            ? `an open risk of ${failOn} or more`
            : "",
      ),
    ),
    element("p", { class: "compared" }, side(base), " ", seen("→"), heard(" to "), " ", side(head)),
    element(
      "ul",
      { class: "counts", role: "list", "aria-label": "Counts" },
      KINDS.map((kind) =>
        element("li", {}, seen(GLYPHS[kind], `glyph ${kind}`), element("strong", {}, figure(counts[kind])), ` ${kind}`),
      ),
      element(
        "li",
        {},
        "in ",
        element("strong", {}, figure(counts.places)),
        counts.places === 1 ? " place" : " places",
      ),
      element(
        "li",
        {},
        "told in ",
        element("strong", {}, figure(report.rows.length)),
        report.rows.length === 1 ? " row" : " rows",
      ),
    ),
  );
}

/** What is wrong with what was given. @param {Report} report */
export function errorList({ errors }) {
  if (errors.length === 0) return undefined;
  return element(
    "section",
    { class: "panel errors", "aria-labelledby": "errors-title" },
    element("h2", { id: "errors-title" }, "Errors ", element("span", { class: "count" }, errors.length)),
    element(
      "ul",
      { class: "plain", role: "list" },
      errors.map(({ code, place, summary, fix }) =>
        element(
          "li",
          {},
          element("code", {}, code),
          " ",
          element("strong", {}, summary),
          element("div", { class: "muted" }, breakable(place)),
          fix !== undefined && element("div", {}, fix),
        ),
      ),
    ),
  );
}

/** Differences that decide nothing. @param {Report} report */
export function foldList({ folds }) {
  if (folds.length === 0) return undefined;
  return disclosure(
    `${counted(folds.length, "difference decides", "differences decide")} nothing`,
    () =>
      element(
        "ul",
        { class: "plain", role: "list" },
        folds.map((fold) =>
          element(
            "li",
            {},
            element("code", {}, breakable(fold.path)),
            " ",
            inline(fold),
            element("span", { class: "muted" }, ` in ${counted(fold.count, "thing")}`),
          ),
        ),
      ),
    "panel folds",
  );
}
