/**
 * What a build reads of the resolved data, recorded leaf by leaf, so that a later run knows which builds a change touches.
 *
 * The data is a graph of roots (places, deployments, resolved blueprints, accounts), each with a name that is the same in
 * every run; what is below a root is a tree, and is named by its path. A reference to a root is a leaf: its value is the name
 * of the root. So one object in several places, a place that spreads another and reads across places need no special care.
 */

/** Separates the steps of a path; no key holds it. */
export const STEP = "\u0000";
/** Stands for the list of an object's keys, or the length of an array. */
const KEYS = "\u0001";
/** Stands before a key that was only asked for. */
const HAS = "\u0002";

interface Root {
  readonly name: string;
  /** Data of the program: its digest covers what is below. */
  readonly constant: boolean;
}

const roots = new WeakMap<object, Root>();

/** Makes an object a root of what builds read. @param name the same in every run, such as `place/shop/prod/eu-west-1` */
export function nameRoot<T extends object>(name: string, object: T, { constant = false } = {}): T {
  roots.set(object, { name, constant });
  return object;
}

/** The name of a root. @throws where an object is none */
export function rootNameOf(object: object): string {
  const found = roots.get(object);
  if (found === undefined) throw new Error("this is no root of what builds read");
  return found.name;
}

/** A value as far as a read sees it: scalars as they are, of objects only what they are. */
type Seen = string;

function seen(value: unknown): Seen {
  if (typeof value !== "object" || value === null)
    return value === undefined ? "-" : typeof value === "function" ? "f" : JSON.stringify(value);
  const root = roots.get(value);
  if (root !== undefined) return `@${root.name}`;
  if (Array.isArray(value)) return `[${value.map(seen).join(",")}]`;
  if (Object.prototype.toString.call(value) !== "[object Object]")
    throw new Error("a build reads what is no plain data, such as a map, of which no read can be recorded");
  return "{";
}

const keysOf = (target: object): Seen =>
  Array.isArray(target) ? String(target.length) : Object.keys(target).join(STEP);

/** What a read would see in the data of now. @param path steps below a root, joined by `STEP` */
export function readAgain(root: object, path: string): Seen | undefined {
  let value: unknown = root;
  const steps = path.split(STEP);
  for (const [at, key] of steps.entries()) {
    if (typeof value !== "object" || value === null) return undefined;
    if (at === steps.length - 1) {
      if (key === KEYS) return keysOf(value);
      if (key.startsWith(HAS)) return String(Object.hasOwn(value, key.slice(1)));
    }
    value = Reflect.get(value, key);
  }
  return seen(value);
}

/** A leaf that was read. */
export interface Read {
  /** Name of the root. */
  readonly root: string;
  /** Steps below the root, joined by `STEP`. */
  readonly path: string;
  readonly value: Seen;
}

/** Reads of what is being recorded: each once, unless a memo replays it. */
interface Recording {
  readonly reads: Read[];
}

let current: Recording | undefined;

/** Runs something and says what it read through views. */
export function record<T>(work: () => T): { readonly result: T; readonly reads: readonly Read[] } {
  const outer = current;
  const own: Recording = { reads: [] };
  current = own;
  try {
    return { result: work(), reads: own.reads };
  } finally {
    current = outer;
  }
}

/**
 * A function of a root that is computed once for each. What the first call read counts for every other call too, so that
 * a build which finds the value computed depends on the same leaves.
 */
export function oncePer<R extends object, T>(compute: (root: R) => T): (root: R) => T {
  const known = new WeakMap<R, { readonly result: T; readonly reads: readonly Read[] }>();
  return (root) => {
    let found = known.get(root);
    if (found === undefined) {
      found = record(() => compute(root));
      known.set(root, found);
    }
    if (current !== undefined) for (const read of found.reads) current.reads.push(read);
    return found.result;
  };
}

interface Leaf {
  readonly read: Read;
  readonly result: unknown;
  by: Recording | undefined;
}

const views = new WeakMap<object, object>();

/** Whether a view is there: it has the type of what it is a view of. */
const isView = <T extends object>(view: object | undefined, _root: T): view is T => view !== undefined;

/** The view of a root through which reads are recorded: it can be read like the root, and not be changed. */
export function viewOf<T extends object>(root: T): T {
  const known = views.get(root);
  if (isView(known, root)) return known;
  const found = roots.get(root);
  if (found === undefined) throw new Error("only a root can be viewed");
  const view = viewBelow(root, found.name, "");
  views.set(root, view);
  return view;
}

/** What a build gets to see of a value: scalars themselves, of everything else a view. */
function handed(value: unknown, root: string, path: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  const other = roots.get(value);
  if (other !== undefined) return other.constant ? value : viewOf(value);
  // An array is one read: methods of arrays ask for so much that a view of it would cost more than it tells.
  if (Array.isArray(value))
    return Object.freeze(value.map((item: unknown, index) => handed(item, root, `${path}${STEP}${index}`)));
  return viewBelow(value, root, `${path}${STEP}`);
}

/** @param prefix steps from the root to the target, each with a `STEP` behind it */
function viewBelow<T extends object>(target: T, root: string, prefix: string): T {
  const leaves = new Map<string, Leaf>();
  const note = (leaf: Leaf): Leaf => {
    if (current !== undefined && leaf.by !== current) {
      leaf.by = current;
      current.reads.push(leaf.read);
    }
    return leaf;
  };
  const leafAt = (key: string, read: () => Seen, result?: () => unknown): Leaf => {
    const known = leaves.get(key);
    if (known !== undefined) return note(known);
    const leaf: Leaf = { read: { root, path: prefix + key, value: read() }, result: result?.(), by: undefined };
    leaves.set(key, leaf);
    return note(leaf);
  };
  const valueAt = (key: string): unknown => {
    const known = leaves.get(key);
    if (known !== undefined) return note(known).result;
    const value: unknown = Reflect.get(target, key);
    return leafAt(
      key,
      () => seen(value),
      () => handed(value, root, prefix + key),
    ).result;
  };
  const refuse = (): never => {
    throw new Error(`${root} ${prefix.replaceAll(STEP, ".")}: a build may not change what it reads`);
  };
  return new Proxy(target, {
    get: (_, key) => (typeof key === "symbol" ? Reflect.get(target, key) : valueAt(key)),
    has: (_, key) => {
      if (typeof key === "string") leafAt(HAS + key, () => String(Object.hasOwn(target, key)));
      return Reflect.has(target, key);
    },
    ownKeys: () => {
      leafAt(KEYS, () => keysOf(target));
      return Reflect.ownKeys(target);
    },
    getOwnPropertyDescriptor: (_, key) => {
      const found = Reflect.getOwnPropertyDescriptor(target, key);
      if (typeof key === "symbol") return found;
      if (found === undefined) {
        leafAt(HAS + key, () => "false");
        return found;
      }
      return { value: valueAt(key), enumerable: found.enumerable ?? true, configurable: true, writable: true };
    },
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    setPrototypeOf: refuse,
  });
}
