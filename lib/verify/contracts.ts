import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { object, ofType, placeOf, type StackDocument, text } from "./documents.ts";
import type { Diagnostic } from "./report.ts";

const PREFIX = "/dodeca/";

/** What pods read: parameters by the application and region that read them. */
export interface PodReader {
  readonly application: string;
  readonly region: string;
  readonly parameter: string;
}

/** Every value that is read must be published once, in the reader's account and region, and never be empty. */
export function contractProblems(
  stacks: readonly StackDocument[],
  pods: readonly PodReader[],
): { readonly stacks: ReadonlyMap<string, readonly Diagnostic[]>; readonly pods: readonly Diagnostic[] } {
  const found = new Map<string, Diagnostic[]>(stacks.map(({ name }) => [name, []]));
  const published = new Map<string, string>();
  for (const { name, document } of stacks) {
    for (const [id, body] of ofType(document, "resource", "aws_ssm_parameter")) {
      const parameter = text(body["name"]);
      if (parameter === undefined || !parameter.startsWith(PREFIX)) continue;
      const address = `aws_ssm_parameter.${id}`;
      const key = `${placeOf(document)}${parameter}`;
      const other = published.get(key);
      if (other !== undefined)
        found.get(name)?.push({
          severity: "error",
          code: "contract-published-twice",
          summary: `${parameter} is published by ${other} too`,
          address,
        });
      published.set(key, name);
      if (object(body["lifecycle"])["precondition"] === undefined) {
        found.get(name)?.push({
          severity: "error",
          code: "contract-unguarded",
          summary: `${parameter} may be empty: it has no precondition`,
          address,
        });
      }
    }
  }
  for (const { name, document } of stacks) {
    for (const [id, body] of ofType(document, "data", "aws_ssm_parameter")) {
      const parameter = text(body["name"]);
      if (parameter === undefined || !parameter.startsWith(PREFIX) || published.has(`${placeOf(document)}${parameter}`))
        continue;
      found.get(name)?.push({
        severity: "error",
        code: "contract-unpublished",
        summary: `no stack publishes ${parameter} in ${placeOf(document)}`,
        address: `data.aws_ssm_parameter.${id}`,
      });
    }
  }
  const anywhere = new Set([...published.keys()].map((key) => key.slice(key.indexOf("/") + 1)));
  const missing = pods
    .filter(({ region, parameter }) => !anywhere.has(`${region}${parameter}`))
    .map(
      ({ application, region, parameter }): Diagnostic => ({
        severity: "error",
        code: "contract-unpublished",
        summary: `${application} reads ${parameter}, which no stack publishes in ${region}`,
      }),
    );
  return { stacks: found, pods: missing };
}

/** The contract parameters that external secrets of an output read. */
export function podReaders(kubernetes: string): readonly PodReader[] {
  if (!existsSync(kubernetes)) return [];
  const readers: PodReader[] = [];
  for (const path of readdirSync(kubernetes, { recursive: true, encoding: "utf8" })) {
    const parts = path.split(/[\\/]/);
    const file = parts.at(-1) ?? "";
    if (!file.startsWith("externalsecret-") || parts.length < 5) continue;
    const spec = object(object(load(readFileSync(join(kubernetes, path), "utf8")))["spec"]);
    const data = spec["data"];
    for (const entry of Array.isArray(data) ? data : []) {
      const parameter = text(object(object(entry)["remoteRef"])["key"]);
      if (parameter?.startsWith(PREFIX))
        readers.push({ application: parts.slice(0, -1).join("/"), region: parts[2] ?? "", parameter });
    }
  }
  return readers;
}
