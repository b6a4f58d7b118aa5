/** A JSON object as read back. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object's properties; nothing for what is no object. */
export function object(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The elements of a list; one element for what is no list, none for nothing. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A text that is not empty. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** The texts of a list. */
export const texts = (value: unknown): readonly string[] => list(value).flatMap((one) => text(one) ?? []);

/** The value at a path of keys. */
export const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((inside: unknown, key) => object(inside)[key], value);

/** A text as JSON; nothing where it is none. */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
