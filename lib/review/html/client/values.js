/** @import { ReportRow } from "../../report.ts" */
/** @import { Child } from "./elements.js" */
import { element, heard, seen } from "./elements.js";
import { counted } from "./words.js";

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
  if (line.length <= SHORT) return line;
  if (typeof value !== "object" || value === null) return `${line.slice(0, SHORT - 1)}…`;
  return Array.isArray(value)
    ? `[${counted(value.length, "element")}]`
    : `{${counted(Object.keys(value).length, "attribute")}}`;
}

/** Both values in a line. @param {Omit<Attribute, "path">} change @returns {Child} */
export function inline({ before, after }) {
  if (isScalars(before) && isScalars(after)) return inlineElements(without(before, after), without(after, before));
  const was = before === undefined ? element("span", { class: "none" }, "none") : element("del", {}, short(before));
  const is = after === undefined ? element("span", { class: "none" }, "none") : element("ins", {}, short(after));
  return element("span", { class: "both" }, was, " ", seen("→"), heard("to"), " ", is);
}

/** Most elements of a list that stand in a line. */
const FEW = 3;

/** What has gone from a list and come to it, in a line. @param {readonly unknown[]} gone @param {readonly unknown[]} come @returns {Child} */
function inlineElements(gone, come) {
  if (gone.length + come.length === 0) return element("span", { class: "muted" }, "another order");
  const few = (
    /** @type {readonly unknown[]} */ some,
    /** @type {"ins" | "del"} */ mark,
    /** @type {string} */ glyph,
  ) => [
    some.slice(0, FEW).map((one) => [element(mark, {}, `${glyph}${short(one)}`), " "]),
    some.length > FEW && `${glyph}${some.length - FEW} more `,
  ];
  return element("span", { class: "both" }, few(gone, "del", "−"), few(come, "ins", "+"));
}

/** Elements that another list does not have, each as often as it is missing there. @param {readonly unknown[]} own @param {readonly unknown[]} others */
function without(own, others) {
  const left = others.map((one) => JSON.stringify(one));
  return own.filter((one) => {
    const index = left.indexOf(JSON.stringify(one));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
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
  const lacking = without(own, others);
  const items = own.map((one) =>
    element("li", {}, lacking.includes(one) ? element(mark, {}, written(one)) : written(one)),
  );
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
