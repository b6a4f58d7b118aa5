import { DefaultTokenResolver, StringConcat, TerraformElement, Token, Tokenization } from "cdktn";
import { Construct, type IConstruct } from "constructs";
import { factsOf } from "../layers/common/encodes.ts";
import type { Stack } from "../layers/common/stack.ts";
import { waiversOf } from "../layers/common/waivers.ts";

/** Version of the CDKTN command line that the output is made for. */
export const CDKTN_VERSION = "0.24.0";

/** A value of Terraform's JSON syntax. */
export type TerraformValue = null | boolean | number | string | TerraformValue[] | { [key: string]: TerraformValue };
export type TerraformObject = { [key: string]: TerraformValue };

/** What a stack became: the document, and the addresses in it. */
export interface RenderedStack {
  readonly document: TerraformObject;
  /** Addresses of resources and data sources, such as `aws_vpc.network` and `data.aws_ssm_parameter.x`. */
  readonly addresses: ReadonlySet<string>;
}

const resolver = new DefaultTokenResolver(new StringConcat());
export const STRING_TOKEN = "${TfToken[";
export const LIST_TOKEN = "#{TfToken[";
/** Number tokens are very large negative numbers, which print with an exponent. */
const NUMBER_IN_TEXT = /-\d+(?:\.\d+)?e\+\d{3}/g;

/** Whether a number token was put into a text, which corrupts it. */
export const hasNumberToken = (text: string): boolean =>
  text.includes("e+") && [...text.matchAll(NUMBER_IN_TEXT)].some(([number]) => Token.isUnresolved(Number(number)));

/**
 * Renders a stack in one pass: only values that hold tokens are resolved. A token of another stack throws instead of
 * rendering an address that does not exist here.
 */
export function renderStack(stack: Stack): RenderedStack {
  const document: TerraformObject = { "//": metadata(stack) };
  const errors: string[] = [];
  for (const node of stack.node.findAll()) {
    refuse(node, errors);
    for (const problem of node.node.validate()) errors.push(`${node.node.path}: ${problem}`);
    if (!TerraformElement.isTerraformElement(node)) continue;
    merge(document, annotate(resolved(node.toTerraform(), stack, node.node.path), node, stack));
  }
  const overrides: unknown = Reflect.get(stack, "rawOverrides");
  merge(document, resolved(overrides, stack, stack.node.id));
  const addresses = addressesOf(document);
  errors.push(...dangling(document, addresses, stack.node.id), ...brokenJson(document, stack.node.id));
  if (errors.length > 0)
    throw new Error(`stack ${stack.node.id} cannot be rendered:\n${errors.map((error) => `  ${error}`).join("\n")}`);
  return { document, addresses };
}

/** What the CDKTN command line wants to find in every stack. */
export const metadata = (stack: Stack): TerraformObject => ({
  metadata: { backend: "s3", stackName: stack.node.id, version: CDKTN_VERSION },
});

/** What cdktn only handles in `App.synth`, which is not used here: it would be lost without a word. */
function refuse(node: IConstruct, errors: string[]): void {
  const kind = node.constructor.name;
  if (kind === "TerraformAsset")
    errors.push(`${node.node.path}: assets are not supported, since they depend on files outside the blueprint`);
  for (const symbol of Object.getOwnPropertySymbols(node)) {
    if (/aspects/i.test(symbol.description ?? ""))
      errors.push(`${node.node.path}: aspects are not supported: nothing would apply them`);
  }
  for (const { type, data } of node.node.metadata) {
    if (type === "@cdktf/error" || type === "@cdktn/error") errors.push(`${node.node.path}: ${String(data)}`);
  }
}

/** Replaces cdktn's metadata by the path inside the stack, the facts that the construct expresses, and what it waives. */
export function annotate(fragment: TerraformValue, element: TerraformElement, stack: Stack): TerraformObject {
  if (!isObject(fragment)) return {};
  for (const section of ["resource", "data"]) {
    const types = fragment[section];
    if (!isObject(types)) continue;
    for (const byId of Object.values(types)) {
      if (!isObject(byId)) continue;
      for (const body of Object.values(byId)) {
        if (!isObject(body)) continue;
        body["//"] = said(element, stack);
      }
    }
  }
  delete fragment["//"];
  return fragment;
}

/** What a resource says of itself and of the components that it is the primary child of. */
export function said(element: IConstruct, stack: Stack): TerraformObject {
  const facts = new Set<string>();
  const waived: Record<string, string> = {};
  for (let node: IConstruct | undefined = element; node !== undefined && node !== stack; node = node.node.scope) {
    for (const fact of factsOf(node)) facts.add(fact);
    Object.assign(waived, waiversOf(node));
    if (node.node.id !== "Resource") break;
  }
  return {
    path: element.node.path.slice(stack.node.path.length + 1),
    ...(facts.size === 0 ? {} : { facts: [...facts].sort((a, b) => (a < b ? -1 : 1)) }),
    ...(Object.keys(waived).length === 0 ? {} : { waived }),
  };
}

