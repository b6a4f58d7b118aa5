/** @import { Report } from "../../report.ts" */
/** @import { Actions, Part } from "./actions.js" */
/** @import { Entry } from "./entries.js" */
import { element, firstOf, heard } from "./elements.js";
import { breakable, inline } from "./values.js";
import { counted } from "./words.js";

/** Most leaves that are listed at once. */
const MOST = 16;

/** The leaves of blueprints that moved, each with the rows that come from it. @param {Report} report @param {readonly Entry[]} entries @param {Actions} actions @returns {Part} */
export function moveList(report, entries, actions) {
  /** @type {Map<string, number>} */
  const rows = new Map();
  for (const { row } of entries)
    for (const cause of new Set(row.causes.map(({ move }) => String(move ?? "code"))))
      rows.set(cause, (rows.get(cause) ?? 0) + 1);
  /** @type {Map<string, HTMLButtonElement>} */
  const buttons = new Map();
  let asked = "";
  const filter = (/** @type {string} */ cause, /** @type {string} */ name) => {
    const count = rows.get(cause) ?? 0;
    if (count === 0) return element("span", { class: "muted rows-of" }, "0 rows");
    const button = element(
      "button",
      {
        type: "button",
        class: "quiet rows-of",
        "aria-pressed": "false",
        click: () => actions.ask({ cause: asked === cause ? "" : cause }),
      },
      counted(count, "row"),
      heard(` from ${name}`),
    );
    buttons.set(cause, button);
    return button;
  };
  const node = element(
    "section",
    { class: "panel", "aria-labelledby": "moves-title" },
    element(
      "h2",
      { id: "moves-title" },
      "Leaves that moved ",
      element("span", { class: "count" }, report.moves.length),
    ),
    report.moves.length === 0 && element("p", { class: "muted" }, "No value of a blueprint is different."),
    firstOf(
      report.moves,
      MOST,
      (move, index) =>
        element(
          "li",
          { class: "move" },
          element(
            "div",
            {},
            element("code", { class: "leaf" }, breakable(move.path)),
            " ",
            inline(move),
            element(
              "div",
              { class: "muted", title: move.places.join("\n") },
              `${move.source} · ${move.places.length === 1 ? move.places[0] : counted(move.places.length, "place")}`,
              move.file !== undefined && ` · ${move.file}:${move.line ?? 1}`,
            ),
          ),
          filter(String(index), move.path),
        ),
      { what: "leaves", style: "moves" },
    ),
    rows.has("code") &&
      element(
        "div",
        { class: "move code" },
        element(
          "div",
          {},
          "The code that synthesizes",
          element("div", { class: "muted" }, "no leaf explains these rows"),
        ),
        filter("code", "the code that synthesizes"),
      ),
  );
  return {
    node,
    update: ({ cause }) => {
      asked = cause;
      for (const [one, button] of buttons) button.setAttribute("aria-pressed", String(one === cause));
    },
  };
}
