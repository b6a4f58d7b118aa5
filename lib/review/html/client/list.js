/** @import { Report } from "../../report.ts" */
/** @import { Actions } from "./actions.js" */
/** @import { Entry } from "./entries.js" */
import { element } from "./elements.js";
import { rowItem } from "./rows.js";
import { figure, LAYERS, layerName, OTHER, WHOLE } from "./words.js";

/** Rows that are made at a time: thousands at once would stall the page. */
const CHUNK = 100;

/**
 * The rows that are asked for, made as they come into view.
 *
 * @param {Report} report
 * @param {Actions} actions
 */
export function rowList(report, actions) {
  const rows = element("div", { class: "rows" });
  const more = element("button", { type: "button", class: "quiet more", hidden: true, click: () => make() });
  /** @type {readonly Entry[]} */
  let entries = [];
  let made = 0;
  let [blueprint, part] = ["", ""];
  /** @type {HTMLElement | undefined} */
  let list;

  /** Makes the next rows, at least up to one. @param {number} [least] */
  function make(least = 0) {
    const end = Math.min(entries.length, Math.max(made + CHUNK, least));
    for (const entry of entries.slice(made, end)) {
      const [owner, here] = [entry.row.blueprint, partOf(entry)];
      if (owner !== blueprint) rows.append(element("h3", {}, owner === "account" ? "Accounts" : owner));
      if (owner !== blueprint || here !== part || list === undefined) {
        list = element("ul", { class: "list", role: "list" });
        rows.append(element("h4", {}, here), list);
      }
      [blueprint, part] = [owner, here];
      list.append(rowItem(entry, report, actions));
    }
    made = end;
    more.hidden = made === entries.length;
    more.textContent = `Show more rows (${figure(entries.length - made)} left)`;
  }

  const near = new IntersectionObserver(
    (seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting) || more.hidden) return;
      make();
      // What is still in view is told again.
      near.unobserve(more);
      near.observe(more);
    },
    { rootMargin: "800px" },
  );
  near.observe(more);
  addEventListener("beforeprint", () => make(entries.length));

  return {
    node: element("div", {}, rows, more),
    /** Shows other rows. @param {readonly Entry[]} asked in the order of the list */
    show(asked) {
      entries = asked;
      made = 0;
      [blueprint, part] = ["", ""];
      list = undefined;
      rows.replaceChildren();
      if (asked.length === 0)
        rows.append(
          element("p", { class: "empty" }, report.rows.length === 0 ? "Nothing changes." : "No row has all of this."),
        );
      make();
    },
    /** The line of a row, made if it is not yet. @param {number} index @returns {HTMLButtonElement | undefined} */
    line(index) {
      const position = entries.findIndex((entry) => entry.index === index);
      if (position >= made) make(position + 1);
      return rows.querySelector(`#row-${index} > .line`) ?? undefined;
    },
    /** Goes to the next or previous line. @param {1 | -1} step */
    step(step) {
      const here = document.activeElement?.closest(".row")?.querySelector("button") ?? undefined;
      let lines = linesIn(rows);
      const index = here === undefined ? -1 : lines.indexOf(here);
      if (index + step >= lines.length && made < entries.length) {
        make();
        lines = linesIn(rows);
      }
      const next = lines[here === undefined ? 0 : index + step];
      next?.focus();
      next?.scrollIntoView({ block: "nearest" });
    },
  };
}

/** @param {HTMLElement} rows @returns {HTMLButtonElement[]} */
const linesIn = (rows) => [...rows.querySelectorAll("button.line")].filter((one) => one instanceof HTMLButtonElement);

/** Rows in the order of the list: by blueprint, layer and part, else as given. @param {readonly Entry[]} entries @returns {Entry[]} */
export function listed(entries) {
  const rank = (/** @type {Entry} */ { layer }) =>
    layer === WHOLE ? -1 : layer === OTHER ? LAYERS.length : LAYERS.findIndex(([id]) => id === layer);
  const blueprints = [...new Set(entries.map(({ row }) => row.blueprint))];
  const blueprint = new Map(blueprints.map((name, index) => [name, index]));
  const parts = new Map([...new Set(entries.map(({ row }) => row.part))].map((name, index) => [name, index]));
  const at = (/** @type {Map<string, number>} */ ranks, /** @type {string} */ name) => ranks.get(name) ?? 0;
  return entries.toSorted(
    (a, b) =>
      at(blueprint, a.row.blueprint) - at(blueprint, b.row.blueprint) ||
      rank(a) - rank(b) ||
      at(parts, a.row.part) - at(parts, b.row.part) ||
      a.index - b.index,
  );
}

/** `7 Data / orders`. @param {Entry} entry */
function partOf({ layer, row: { part } }) {
  const slice = part === layer ? "" : part.startsWith(`${layer}-`) ? part.slice(layer.length + 1) : part;
  return layer === WHOLE ? "Whole places" : slice === "" ? layerName(layer) : `${layerName(layer)} / ${slice}`;
}