export function resolved(value: unknown, stack: Stack, path: string): TerraformValue {
  const found = walk(value, stack, path);
  return found === undefined ? {} : found;
}

function walk(value: unknown, stack: Stack, path: string): TerraformValue | undefined {
  if (value === undefined) return undefined;
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    if (!value.includes(STRING_TOKEN)) {
      if (hasNumberToken(value))
        throw new Error(`${path}: a number token inside a string: use Token.asString or Fn.format`);
      return value;
    }
    return plain(resolveToken(value, stack, path), path);
  }
  if (typeof value === "number")
    return Token.isUnresolved(value) ? plain(resolveToken(value, stack, path), path) : value;
  if (Array.isArray(value)) {
    if (value.length === 1 && typeof value[0] === "string" && value[0].includes(LIST_TOKEN))
      return plain(resolveToken(value, stack, path), path);
    if (Token.isUnresolved(value)) return plain(resolveToken(value, stack, path), path);
    return value.flatMap((item: unknown, index) => {
      const found = walk(item, stack, `${path}[${index}]`);
      return found === undefined ? [] : [found];
    });
  }
  if (typeof value !== "object") throw new Error(`${path}: a ${typeof value} cannot be rendered`);
  if (Construct.isConstruct(value)) throw new Error(`${path}: a construct stands where a value is expected`);
  if (Token.isUnresolved(value)) return walk(resolveToken(value, stack, path), stack, path);
  const result: TerraformObject = {};
  for (const [key, item] of Object.entries(value)) {
    const name = key.includes(STRING_TOKEN) ? String(resolveToken(key, stack, path)) : key;
    const found = walk(item, stack, `${path}.${name}`);
    if (found !== undefined) result[name] = found;
  }
  return result;
}

export function resolveToken(value: unknown, stack: Stack, path: string): unknown {
  try {
    return Tokenization.resolve(value, { scope: stack, resolver, preparing: true });
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What came out of cdktn's resolver, which has no tokens left. */
function plain(value: unknown, path: string): TerraformValue | undefined {
  if (value === undefined) return undefined;
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return value;
  if (Array.isArray(value)) return value.flatMap((item: unknown) => plain(item, path) ?? []);
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => {
        const found = plain(item, path);
        return found === undefined ? [] : [[key, found]];
      }),
    );
  }
  throw new Error(`${path}: a ${typeof value} cannot be rendered`);
}

export function isObject(value: TerraformValue | undefined): value is TerraformObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Merges a fragment into the document; two elements with the same address throw. */
export function merge(target: TerraformObject, fragment: TerraformValue, depth = 0, address = ""): void {
  if (!isObject(fragment)) return;
  for (const [key, value] of Object.entries(fragment)) {
    const before = target[key];
    const here = address === "" ? key : `${address}.${key}`;
    if (before === undefined) target[key] = value;
    else if (isObject(before) && isObject(value)) {
      if (depth === 2 && /^(?:resource|data)\./.test(here)) throw new Error(`two constructs render to ${here}`);
      merge(before, value, depth + 1, here);
    } else if (Array.isArray(before) && Array.isArray(value)) before.push(...value);
    else target[key] = value;
  }
}

export function addressesOf(document: TerraformObject): Set<string> {
  const addresses = new Set<string>();
  for (const [section, prefix] of [
    ["resource", ""],
    ["data", "data."],
  ] as const) {
    const types = document[section];
    if (!isObject(types)) continue;
    for (const [type, byId] of Object.entries(types)) {
      if (isObject(byId)) for (const id of Object.keys(byId)) addresses.add(`${prefix}${type}.${id}`);
    }
  }
  return addresses;
}

export const REFERENCE = /(?<![\w.])(data\.)?(aws_[a-z0-9_]+)\.([A-Za-z_][A-Za-z0-9_-]*)/g;

/** References to addresses that the stack does not have. */
function dangling(document: TerraformObject, addresses: ReadonlySet<string>, stack: string): string[] {
  const errors: string[] = [];
  strings(document, "", (text, path) => {
    if (!text.includes("${") && !/\.(?:depends_on|replace_triggered_by)\[/.test(path)) return;
    for (const [, data = "", type = "", id = ""] of text.matchAll(REFERENCE)) {
      const address = `${data}${type}.${id}`;
      if (!addresses.has(address)) errors.push(`${path}: refers to ${address}, which ${stack} does not have`);
    }
  });
  return errors;
}

/** Policies and other documents that an expression with quotes in it has broken: what is not JSON now was not escaped. */
function brokenJson(document: TerraformObject, stack: string): string[] {
  const errors: string[] = [];
  strings(document, "", (text, path) => {
    if (!/^\{"/.test(text)) return;
    try {
      JSON.parse(text);
    } catch {
      errors.push(`${path} of ${stack}: an expression with quotes inside JSON text: put its value in a local first`);
    }
  });
  return errors;
}

function strings(value: TerraformValue, path: string, visit: (text: string, path: string) => void): void {
  if (typeof value === "string") visit(value, path);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) strings(item, `${path}[${index}]`, visit);
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key !== "//") strings(item, path === "" ? key : `${path}.${key}`, visit);
    }
  }
}
