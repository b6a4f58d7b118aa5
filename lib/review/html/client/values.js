/** @import { ReportRow } from "../../report.ts" */
/** @import { Child } from "./elements.js" */
import { element, heard, seen } from "./elements.js";

/** @typedef {ReportRow["attributes"][number]} Attribute */

/** Longest value that stands in a line with others. */
const SHORT = 72;

/** A value as it is written where nothing else tells its type. @param {unknown} value */
export function written(value) {
  if (typeof value !== "string") return JSON.stringify(value, null, 2) ?? "";
  // A text that could be taken for something else keeps its quotes.
  return /^(?:|\s.*|.*\s|-?[\d.]+|true|false|null)$/.test(value) ? JSON.stringify(value) : value;
}

/** In one line, as much as there is room for. @param {unknown} value */
export function short(value) {
  const text = typeof value === "object" ? (JSON.stringify(value) ?? "") : written(value);
  const line = text.replace(/\s+/g, " ");
  return line.length > SHORT ? `${line.slice(0, SHORT - 1)}…` : line;
}

/** Both values in a line. @param {Omit<Attribute, "path">} change @returns {Child} */
export function inline({ before, after }) {
  const was = before === undefined ? element("span", { class: "none" }, "none") : element("del", {}, short(before));
  const is = after === undefined ? element("span", { class: "none" }, "none") : element("ins", {}, short(after));
  return element("span", { class: "both" }, was, " ", seen("→"), heard("to"), " ", is);
}

/** Attributes with both values, side by side. @param {readonly Attribute[]} attributes @param {string} caption */
export function attributeTable(attributes, caption) {
  const column = (/** @type {string} */ name) => element("th", { scope: "col" }, name);
  return element(
    "div",
    { class: "wide" },
    element(
      "table",
      { class: "attributes" },
      element("caption", { class: "heard" }, caption),
      element("thead", {}, element("tr", {}, column("Attribute"), column("Before"), column("After"))),
      element(
        "tbody",
        {},
        attributes.map(({ path, before, after }) =>
          element("tr", {}, element("th", { scope: "row" }, breakable(path)), sides(before, after)),
        ),
      ),
    ),
  );
}

/** A path that may break where it is composed. @param {string} path @returns {Child[]} */
export const breakable = (path) =>
  path.split(/(?<=[./\]])|(?=\[)/).flatMap((part, index) => (index === 0 ? [part] : [element("wbr"), part]));

/** @param {unknown} before @param {unknown} after @returns {HTMLTableCellElement[]} */
function sides(before, after) {
  if (isScalars(before) && isScalars(after))
    return [
      element("td", { class: "before" }, elements(before, after, "del")),
      element("td", { class: "after" }, elements(after, before, "ins")),
    ];
  const [was, is] =
    typeof before === "string" && typeof after === "string"
      ? marked(before, after)
      : [before === undefined ? undefined : [written(before)], after === undefined ? undefined : [written(after)]];
  return [side("before", was), side("after", is)];
}

/** @param {"before" | "after"} name @param {readonly Child[] | undefined} content */
const side = (name, content) =>
  element(
    "td",
    { class: name },
    content === undefined ? element("span", { class: "none" }, "not set") : element("pre", {}, content),
  );

/** @param {unknown} value @returns {value is (string | number | boolean | null)[]} */
const isScalars = (value) => Array.isArray(value) && value.every((one) => typeof one !== "object" || one === null);

/** Elements of a list, those marked that the other does not have. @param {readonly unknown[]} own @param {readonly unknown[]} others @param {"ins" | "del"} mark */
function elements(own, others, mark) {
  const left = others.map((one) => JSON.stringify(one));
  const items = own.map((one) => {
    const index = left.indexOf(JSON.stringify(one));
    if (index < 0) return element("li", {}, element(mark, {}, written(one)));
    left.splice(index, 1);
    return element("li", {}, written(one));
  });
  return items.length === 0
    ? element("span", { class: "none" }, "empty list")
    : element("ul", { class: "elements", role: "list" }, items);
}

/** Two texts, each with the part marked in which they differ. @param {string} before @param {string} after @returns {[Child[], Child[]]} */
function marked(before, after) {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  // Texts that have little in common are read better whole.
  if (head + tail < 3) return [[written(before)], [written(after)]];
  const parts = (/** @type {string} */ text, /** @type {"ins" | "del"} */ mark) => {
    const middle = text.slice(head, text.length - tail);
    return [text.slice(0, head), middle !== "" && element(mark, {}, middle), text.slice(text.length - tail)];
  };
  return [parts(before, "del"), parts(after, "ins")];
}
