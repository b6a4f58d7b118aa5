import { canonical } from "../estate/attributes.ts";
import type { Change } from "../estate/diff.ts";
import { list, object, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Severity, Suspicion } from "./risk.ts";
import { titleOf } from "./risks/stateful.ts";

/** An attribute whose value may become worse. */
export interface Setting {
  /** Such as `vpc_config.endpoint_public_access`; `*` stands for every element of a list, and quotes go around a key with dots. */
  readonly path: string;
  /** What is in effect where nothing is written. @default nothing */
  readonly unset?: unknown;
  readonly isWorse: (before: unknown, after: unknown) => boolean;
  /** @default the rule's */
  readonly severity?: Severity;
}

/** What became worse by a change, for settings by type of what has them. */
export function worsened(change: Change, settings: Readonly<Record<string, readonly Setting[]>>): Suspicion[] {
  const { node, before, kind } = change;
  if (before === undefined || kind === "removed") return [];
  return (settings[node.type] ?? []).flatMap((setting) => {
    const [was, is] = [valuesAt(before, setting.path), valuesAt(node, setting.path)];
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((path): Suspicion[] => {
      // An element of a list that has come or gone is no change of what it says.
      if (path.includes("[") && (!was.has(path) || !is.has(path))) return [];
      const [old, now] = [was.get(path) ?? setting.unset, is.get(path) ?? setting.unset];
      if (canonical(old) === canonical(now) || !setting.isWorse(old, now)) return [];
      return [
        {
          change,
          ...(setting.severity === undefined ? {} : { severity: setting.severity }),
          what: `${titleOf(node)} has ${path} changed from ${shown(old)} to ${shown(now)}`,
        },
      ];
    });
  });
}

/** A value as a sentence goes on. */
export const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** Whether something is there and not there any more, or off. */
export const turnedOff = (before: unknown, after: unknown): boolean => isOn(before) && !isOn(after);
export const turnedOn = (before: unknown, after: unknown): boolean => !isOn(before) && isOn(after);
const isOn = (value: unknown): boolean => value === true || value === "true";

/** Whether a value is gone, or empty. */
export const dropped = (before: unknown, after: unknown): boolean => isFilled(before) && !isFilled(after);
const isFilled = (value: unknown): boolean => list(value).some((one) => one !== "" && one !== false);

export const lowered = (before: unknown, after: unknown): boolean => Number(after) < Number(before);
export const raised = (before: unknown, after: unknown): boolean => Number(after) > Number(before);

/** Whether a value is further back in an order that begins with the best; what is not in the order is not judged. */
export const worseIn =
  (...order: readonly unknown[]) =>
  (before: unknown, after: unknown): boolean => {
    const [was, is] = [order.indexOf(before), order.indexOf(after)];
    return was >= 0 && is > was;
  };

/** Whether a list has lost elements. */
export const lostSome = (before: unknown, after: unknown): boolean =>
  list(before).some((one) => !list(after).some((other) => canonical(one) === canonical(other)));

/** By what the elements of a list are known from one output to the next. */
const KEYS = ["name", "rule_name", "id", "region_name", "origin_id", "path_pattern", "deviceName", "number"];

/** The values at a path of a body, by the path with the elements' names. */
export function valuesAt({ body }: Pick<Node, "body">, path: string): ReadonlyMap<string, unknown> {
  let values = new Map<string, unknown>([["", body]]);
  for (const part of path.match(/'[^']+'|[^.]+/g) ?? []) {
    const key = part.replaceAll("'", "");
    values = new Map(
      [...values].flatMap(([at, value]): [string, unknown][] => {
        if (key === "*") return list(value).map((one, index) => [`${at}[${nameIn(one) ?? index}]`, one]);
        // A block of Terraform that may stand once is written with and without a list.
        const [block] = Array.isArray(value) && value.length === 1 ? value : [value];
        const inside = object(block)[key];
        return inside === undefined || inside === null ? [] : [[at === "" ? key : `${at}.${key}`, inside]];
      }),
    );
  }
  return values;
}

/** The only value at a path of a body. */
export const valueAt = (node: Pick<Node, "body">, path: string): unknown => [...valuesAt(node, path).values()][0];

const nameIn = (element: unknown): string | undefined =>
  KEYS.flatMap((key) => {
    const name = object(element)[key];
    return typeof name === "number" ? String(name) : (text(name) ?? []);
  })[0];
