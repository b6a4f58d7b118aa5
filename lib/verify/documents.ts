import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A synthesized stack as read back. */
export interface StackDocument {
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** An object's properties; nothing for what is no object. */
export function object(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Reads a stack's file. @throws when it is not JSON */
export function readStack(folder: string, name: string): StackDocument {
  const parsed: unknown = JSON.parse(readFileSync(join(folder, name, "cdk.tf.json"), "utf8"));
  return { name, document: object(parsed) };
}

/** Resources or data sources of a type, by their id. */
export function ofType(
  document: Readonly<Record<string, unknown>>,
  section: "resource" | "data",
  type: string,
): [id: string, body: Readonly<Record<string, unknown>>][] {
  return Object.entries(object(object(document[section])[type])).map(([id, body]) => [id, object(body)]);
}

/** Account and region in which a stack's provider works. */
export function placeOf(document: Readonly<Record<string, unknown>>): string {
  const providers = object(document["provider"])["aws"];
  const [first] = Array.isArray(providers) ? providers : [providers];
  const provider = object(first);
  const ids = provider["allowed_account_ids"];
  return `${Array.isArray(ids) ? String(ids[0]) : "?"}/${text(provider["region"]) ?? "?"}`;
}
