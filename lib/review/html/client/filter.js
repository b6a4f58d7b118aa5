/** @import { Entry } from "./entries.js" */
/** @import { Kind, Severity } from "./words.js" */
import { KINDS, SEVERITIES } from "./words.js";

/**
 * Which rows are asked for; what is empty asks for nothing.
 *
 * @typedef {object} Filter
 * @property {string} words all of which a row has
 * @property {readonly Kind[]} kinds
 * @property {readonly Severity[]} severities
 * @property {string} place `blueprint/environment/region`, or the beginning of one
 * @property {string} layer a row of the map
 * @property {string} cause index of a leaf that moved, or `code`
 */

/** @type {Filter} */
export const EVERYTHING = { words: "", kinds: [], severities: [], place: "", layer: "", cause: "" };

/** @param {Filter} filter */
export const isEverything = (filter) => hashOf(filter, undefined) === "";

/** Whether a row is asked for. @param {Filter} filter @param {Entry} entry */
export function matches({ words, kinds, severities, place, layer, cause }, entry) {
  const { row, severity } = entry;
  return (
    (kinds.length === 0 || kinds.includes(row.kind)) &&
    (severities.length === 0 || (severity !== undefined && severities.includes(severity))) &&
    (layer === "" || entry.layer === layer) &&
    (place === "" || row.places.some((one) => isIn(place, one.place))) &&
    (cause === "" || row.causes.some(({ move }) => String(move ?? "code") === cause)) &&
    wordsIn(words).every((word) => entry.words().includes(word))
  );
}

/** Whether a place is another or inside it. @param {string} outer @param {string} place */
export const isIn = (outer, place) => place === outer || place.startsWith(`${outer}/`);

/** @param {string} text */
const wordsIn = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

/** The filter and the open row that the address of the page names. @param {string} hash */
export function readHash(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const list = (given.get("kind") ?? "").split(",");
  const severities = (given.get("severity") ?? "").split(",");
  const row = given.get("row");
  /** @type {Filter} */
  const filter = {
    words: given.get("q") ?? "",
    kinds: KINDS.filter((kind) => list.includes(kind)),
    severities: SEVERITIES.filter((one) => severities.includes(one)),
    place: given.get("place") ?? "",
    layer: given.get("layer") ?? "",
    cause: given.get("cause") ?? "",
  };
  return { filter, row: row !== null && /^\d+$/.test(row) ? Number(row) : undefined };
}

/** How the address of the page names them; the empty text for neither. @param {Filter} filter @param {number | undefined} row */
export function hashOf({ words, kinds, severities, place, layer, cause }, row) {
  const told = new URLSearchParams();
  const tell = (/** @type {string} */ name, /** @type {string} */ value) => value !== "" && told.set(name, value);
  tell("q", words.trim());
  tell("kind", kinds.join());
  tell("severity", severities.join());
  tell("place", place);
  tell("layer", layer);
  tell("cause", cause);
  tell("row", row === undefined ? "" : String(row));
  return told.toString();
}
