/** @import { Report, ReportRow } from "../../report.ts" */
/** @import { Actions } from "./actions.js" */
/** @import { Child } from "./elements.js" */
/** @import { Entry } from "./entries.js" */
import { disclosure, element, firstOf } from "./elements.js";
import { neighbourhoodOf } from "./neighbours.js";
import { riskDetail } from "./risks.js";
import { thingName } from "./things.js";
import { attributeTable, breakable, inline, written } from "./values.js";
import { counted, figure, GLYPHS, order } from "./words.js";

/** Most places, facts and things that are listed at once. */
const MOST = 24;

/** Everything about a row, made when it is opened. @param {Entry} entry @param {Report} report @param {Actions} actions */
export function detailOf({ row, risks }, report, actions) {
  return element(
    "div",
    { class: "detail" },
    risks.length > 0 &&
      section(
        risks.length === 1 ? "Risk" : "Risks",
        risks.map((risk) => element("div", { class: "risk-block" }, riskDetail(risk))),
      ),
    section("Why", why(row, report, actions)),
    row.attributes.length > 0 && section("What changes", attributeTable(row.attributes, "Attributes with both values")),
    row.plan !== undefined && section("What is planned", planned(row.plan)),
    row.from !== undefined && section("Where it was", element("p", {}, element("code", {}, breakable(row.from)))),
    row.body !== undefined &&
      section(
        row.kind === "removed" ? "What was written" : "What is written",
        element("pre", { class: "body", tabindex: "0", role: "region", "aria-label": "As written" }, written(row.body)),
      ),
    row.contents.length > 0 && section(`${verb(row)} with it`, contents(row)),
    section("Where", where(row)),
    (row.neighbours.length > 0 || row.blastRadius > 0) && section(blastTitle(row), neighbourhoodOf(row, actions)),
    section("Identity", identity(row)),
  );
}

/** @param {string} title @param {...Child} content */
const section = (title, ...content) => element("section", {}, element("h5", {}, title), content);

/** @param {ReportRow} row */
const verb = ({ kind }) => (kind === "removed" ? "Removed" : kind === "added" ? "Added" : "Changed");

/** @param {ReportRow} row */
const blastTitle = ({ blastRadius }) =>
  blastRadius === 0
    ? "Neighbourhood: nothing depends on it"
    : `Neighbourhood: ${counted(blastRadius, "thing depends", "things depend")} on it`;

/** @param {ReportRow} row @param {Report} report @param {Actions} actions */
function why({ causes }, report, actions) {
  const items = causes.map(({ move: index, how }) => {
    const move = index === undefined ? undefined : report.moves[index];
    if (index === undefined || move === undefined)
      return element("li", {}, "The code that synthesizes, or a version that it carries, has changed.");
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "link", click: () => actions.ask({ cause: String(index) }) },
        element("code", {}, breakable(move.path)),
      ),
      " ",
      inline(move),
      element("span", { class: "muted" }, ` ${move.source}`),
      how === "named" && element("span", { class: "muted" }, " (told by name, not tried)"),
    );
  });
  return items.length === 0
    ? element("p", { class: "muted" }, "Not known.")
    : element("ul", { class: "plain", role: "list" }, items);
}

/** What an engine does, in words. */
const PLANNED = {
  create: "It is created",
  update: "It is changed in place",
  replace: "It is destroyed and created again",
  delete: "It is destroyed",
  forget: "The state forgets it, and it stays",
};

/** What an engine does, for what, and what is only known afterwards. @param {NonNullable<ReportRow["plan"]>} plan */
function planned({ action, replacedFor, reason, unknown }) {
  return element(
    "ul",
    { class: "plain", role: "list" },
    element("li", {}, `${PLANNED[action]}`, reason !== undefined && ` (${reason.replaceAll("_", " ")})`, "."),
    replacedFor.length > 0 &&
      element("li", {}, "Replaced for ", element("code", {}, breakable(replacedFor.join(", ")))),
    unknown.length > 0 &&
      element("li", {}, "Known after the apply: ", element("code", {}, breakable(unknown.join(", ")))),
  );
}

/** @param {ReportRow} row */
function where(row) {
  const [same, own] = [
    row.places.filter(({ attributes }) => attributes === undefined),
    row.places.filter(({ attributes }) => attributes !== undefined),
  ];
  const chip = (/** @type {ReportRow["places"][number]} */ { place, id }) =>
    element("li", { title: id }, breakable(place));
  return [
    firstOf(same, MOST, chip, { what: "places", style: "chips" }),
    own.map(({ place, attributes = [] }) =>
      disclosure(
        [element("code", {}, place), element("span", { class: "muted" }, " with values of its own")],
        () => attributeTable(attributes, `Attributes in ${place}`),
        "own",
      ),
    ),
    row.departs && element("p", { class: "note" }, "Its siblings in other regions do not have this change."),
    row.outliers.map(({ place, does }) =>
      element(
        "p",
        { class: "note" },
        "Not in ",
        element("code", {}, place),
        does === "nothing" ? ", where nothing changes." : ", where it changes otherwise.",
      ),
    ),
  ];
}

/** What has come or gone with something, by unit; a unit's things are made when it is opened. @param {ReportRow} row */
function contents({ contents: all, kind }) {
  const units = [...Map.groupBy(all, ({ unit }) => unit)].toSorted(([a], [b]) => order(a, b));
  const glyph = GLYPHS[kind];
  const item = (/** @type {[string, ReportRow["contents"]]} */ [unit, things]) => {
    const inside = things.filter(({ address }) => address !== "");
    const summary = [
      element("code", {}, breakable(unit)),
      element("span", { class: "muted" }, ` ${counted(inside.length, "thing")}`),
    ];
    const thing = (/** @type {ReportRow["contents"][number]} */ one) =>
      element("li", {}, element("span", { class: `glyph ${kind}`, "aria-hidden": "true" }, glyph), thingName(one));
    return element(
      "li",
      {},
      disclosure(summary, () => firstOf(inside, 200, thing, { what: "things", style: "plain inside" })),
    );
  };
  return [
    element(
      "p",
      { class: "muted" },
      `${counted(units.length, "stack or application", "stacks and applications")} with ${counted(all.filter(({ address }) => address !== "").length, "thing")} in ${units.length === 1 ? "it" : "them"}`,
    ),
    firstOf(units, MOST, item, { what: "stacks and applications", style: "units" }),
  ];
}

/** @param {ReportRow} row */
function identity(row) {
  const term = (/** @type {string} */ name, /** @type {Child} */ value) => [
    element("dt", {}, name),
    element("dd", {}, value),
  ];
  const code = (/** @type {string} */ text) => element("code", {}, breakable(text));
  return element(
    "dl",
    { class: "terms" },
    row.thing.address !== "" && term("Address", code(row.thing.address)),
    term(row.thing.kind === "place" ? "Place" : "Unit", code(row.thing.unit)),
    row.component !== undefined && term("Component", code(row.component)),
    row.service !== undefined && term("Service", code(row.service)),
    row.facts.length > 0 &&
      term(row.facts.length === 1 ? "Fact" : `Facts (${figure(row.facts.length)})`, [
        row.facts.map((fact, index) => [index > 0 && ", ", code(fact)]),
      ]),
  );
}
