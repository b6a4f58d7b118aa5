/** Thrown when a value holds something that JSON and YAML have no word for, or that would be lost without one. */
export class NotPlainData extends Error {
  override readonly name = "NotPlainData";
  /** Where in the value it stands, such as `spec.ports[0].name`; empty for the value itself. */
  readonly path: string;

  constructor(path: string, what: string) {
    super(`${path === "" ? "the document" : path}: ${what} cannot be written`);
    this.path = path;
  }
}

/**
 * JSON text with keys sorted by code unit at every level, two spaces of indentation and a newline at the end.
 *
 * `undefined` is dropped, from objects and from arrays.
 *
 * @throws NotPlainData for functions, symbols, NaN, infinities, bigints, cycles, text with half a surrogate pair, and
 * instances of classes.
 */
export function emitJson(value: unknown): string {
  if (value === undefined) throw new NotPlainData("", "undefined");
  const outer = text;
  text = "";
  try {
    orRefuse(value, () => append(value, 0));
    return `${text}\n`;
  } finally {
    text = outer;
  }
}

/** Runs an emitter over a value; if it fails, says where in the value the reason lies. */
export function orRefuse<T>(value: unknown, emit: () => T): T {
  try {
    return emit();
  } catch (error) {
    const refused = refusal(value);
    throw refused === undefined ? error : new NotPlainData(refused.path, refused.what);
  }
}

/** What the emitters throw on the way: `orRefuse` then looks for the place, so that the usual case carries no paths. */
export const UNFIT = new Error("not plain data");

/** Nesting from which an emitter looks for a cycle, once. */
export const SUSPICIOUS_DEPTH = 400;

/** What has been emitted so far: appending to one string is what engines are fastest at. */
let text = "";

function append(value: unknown, depth: number): void {
  switch (typeof value) {
    case "string":
      text += quoted(value);
      return;
    case "number":
      if (!Number.isFinite(value)) throw UNFIT;
      text += value;
      return;
    case "boolean":
      text += value ? "true" : "false";
      return;
    case "object":
      break;
    default:
      throw UNFIT;
  }
  if (value === null) {
    text += "null";
    return;
  }
  if (depth === SUSPICIOUS_DEPTH && refusal(value) !== undefined) throw UNFIT;
  const level = levelAt(depth);
  let any = false;
  if (isPlainArray(value)) {
    for (const item of value) {
      if (item === undefined) continue;
      text += any ? level.nextItem : level.firstItem;
      any = true;
      append(item, depth + 1);
    }
    text += any ? level.endOfArray : "[]";
    return;
  }
  if (!isPlainObject(value)) throw UNFIT;
  for (const key of sortedKeys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const lead = leadOf(key, level);
    text += any ? lead.next : lead.first;
    any = true;
    append(item, depth + 1);
  }
  text += any ? level.endOfObject : "{}";
}

/** What stands before a member: the bracket or comma, the line break, the indentation and its key. */
interface Lead {
  readonly first: string;
  readonly next: string;
}

/** Text that is the same everywhere at one depth. Keys repeat from object to object. */
export interface Level {
  readonly firstItem: string;
  readonly nextItem: string;
  readonly endOfArray: string;
  readonly endOfObject: string;
  readonly leads: Map<string, Lead>;
}

const levels: Level[] = [];
const MOST_LEADS = 4000;

export function levelAt(depth: number): Level {
  const known = levels[depth];
  if (known !== undefined) return known;
  const newline = `\n${"  ".repeat(depth)}`;
  const level: Level = {
    firstItem: `[${newline}  `,
    nextItem: `,${newline}  `,
    endOfArray: `${newline}]`,
    endOfObject: `${newline}}`,
    leads: new Map(),
  };
  levels[depth] = level;
  return level;
}

export function leadOf(key: string, level: Level): Lead {
  const known = level.leads.get(key);
  if (known !== undefined) return known;
  const name = quoted(key);
  const lead: Lead = { first: `{${level.nextItem.slice(1)}${name}: `, next: `${level.nextItem}${name}: ` };
  if (level.leads.size >= MOST_LEADS) level.leads.clear();
  level.leads.set(key, lead);
  return lead;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON text must escape.
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

export function quoted(value: string): string {
  if (!NEEDS_ESCAPE.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw UNFIT;
  return JSON.stringify(value);
}

/**
 * A text in one piece. What was put together bit by bit is a tree of its pieces, which the garbage collector walks and copies
 * for as long as it is kept: twice as much work as all the rest.
 */
export const inOnePiece = (text: string): string => Buffer.from(text).toString();

/** Keys of an object by code unit, which is what sorting without a comparison does. */
export function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  if (keys.length > 24) return keys.sort();
  for (let end = 1; end < keys.length; end++) {
    const key = keys[end] ?? "";
    let at = end;
    for (let before = keys[at - 1]; at > 0 && before !== undefined && before > key; before = keys[at - 1]) {
      keys[at] = before;
      at--;
    }
    if (at !== end) keys[at] = key;
  }
  return keys;
}

/** Whether a value is an object literal, of this or another realm: no instance of a class. */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return (
    typeof prototype === "object" &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf")
  );
}

/** Whether a value is an array, of this or another realm, and not of a class that extends it. */
export function isPlainArray(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) return true;
  return typeof prototype === "object" && Object.getPrototypeOf(Object.getPrototypeOf(prototype)) === null;
}

interface Refusal {
  readonly path: string;
  readonly what: string;
}

/** The first thing in a value that cannot be written, in the order of its keys. */
export function refusal(value: unknown): Refusal | undefined {
  return refusalAt(value, "", new Set());
}

function refusalAt(value: unknown, path: string, above: Set<unknown>): Refusal | undefined {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? undefined : { path, what: "text with half a surrogate pair" };
    case "number":
      return Number.isFinite(value) ? undefined : { path, what: String(value) };
    case "function":
    case "symbol":
    case "bigint":
      return { path, what: `a ${typeof value}` };
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return undefined;
  if (above.has(value)) return { path, what: "an object that contains itself" };
  above.add(value);
  const found = isPlainArray(value) ? refusedItem(value, path, above) : refusedMember(value, path, above);
  above.delete(value);
  return found;
}

function refusedItem(items: readonly unknown[], path: string, above: Set<unknown>): Refusal | undefined {
  for (const [index, item] of items.entries()) {
    const found = refusalAt(item, `${path}[${index}]`, above);
    if (found !== undefined) return found;
  }
  return undefined;
}

function refusedMember(value: object, path: string, above: Set<unknown>): Refusal | undefined {
  if (!isPlainObject(value)) return { path, what: `an instance of ${value.constructor?.name || "a class"}` };
  for (const key of sortedKeys(value)) {
    const name = /^[A-Za-z_][\w-]*$/.test(key) ? `${path === "" ? "" : "."}${key}` : `[${JSON.stringify(key)}]`;
    if (!key.isWellFormed()) return { path: path + name, what: "a key with half a surrogate pair" };
    const found = refusalAt(value[key], path + name, above);
    if (found !== undefined) return found;
  }
  return undefined;
}
