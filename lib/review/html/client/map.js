/** @import { Actions, Part } from "./actions.js" */
/** @import { Cell, Place } from "./cells.js" */
/** @import { Entry } from "./entries.js" */
/** @import { Filter } from "./filter.js" */
import { cellsOf, columnsOf } from "./cells.js";
import { element, heard, seen } from "./elements.js";
import { counted, figure, GLYPHS, KINDS, LAYERS, LETTERS, layerName, OTHER, SEVERITIES, WHOLE } from "./words.js";

/** The map: layers by places, coloured by risk and change; a cell filters the rows. @param {readonly Entry[]} entries @param {Actions} actions @returns {Part} */
export function changeMap(entries, actions) {
  const [columns, cells] = [columnsOf(entries), cellsOf(entries)];
  const rows = [WHOLE, ...LAYERS.map(([id]) => id), OTHER].filter(
    (layer) => cells.has(layer) || (layer !== WHOLE && layer !== OTHER),
  );
  /** @type {{ readonly button: HTMLButtonElement, readonly asks: Partial<Filter> }[]} */
  const buttons = [];
  /** @type {Partial<Filter>} */
  let asked = {};
  const filter = (
    /** @type {Pick<Filter, "layer" | "place">} */ asks,
    /** @type {string} */ style,
    /** @type {string} */ label,
    /** @type {(Node | string)[]} */ ...content
  ) => {
    const button = element(
      "button",
      {
        type: "button",
        class: style,
        "aria-label": label,
        title: label,
        "aria-pressed": "false",
        tabindex: "-1",
        click: () => actions.ask(isSame(asks, asked) ? { layer: "", place: "" } : asks),
      },
      ...content,
    );
    buttons.push({ button, asks });
    return button;
  };

  const groups = (/** @type {(place: Place) => string} */ key) => [...Map.groupBy(columns, key)];
  const group = (/** @type {string} */ name, /** @type {string} */ text, /** @type {number} */ span) =>
    element(
      "th",
      { scope: "colgroup", colspan: span },
      filter({ layer: "", place: name }, "head", `Filter by ${name}`, text),
    );
  const body = rows.map((layer) =>
    element(
      "tr",
      {},
      element(
        "th",
        { scope: "row" },
        cells.has(layer)
          ? filter({ layer, place: "" }, "head", `Filter by layer ${layerName(layer)}`, ...numbered(layer))
          : element("span", { class: "head muted" }, ...numbered(layer)),
      ),
      columns.map(({ place }, index) => {
        const cell = cells.get(layer)?.get(place);
        const style = isFirst(columns, index) ? "first" : undefined;
        if (cell === undefined) return element("td", { class: style }, heard("no changes"));
        const look = lookOf(cell);
        return element(
          "td",
          { class: style },
          filter(
            { layer, place },
            `cell ${look.style}`,
            labelOf(layer, place, cell),
            seen(look.glyph, "mark"),
            figure(cell.things),
          ),
        );
      }),
    ),
  );
  const table = element(
    "table",
    {
      class: "map",
      role: "grid",
      keydown: (event) => event instanceof KeyboardEvent && steer(event),
      focusin: ({ target }) => {
        for (const { button } of buttons) button.setAttribute("tabindex", button === target ? "0" : "-1");
      },
    },
    element(
      "caption",
      { class: "heard" },
      "Changes by layer and place. Arrow keys move between cells; Enter filters the rows.",
    ),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("td", { rowspan: 3 }),
        groups(({ blueprint }) => blueprint).map(([name, all]) => group(name, name, all.length)),
      ),
      element(
        "tr",
        {},
        groups(({ blueprint, environment }) => `${blueprint}/${environment}`).map(([name, all]) =>
          group(name, all[0]?.environment ?? "", all.length),
        ),
      ),
      element(
        "tr",
        {},
        columns.map(({ place, region }, index) =>
          element(
            "th",
            { scope: "col", class: isFirst(columns, index) ? "region first" : "region" },
            filter({ layer: "", place }, "head", `Filter by ${place}`, region),
          ),
        ),
      ),
    ),
    element("tbody", {}, body),
  );
  // One stop of the Tab key for the whole map; arrow keys move inside.
  table.querySelector("button.cell")?.setAttribute("tabindex", "0");
  return {
    node: element(
      "section",
      { class: "panel map-panel", "aria-labelledby": "map-title" },
      element("h2", { id: "map-title" }, "Where it changes"),
      legend(),
      element("div", { class: "wide" }, table),
    ),
    update: ({ layer, place }) => {
      asked = { layer, place };
      for (const { button, asks } of buttons) button.setAttribute("aria-pressed", String(isSame(asks, asked)));
    },
  };
}

