/** @import { Report } from "../../report.ts" */
/** @import { Actions } from "./actions.js" */
/** @import { Entry } from "./entries.js" */
/** @import { Filter } from "./filter.js" */
import { element, heard, seen } from "./elements.js";
import { EVERYTHING, isEverything } from "./filter.js";
import { counted, figure, GLYPHS, KINDS, layerName, SEVERITIES } from "./words.js";

/** Search, filters and what they have found. @param {Report} report @param {readonly Entry[]} entries @param {Actions} actions */
export function toolbar(report, entries, actions) {
  /** @type {Filter} */
  let filter = EVERYTHING;
  const search = element("input", {
    type: "search",
    id: "search",
    placeholder: "Search type, address, attribute, value, leaf, fact, place, rule",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "found",
    input: () => actions.ask({ words: search.value }),
  });
  const found = element("p", { id: "found", role: "status" });
  const active = element("div", { class: "active" });
  const kinds = KINDS.map((kind) =>
    toggle(
      [seen(GLYPHS[kind], `glyph ${kind}`), kind],
      entries.filter(({ row }) => row.kind === kind).length,
      () => filter.kinds.includes(kind),
      () => actions.ask({ kinds: toggled(filter.kinds, kind) }),
    ),
  );
  const severities = SEVERITIES.map((severity) =>
    toggle(
      [element("span", { class: `mark ${severity}`, "aria-hidden": "true" }), severity, heard(" risk")],
      entries.filter((entry) => entry.severity === severity).length,
      () => filter.severities.includes(severity),
      () => actions.ask({ severities: toggled(filter.severities, severity) }),
    ),
  );
  const chip = (/** @type {string} */ text, /** @type {Partial<Filter>} */ without) =>
    element(
      "button",
      { type: "button", class: "chip", click: () => actions.ask(without) },
      heard("Remove filter "),
      text,
      seen(" ×"),
    );
  return {
    node: element(
      "search",
      { class: "toolbar", "aria-label": "Rows" },
      element(
        "div",
        { class: "search" },
        element("label", { for: "search", class: "heard" }, "Search rows"),
        search,
        element("kbd", { "aria-hidden": "true" }, "/"),
      ),
      element(
        "div",
        { class: "toggles", role: "group", "aria-label": "Kinds of change" },
        kinds.map(({ node }) => node),
      ),
      element(
        "div",
        { class: "toggles", role: "group", "aria-label": "Risks" },
        severities.map(({ node }) => node),
      ),
      active,
      found,
    ),
    search,
    /** @param {Filter} asked @param {number} count */
    update(asked, count) {
      filter = asked;
      // What is being written is not written over.
      if (search.value.trim() !== asked.words.trim()) search.value = asked.words;
      for (const { update } of [...kinds, ...severities]) update();
      found.textContent = isEverything(asked)
        ? counted(entries.length, "row")
        : `${figure(count)} of ${counted(entries.length, "row")}`;
      const { layer, place, cause } = asked;
      active.replaceChildren(
        ...(layer === "" ? [] : [chip(layerName(layer), { layer: "" })]),
        ...(place === "" ? [] : [chip(place, { place: "" })]),
        ...(cause === "" ? [] : [chip(causeName(cause, report), { cause: "" })]),
        ...(isEverything(asked)
          ? []
          : [element("button", { type: "button", class: "quiet", click: () => actions.ask(EVERYTHING) }, "Clear all")]),
      );
    },
  };
}

/** @param {string} cause @param {Report} report */
const causeName = (cause, report) => (cause === "code" ? "code" : (report.moves[Number(cause)]?.path ?? cause));

/** @template T @param {readonly T[]} some @param {T} one */
const toggled = (some, one) => (some.includes(one) ? some.filter((other) => other !== one) : [...some, one]);

/** @param {(Node | string)[]} content @param {number} count @param {() => boolean} pressed @param {() => void} click */
function toggle(content, count, pressed, click) {
  const node = element(
    "button",
    { type: "button", class: "toggle", "aria-pressed": "false", disabled: count === 0, click },
    content,
    element("span", { class: "count" }, figure(count)),
  );
  return { node, update: () => node.setAttribute("aria-pressed", String(pressed())) };
}
