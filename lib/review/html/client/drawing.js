/** @import { ReportRow } from "../../report.ts" */
/** @import { Group } from "./neighbours.js" */
import { drawn } from "./elements.js";
import { nameParts } from "./things.js";
import { counted } from "./words.js";

const WIDTH = 960;
const BOX = { width: 300, height: 34, gap: 8 };
const CENTRE = { x: WIDTH / 2, width: 240 };
/** Characters of a small monospaced text that a box holds. */
const ROOM = 43;
/** Most boxes on a side. */
const MOST = 8;

/**
 * The neighbourhood as a picture: the thing in the middle, what it depends on left, what depends on it right, the
 * nearest first. The lists below tell the same in words.
 *
 * @param {ReportRow} row
 * @param {readonly Group[]} dependencies
 * @param {readonly Group[]} dependents
 */
export function drawing(row, dependencies, dependents) {
  const rows = Math.max(1, ...[dependencies, dependents].map(({ length }) => Math.min(length, MOST + 1)));
  const height = Math.max(rows * (BOX.height + BOX.gap), 64) + BOX.gap;
  const id = `drawing-${row.places[0]?.id ?? row.id}`.replace(/[^\w-]+/g, "-");
  return drawn(
    "svg",
    {
      class: "drawing",
      role: "img",
      viewBox: `0 0 ${WIDTH} ${height}`,
      "aria-labelledby": `${id}-title`,
    },
    drawn(
      "title",
      { id: `${id}-title` },
      `Neighbourhood of ${nameParts(row.thing).join(" ")}: depends on ${counted(dependencies.length, "kind of thing", "kinds of things")}, ${counted(row.blastRadius, "thing depends", "things depend")} on it`,
    ),
    side(dependencies, "left", height),
    side(dependents, "right", height),
    centre(row, height),
  );
}

/** @param {ReportRow} row @param {number} height */
function centre(row, height) {
  const [type, name] = nameParts(row.thing);
  const x = CENTRE.x - CENTRE.width / 2;
  return drawn(
    "g",
    { class: `box centre ${row.kind}` },
    drawn("rect", { x, y: height / 2 - 22, width: CENTRE.width, height: 44, rx: 6 }),
    drawn("text", { class: "type", x: CENTRE.x, y: height / 2 - 4, "text-anchor": "middle" }, clipped(type, 34)),
    drawn("text", { class: "name", x: CENTRE.x, y: height / 2 + 12, "text-anchor": "middle" }, clipped(name, 34)),
  );
}

/** @param {readonly Group[]} groups @param {"left" | "right"} which @param {number} height */
function side(groups, which, height) {
  const shown = groups.slice(0, MOST);
  const lines = shown.length + (groups.length > MOST ? 1 : 0);
  const top = (height - lines * (BOX.height + BOX.gap) + BOX.gap) / 2;
  const x = which === "left" ? 1 : WIDTH - BOX.width - 1;
  const at = (/** @type {number} */ index) => top + index * (BOX.height + BOX.gap);
  return drawn(
    "g",
    {},
    shown.map((group, index) => link(group, which, at(index) + BOX.height / 2, height / 2)),
    shown.map((group, index) => box(group, x, at(index))),
    groups.length === 0 &&
      drawn(
        "text",
        {
          class: "type",
          x: which === "left" ? CENTRE.x - CENTRE.width / 2 - 16 : CENTRE.x + CENTRE.width / 2 + 16,
          y: height / 2 + 4,
          "text-anchor": which === "left" ? "end" : "start",
        },
        which === "left" ? "depends on nothing" : "nothing depends on it",
      ),
    groups.length > MOST &&
      drawn("text", { class: "type", x: x + 10, y: at(MOST) + 20 }, `and ${groups.length - MOST} more, listed below`),
  );
}

/** @param {Group} group @param {"left" | "right"} which @param {number} y @param {number} middle */
function link({ sample, changed }, which, y, middle) {
  const [from, to] =
    which === "left"
      ? [BOX.width + 1, CENTRE.x - CENTRE.width / 2]
      : [WIDTH - BOX.width - 1, CENTRE.x + CENTRE.width / 2];
  const half = (from + to) / 2;
  return drawn("path", {
    class: `link${sample.distance > 1 ? " far" : ""}${changed > 0 ? " changed" : ""}`,
    d: `M${from} ${y}C${half} ${y} ${half} ${middle} ${to} ${middle}`,
  });
}

/** @param {Group} group @param {number} x @param {number} y */
function box({ sample, all, changed }, x, y) {
  const [type, name] = nameParts(sample);
  const many = all.length > 1 ? ` ×${all.length}` : "";
  const steps = sample.distance === 1 ? "" : ` · ${counted(sample.distance, "step")}`;
  return drawn(
    "g",
    { class: changed > 0 ? "box changed" : "box" },
    drawn("title", {}, all.map(({ id }) => id).join("\n")),
    drawn("rect", { x, y, width: BOX.width, height: BOX.height, rx: 5 }),
    drawn("text", { class: "name", x: x + 10, y: y + 14 }, `${clipped(name, ROOM - many.length)}${many}`),
    drawn(
      "text",
      { class: "type", x: x + 10, y: y + 27 },
      clipped(
        `${changed > 0 ? `● ${changed === all.length ? "" : `${changed} `}changed · ` : ""}${type} · ${sample.edge}${steps}`,
        ROOM + 4,
      ),
    ),
  );
}

/** @param {string} text @param {number} most */
const clipped = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
