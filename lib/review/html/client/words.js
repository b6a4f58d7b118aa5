/** @import { Report, ReportRow } from "../../report.ts" */

/** @typedef {ReportRow["kind"]} Kind */
/** @typedef {Report["failOn"]} Severity */

/** The twelve layers, in reference order. @type {readonly (readonly [id: string, name: string])[]} */
export const LAYERS = [
  ["foundation", "Foundation"],
  ["client", "Client"],
  ["edge", "Edge"],
  ["ingress", "Ingress"],
  ["mesh", "Mesh"],
  ["streaming", "Streaming"],
  ["data", "Data"],
  ["analytics", "Analytics"],
  ["observability", "Observability"],
  ["delivery", "Delivery"],
  ["security", "Security"],
  ["ai", "AI"],
];

/** Where things stand on the map that belong to no layer: whole places come and go above all layers. */
export const WHOLE = "whole";
export const OTHER = "other";

/** Kinds of change with their glyphs, so that none is told by colour alone. @type {Readonly<Record<Kind, string>>} */
export const GLYPHS = { added: "+", removed: "−", changed: "~", moved: "→" };

/** @type {readonly Kind[]} */
export const KINDS = ["added", "removed", "changed", "moved"];

/** The heaviest first. @type {readonly Severity[]} */
export const SEVERITIES = ["high", "medium", "low"];

/** A severity as it stands in a cell of the map. @type {Readonly<Record<Severity, string>>} */
export const LETTERS = { high: "H", medium: "M", low: "L" };

/** A number with thin separators. @param {number} count */
export const figure = (count) => String(count).replace(/\B(?=(?:\d{3})+$)/g, "\u202f");

/** `1 place`, `3 places`. @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${figure(count)} ${count === 1 ? one : many}`;

/** `7 Data`, or what stands for it. @param {string} layer */
export function layerName(layer) {
  const index = LAYERS.findIndex(([id]) => id === layer);
  const [, name] = LAYERS[index] ?? [];
  if (name !== undefined) return `${index + 1} ${name}`;
  return layer === WHOLE ? "Whole place" : layer === OTHER || layer === "" ? "No layer" : layer;
}

/** The heaviest of some severities. @param {readonly Severity[]} some */
export const worstOf = (some) => SEVERITIES.find((one) => some.includes(one));

/** Order by code units: the same everywhere. @param {string} a @param {string} b */
export const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
