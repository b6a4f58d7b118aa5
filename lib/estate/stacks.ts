import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Files } from "./files.ts";
import type { ReadOutput } from "./index.ts";
import { at, type Fields, list, object, text } from "./json.ts";

/** A synthesized stack as read back. */
export interface Stack {
  readonly name: string;
  readonly document: Fields;
  /** Number of the account in which its provider works. */
  readonly account: string;
  readonly region: string;
  /** Values of the provider's default tags `dodeca:...`; empty where a stack has none, such as an account's. */
  readonly blueprint: string;
  readonly environment: string;
  readonly layer: string;
}

/** A resource or data source of a stack. */
export interface Resource {
  readonly stack: Stack;
  /** As Terraform writes it, such as `aws_vpc.network-Resource`. */
  readonly address: string;
  readonly type: string;
  readonly body: Fields;
}

/** Folder of the stacks below an output. */
export const stacksFolder = (root: string): string => join(root, "cdktf.out", "stacks");

const STACK_FILE = /^cdktf\.out\/stacks\/([^/]+)\/cdk\.tf\.json$/;

/** Path of a stack's file below an output. */
export const stackFile = (name: string): string => `cdktf.out/stacks/${name}/cdk.tf.json`;

/** Name of the stack that a file is of. */
export const stackOfFile = (path: string): string | undefined => STACK_FILE.exec(path)?.[1];

/** The stacks of an output, by name. @param other another output, whose stacks are shared where they are the same @throws when one is not JSON */
export function stacksIn(files: Files, other?: ReadOutput): Stack[] {
  const known = new Map(other?.estate.stacks.map((stack) => [stack.name, stack]));
  return [...files]
    .flatMap(([path, json]): Stack[] => {
      const name = stackOfFile(path);
      if (name === undefined) return [];
      const same = other?.files.get(path) === json ? known.get(name) : undefined;
      return [same ?? stackOf(name, JSON.parse(json))];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One stack. @param folder of all stacks @throws when it is not JSON */
export const readStack = (folder: string, name: string): Stack =>
  stackOf(name, JSON.parse(readFileSync(join(folder, name, "cdk.tf.json"), "utf8")));

/** A stack from its parsed file. */
export function stackOf(name: string, parsed: unknown): Stack {
  const document = object(parsed);
  const [provider] = list(at(document, "provider", "aws"));
  const [tags] = list(object(provider)["default_tags"]);
  const tag = (key: string): string => text(at(tags, "tags", `dodeca:${key}`)) ?? "";
  return {
    name,
    document,
    account: String(list(object(provider)["allowed_account_ids"])[0] ?? "?"),
    region: text(object(provider)["region"]) ?? "?",
    blueprint: tag("blueprint"),
    environment: tag("environment"),
    layer: tag("layer"),
  };
}

/** The resources of a type in a stack. */
export const resourcesOf = (stack: Stack, type: string): Resource[] => ofType(stack, "resource", type);

/** The data sources of a type in a stack. */
export const dataOf = (stack: Stack, type: string): Resource[] => ofType(stack, "data", type);

/** Every resource of a stack. */
export const allResources = (stack: Stack): Resource[] =>
  Object.keys(object(stack.document["resource"])).flatMap((type) => resourcesOf(stack, type));

/** Every data source of a stack. */
export const allData = (stack: Stack): Resource[] =>
  Object.keys(object(stack.document["data"])).flatMap((type) => dataOf(stack, type));

function ofType(stack: Stack, section: "resource" | "data", type: string): Resource[] {
  return Object.entries(object(at(stack.document, section, type))).map(([id, body]) => ({
    stack,
    address: `${section === "data" ? "data." : ""}${type}.${id}`,
    type,
    body: object(body),
  }));
}

/** Path of the construct that a resource or data source comes from, such as `services/redirect/policy`. */
export const componentOf = ({ body }: Resource): string | undefined => text(at(body, "//", "path"));

/** Ids of the checks that a resource or data source says it fails on purpose. */
export const waivedBy = ({ body }: Resource): readonly string[] => Object.keys(object(at(body, "//", "waived")));

/** A text of Terraform with the values of contracts that it reads written as `{/dodeca/...}`. */
export function withContracts(stack: Stack, value: string): string {
  return value.replace(/\$\{data\.aws_ssm_parameter\.([\w-]+)\.insecure_value\}/g, (whole, id: string) => {
    const name = text(at(stack.document, "data", "aws_ssm_parameter", id, "name"));
    return name === undefined ? whole : `{${name}}`;
  });
}

/** What a stack's name says beyond its layer. */
export function sliceOf({ name, layer }: Stack): string {
  const at = layer === "" ? -1 : name.lastIndexOf(`-${layer}`);
  return at < 0 ? "" : name.slice(at + layer.length + 2);
}