/** @param {Partial<Filter>} one @param {Partial<Filter>} other */
const isSame = (one, other) => one.layer === other.layer && one.place === other.place;

/** @param {string} layer */
function numbered(layer) {
  const index = LAYERS.findIndex(([id]) => id === layer);
  return index < 0
    ? [seen("", "number"), layerName(layer)]
    : [element("span", { class: "number" }, index + 1), LAYERS[index]?.[1] ?? layer];
}

/** Whether an environment begins at a column. @param {readonly Place[]} columns @param {number} index */
function isFirst(columns, index) {
  const [before, here] = [columns[index - 1], columns[index]];
  return before?.blueprint !== here?.blueprint || before?.environment !== here?.environment;
}

/** @param {Cell} cell */
function lookOf({ severity, kinds }) {
  if (severity !== undefined) return { style: severity, glyph: LETTERS[severity] };
  const [kind, ...others] = kinds;
  return kind === undefined || others.length > 0
    ? { style: "mixed", glyph: "±" }
    : { style: kind, glyph: GLYPHS[kind] };
}

/** @param {string} layer @param {string} place @param {Cell} cell */
const labelOf = (layer, place, { rows, things, kinds, severity }) =>
  `${layerName(layer)}, ${place}: ${counted(things, "change")} in ${counted(rows, "row")}, ${KINDS.filter((kind) => kinds.includes(kind)).join(" and ")}${severity === undefined ? "" : `, ${severity} risk`}`;

function legend() {
  const entry = (/** @type {string} */ style, /** @type {string} */ glyph, /** @type {string} */ text) =>
    element("li", {}, element("span", { class: `cell ${style}`, "aria-hidden": "true" }, glyph), text);
  return element(
    "ul",
    { class: "legend", role: "list", "aria-label": "Legend" },
    SEVERITIES.map((severity) => entry(severity, LETTERS[severity], `${severity} risk`)),
    KINDS.map((kind) => entry(kind, GLYPHS[kind], kind)),
    entry("mixed", "±", "several kinds"),
  );
}

/** Arrow keys go to the next button of the table in their direction. @param {KeyboardEvent} event */
function steer(event) {
  const [down, right] =
    { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
  const cell = event.target instanceof Element ? event.target.closest("td, th") : null;
  const line = cell?.parentElement;
  if (down === undefined || right === undefined || !cell || !(line instanceof HTMLTableRowElement)) return;
  event.preventDefault();
  if (right !== 0) {
    const buttons = [...line.querySelectorAll("button")];
    buttons[buttons.findIndex((one) => cell.contains(one)) + right]?.focus();
    return;
  }
  const { left, width } = cell.getBoundingClientRect();
  const table = cell.closest("table");
  const lines = [...(table?.rows ?? [])];
  for (let index = lines.indexOf(line) + down; index >= 0 && index < lines.length; index += down) {
    const button = [...(lines[index]?.querySelectorAll("button") ?? [])].find((one) => {
      const box = one.closest("td, th")?.getBoundingClientRect();
      return box !== undefined && box.left <= left + width / 2 && box.right >= left + width / 2;
    });
    if (button !== undefined) return button.focus();
  }
}
