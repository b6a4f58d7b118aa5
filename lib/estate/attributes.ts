import { isDeepStrictEqual } from "node:util";
import { isRecord, object, parsed, text } from "./json.ts";

/** One difference between two bodies: nothing before is added, nothing after is removed. */
export interface AttributeChange {
  /** Such as `spec.maxReplicas`, `policy.Statement[Sid=Read].Action` or `spec.template.spec.containers[name=app].image`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** By what the elements of a list are known, the first that all of them have. */
const KEYS = ["Sid", "sid", "name", "key", "id", "secretKey", "rule_name", "priority", "region_name", "kind"] as const;

/** Lists whose order means something. Elsewhere a list is a set, as most of Terraform's and Kubernetes' are. */
const ORDERED = new Set([
  "command",
  "args",
  "entrypoint",
  "http",
  "tls",
  "tcp",
  "initContainers",
  "ordered_cache_behavior",
]);

/** The differences between two bodies, attribute by attribute; order and formatting are none. */
export function attributeChanges(before: unknown, after: unknown, path = ""): AttributeChange[] {
  const [left, right] = [opened(before), opened(after)];
  if (isDeepStrictEqual(left, right)) return [];
  if (isRecord(left) && isRecord(right))
    return [...new Set([...Object.keys(left), ...Object.keys(right)])]
      .sort()
      .flatMap((key) => attributeChanges(left[key], right[key], path === "" ? key : `${path}.${key}`));
  if (Array.isArray(left) && Array.isArray(right)) return listChanges(left, right, path);
  // A block of Terraform that may stand once is written with and without a list.
  if (Array.isArray(left) && left.length === 1 && isRecord(right)) return attributeChanges(left[0], right, path);
  if (Array.isArray(right) && right.length === 1 && isRecord(left)) return attributeChanges(left, right[0], path);
  if (sameScalar(left, right, path)) return [];
  return [change(path, left, right)];
}

const change = (path: string, before: unknown, after: unknown): AttributeChange => ({
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

/** A document inside a text is compared as a document. */
function opened(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  const found = parsed(value);
  return typeof found === "object" && found !== null ? found : value;
}

function listChanges(before: readonly unknown[], after: readonly unknown[], path: string): AttributeChange[] {
  const ordered = ORDERED.has(path.slice(path.lastIndexOf(".") + 1).replace(/\[.*$/, ""));
  if ([...before, ...after].every((one) => !isRecord(one) && !Array.isArray(one)))
    return !ordered && isDeepStrictEqual(sorted(before), sorted(after)) ? [] : [change(path, before, after)];
  const key = KEYS.find((one) => identifies(one, before) && identifies(one, after));
  // A list of one is a block: where it is known by another name, it is the name that has changed.
  if (
    before.length === 1 &&
    after.length === 1 &&
    (key === undefined || nameBy(key, before[0]) !== nameBy(key, after[0]))
  )
    return attributeChanges(before[0], after[0], path);
  if (key !== undefined) return keyedChanges(before, after, key, path, ordered);
  if (ordered)
    return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_, index) =>
      attributeChanges(before[index], after[index], `${path}[${index}]`),
    );
  const gone = without(before, after);
  const come = without(after, before);
  // What is mostly the same is the same element, changed.
  if (gone.length === come.length && gone.every((one, index) => similar(one, come[index])))
    return gone.flatMap((one, index) => attributeChanges(one, come[index], `${path}[${before.indexOf(one)}]`));
  return [
    ...gone.map((one) => change(`${path}[${before.indexOf(one)}]`, one, undefined)),
    ...come.map((one) => change(`${path}[${after.indexOf(one)}]`, undefined, one)),
  ];
}

/** Whether two elements have at least half of their keys in common, with the same values. */
function similar(left: unknown, right: unknown): boolean {
  const [one, other] = [object(left), object(right)];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  const same = [...keys].filter((key) => isDeepStrictEqual(one[key], other[key]));
  return keys.size > 0 && (same.length * 2 >= keys.size || keys.size === 1);
}

function identifies(key: string, elements: readonly unknown[]): boolean {
  const values = elements.map((one) => nameBy(key, one));
  return values.every((value) => value !== undefined) && new Set(values).size === values.length;
}

function nameBy(key: string, element: unknown): string | undefined {
  const value = object(element)[key];
  return typeof value === "number" ? String(value) : text(value);
}

function keyedChanges(
  before: readonly unknown[],
  after: readonly unknown[],
  key: string,
  path: string,
  ordered: boolean,
): AttributeChange[] {
  const byKey = (elements: readonly unknown[]) =>
    new Map(elements.map((one): [string, unknown] => [nameBy(key, one) ?? "", one]));
  const [left, right] = [byKey(before), byKey(after)];
  const both = [...left.keys()].filter((name) => right.has(name));
  const moved =
    ordered &&
    !isDeepStrictEqual(
      both,
      [...right.keys()].filter((name) => left.has(name)),
    );
  return [
    ...(moved ? [change(`${path} (order)`, [...left.keys()], [...right.keys()])] : []),
    ...[...new Set([...left.keys(), ...right.keys()])]
      .sort()
      .flatMap((name) => attributeChanges(left.get(name), right.get(name), `${path}[${key}=${name}]`)),
  ];
}

/** Elements that the other list does not have, each as often as it is missing there. */
function without(elements: readonly unknown[], others: readonly unknown[]): unknown[] {
  const left = others.map((one) => canonical(one));
  return elements.filter((one) => {
    const index = left.indexOf(canonical(one));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** A text that is the same for what is the same but for order and formatting. */
export function canonical(value: unknown, key = ""): string {
  const inside = opened(value);
  if (Array.isArray(inside)) {
    const elements = inside.map((one) => canonical(one));
    return `[${(ORDERED.has(key) ? elements : elements.sort()).join()}]`;
  }
  if (isRecord(inside))
    return `{${Object.keys(inside)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonical(inside[name], name)}`)
      .join()}}`;
  return JSON.stringify(inside) ?? "";
}

const sorted = (values: readonly unknown[]): string[] => values.map((one) => JSON.stringify(one) ?? "").sort();

/** Whether two scalars are one value written twice: `1` and `"1"` to Terraform, `1000m` and `1` to Kubernetes. */
function sameScalar(left: unknown, right: unknown, path: string): boolean {
  if (left === undefined || right === undefined || typeof left === "object" || typeof right === "object") return false;
  // Kubernetes distinguishes a number from its text, and its attributes begin with a small set of names.
  const kubernetes = /^(?:spec|metadata|data|status|rules|webhooks)\b/.test(path);
  if (!kubernetes) return String(left) === String(right);
  if (!/\b(?:requests|limits|hard|default|defaultRequest|max|min)\.[\w.\-/]+$/.test(path)) return false;
  const [one, other] = [quantity(left), quantity(right)];
  return one !== undefined && one === other;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity of Kubernetes as a number. */
export function quantity(value: unknown): number | undefined {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  const factor = UNITS[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
