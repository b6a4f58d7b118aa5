/** @import { Filter } from "./filter.js" */

/**
 * What parts of the page may ask of the whole.
 *
 * @typedef {object} Actions
 * @property {(asked: Partial<Filter>) => void} ask filters the rows; what is not named stays
 * @property {(row: number) => void} jump shows a row, open
 * @property {(id: string) => number | undefined} rowOf the row that tells of a thing
 * @property {(row: number, open: boolean) => void} opened says that a row was opened or closed
 */

/**
 * A part of the page that shows what is asked for.
 *
 * @typedef {object} Part
 * @property {HTMLElement} node
 * @property {(filter: Filter) => void} update
 */

export {};
