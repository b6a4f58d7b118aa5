import { TerraformDataSource, TerraformElement, TerraformProvider, TerraformResource, Token } from "cdktn";
import { TokenMap } from "cdktn/lib/tokens/private/token-map.js";
import type { IConstruct } from "constructs";
import type { Stack } from "../layers/common/stack.ts";
import { emitJson, isPlainArray, isPlainObject, leadOf, levelAt, quoted, sortedKeys } from "./json.ts";
import {
  addressesOf,
  annotate,
  hasNumberToken,
  isObject,
  LIST_TOKEN,
  merge,
  metadata,
  REFERENCE,
  renderStack,
  resolved,
  resolveToken,
  STRING_TOKEN,
  said,
  type TerraformObject,
} from "./terraform.ts";

/** A stack as it is written. */
export interface StackText {
  /** Content of `cdk.tf.json`. */
  readonly text: string;
  /** Number of resources and data sources. */
  readonly size: number;
}

/**
 * The text of a stack, in one pass: attributes are written as they stand in the construct, and only values with tokens are
 * resolved. What that pass does not handle is left to `renderStack`, which writes the same text four times slower.
 * @throws with everything that is wrong with the stack
 */
export function stackText(stack: Stack): StackText {
  try {
    return onePassText(stack);
  } catch (error) {
    const { document, addresses } = renderStack(stack);
    if (!(error instanceof Unusual)) throw error;
    return { text: emitJson(document), size: addresses.size };
  }
}

/** Thrown by the one pass where it meets what it does not handle, or what `renderStack` refuses in better words. */
export class Unusual extends Error {
  override readonly name = "Unusual";
}

/** Text of a stack without the help of `renderStack`. @throws Unusual */
export function onePassText(stack: Stack): StackText {
  const document: TerraformObject = { "//": metadata(stack) };
  const bodies: Record<"resource" | "data", Record<string, Record<string, unknown>>> = { resource: {}, data: {} };
  const addresses = new Set<string>();
  const claim = (address: string): void => {
    if (addresses.has(address)) throw new Unusual(`two constructs render to ${address}`);
    addresses.add(address);
  };
  for (const node of stack.node.findAll()) {
    refuseUnusual(node);
    if (!TerraformElement.isTerraformElement(node)) continue;
    const isResource = TerraformResource.isTerraformResource(node);
    if ((isResource || TerraformDataSource.isTerraformDataSource(node)) && hasPlainBody(node)) {
      const { terraformResourceType: type, friendlyUniqueId: id } = node;
      claim(`${isResource ? "" : "data."}${type}.${id}`);
      const section = bodies[isResource ? "resource" : "data"];
      section[type] ??= {};
      section[type][id] = bodyOf(node, stack);
    } else {
      if (TerraformProvider.isTerraformProvider(node)) onlySetArguments(node);
      const fragment = annotate(resolved(node.toTerraform(), stack, node.node.path), node, stack);
      for (const address of addressesOf(fragment)) claim(address);
      merge(document, fragment);
    }
  }
  const overrides: unknown = Reflect.get(stack, "rawOverrides");
  merge(document, resolved(overrides, stack, stack.node.id));
  const whole: Record<string, unknown> = { ...document };
  for (const section of ["resource", "data"] as const) {
    const types: Record<string, unknown> = isObject(document[section]) ? document[section] : {};
    for (const [type, byId] of Object.entries(bodies[section])) types[type] = { ...Object(types[type]), ...byId };
    if (Object.keys(types).length > 0) whole[section] = types;
  }
  const emitter = new StackEmitter(stack);
  emitter.append(whole, 0, false);
  for (const address of emitter.references) if (!addresses.has(address)) throw new Unusual(`refers to ${address}`);
  return { text: `${emitter.text}\n`, size: addresses.size };
}

/**
 * Forgets the tokens of every stack so far: cdktn keeps each for ever, with the constructs that it belongs to. Only to be
 * called while no stack waits to be rendered, since a forgotten token cannot be resolved.
 */
export function forgetTokens(): void {
  tokens.stringTokenMap.clear();
  tokens.numberTokenMap.clear();
}

const tokens: {
  readonly lookupToken: (key: string) => unknown;
  readonly stringTokenMap: Map<unknown, unknown>;
  readonly numberTokenMap: Map<unknown, unknown>;
} = Object(TokenMap.instance());

const ASPECTS = new Map<symbol, boolean>();

/** Whether a symbol is that under which a construct keeps its aspects. */
function isOfAspects(symbol: symbol): boolean {
  const known = ASPECTS.get(symbol);
  if (known !== undefined) return known;
  const found = /aspects/i.test(symbol.description ?? "");
  ASPECTS.set(symbol, found);
  return found;
}

/** What `renderStack` refuses of a construct by itself. */
function refuseUnusual(node: IConstruct): void {
  const { node: entry } = node;
  if (node.constructor.name === "TerraformAsset") throw new Unusual("an asset");
  for (const symbol of Object.getOwnPropertySymbols(node)) if (isOfAspects(symbol)) throw new Unusual("aspects");
  const notes: unknown = Reflect.get(entry, "_metadata");
  if (Array.isArray(notes))
    for (const { type } of notes)
      if (type === "@cdktf/error" || type === "@cdktn/error") throw new Unusual("an error that is annotated");
  // Most constructs have no validation; asking them makes two lists each.
  if (Reflect.get(entry, "_validations") !== undefined && entry.validate().length > 0) throw new Unusual("invalid");
}

/** Whether a resource or data source consists of its attributes, `depends_on`, `provider` and `lifecycle`. */
function hasPlainBody(node: TerraformResource | TerraformDataSource): boolean {
  const overrides: unknown = Reflect.get(node, "rawOverrides");
  if (typeof overrides !== "object" || overrides === null || Object.keys(overrides).length > 0) return false;
  if (node.count !== undefined || node.forEach !== undefined) return false;
  if (!TerraformResource.isTerraformResource(node)) return true;
  return (
    node.provisioners === undefined &&
    node.connection === undefined &&
    Reflect.get(node, "_imported") === undefined &&
    Reflect.get(node, "_hasMoved") !== true &&
    node.hasResourceMove() === undefined
  );
}

/** Attributes and meta-arguments of a resource or data source, unresolved. */
function bodyOf(node: TerraformResource | TerraformDataSource, stack: Stack): Record<string, unknown> {
  const body = attributesOf(node);
  if (node.dependsOn !== undefined) body["depends_on"] = node.dependsOn;
  if (node.provider !== undefined) body["provider"] = node.provider.fqn;
  if (node.lifecycle !== undefined) body["lifecycle"] = snakeCased(node.terraformMetaArguments["lifecycle"]);
  body["//"] = said(node, stack);
  return body;
}

/** What a binding makes of its arguments, which it keeps from others. */
function attributesOf(node: TerraformElement): Record<string, unknown> {
  const found: unknown = Reflect.apply(Reflect.get(node, "synthesizeAttributes"), node, []);
  if (typeof found !== "object" || found === null) throw new Unusual("no attributes");
  return { ...found };
}

/** Providers list every argument that there is, set or not, and `toTerraform` converts the name of each. */
function onlySetArguments(node: TerraformElement): void {
  const set = Object.fromEntries(Object.entries(attributesOf(node)).filter(([, value]) => value !== undefined));
  Reflect.defineProperty(node, "synthesizeAttributes", { value: () => set });
}

const SNAKE_CASE = new Map<string, string>();

/** A value of `lifecycle` with its names as Terraform writes them. */
function snakeCased(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isPlainArray(value)) return value.map(snakeCased);
  if (!isPlainObject(value)) throw new Unusual("an instance of a class in lifecycle");
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [snakeCase(key), snakeCased(item)]));
}

function snakeCase(key: string): string {
  const known = SNAKE_CASE.get(key);
  if (known !== undefined) return known;
  if (!/^[a-z]+(?:[A-Z][a-z]+)*$/.test(key)) throw new Unusual(`the name ${key}`);
  const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  SNAKE_CASE.set(key, name);
  return name;
}

const TOKEN = /\$\{TfToken\[([^\]]+)\]\}/g;

/** Writes a document whose tokens it resolves as it meets them. */
class StackEmitter {
  text = "";
  /** Addresses that are referred to. */
  readonly references = new Set<string>();
  private readonly stack: Stack;
  /** What a text with tokens was resolved to. */
  private readonly settled = new Map<string, unknown>();

  constructor(stack: Stack) {
    this.stack = stack;
  }

  /** @param bare whether text refers to addresses without `${}`, as below `depends_on` */
  append(value: unknown, depth: number, bare: boolean): void {
    switch (typeof value) {
      case "string":
        this.note(value, bare);
        this.text += quoted(value);
        return;
      case "number":
        if (!Number.isFinite(value)) throw new Unusual(String(value));
        this.text += value;
        return;
      case "boolean":
        this.text += value ? "true" : "false";
        return;
      case "object":
        break;
      default:
        throw new Unusual(`a ${typeof value}`);
    }
    if (value === null) {
      this.text += "null";
      return;
    }
    if (depth > MOST_LEVELS) throw new Unusual("an object that may contain itself");
    if (isPlainArray(value)) this.appendArray(value, depth, bare);
    else if (isPlainObject(value)) this.appendObject(value, depth, bare);
    else throw new Unusual(`an instance of ${value.constructor.name}`);
  }

  private appendArray(items: readonly unknown[], depth: number, bare: boolean): void {
    const level = levelAt(depth);
    let any = false;
    for (const item of items) {
      const value = this.settle(item);
      if (value === undefined) continue;
      this.text += any ? level.nextItem : level.firstItem;
      any = true;
      this.append(value, depth + 1, bare);
    }
    this.text += any ? level.endOfArray : "[]";
  }

  private appendObject(object: Readonly<Record<string, unknown>>, depth: number, bare: boolean): void {
    const level = levelAt(depth);
    let any = false;
    for (const key of sortedKeys(object)) {
      const value = this.settle(object[key]);
      if (value === undefined) continue;
      if (key.includes(STRING_TOKEN)) throw new Unusual("a key with a token");
      const lead = leadOf(key, level);
      this.text += any ? lead.next : lead.first;
      any = true;
      this.append(value, depth + 1, bare || key === "depends_on" || key === "replace_triggered_by");
    }
    this.text += any ? level.endOfObject : "{}";
  }

  /** A value, or what its token stands for; undefined where nothing is to be written. */
  private settle(value: unknown): unknown {
    switch (typeof value) {
      case "string":
        if (value.includes(STRING_TOKEN)) return this.settleText(value);
        if (hasNumberToken(value)) throw new Unusual("a number token inside a string");
        return value;
      case "number":
        return value < LARGEST_TOKEN ? resolveToken(value, this.stack, "") : value;
      case "object":
        if (value === null) return value;
        if (Array.isArray(value)) return isTokenOfList(value) ? resolveToken(value, this.stack, "") : value;
        if (!("resolve" in value) || typeof value.resolve !== "function") return value;
        return this.settle(resolveToken(value, this.stack, ""));
      default:
        return value;
    }
  }

  private settleText(text: string): unknown {
    const known = this.settled.get(text);
    if (known !== undefined) return known;
    const found = this.referencesIn(text) ?? resolveToken(text, this.stack, "");
    this.settled.set(text, found);
    return found;
  }

  /** Text whose tokens all refer to attributes in this stack; undefined where cdktn has to resolve one. */
  private referencesIn(text: string): string | undefined {
    // Inside an expression a reference is written without braces.
    if (/\$\{(?!TfToken\[)/.test(text)) return undefined;
    let plain = true;
    const result = text.replace(TOKEN, (_, key: string) => {
      const token = tokens.lookupToken(key);
      const identifier = isReference(token) && token.originStack === this.stack ? token.identifier : undefined;
      if (identifier === undefined || identifier.includes("TfToken[")) plain = false;
      return `\${${identifier}}`;
    });
    return plain && !result.includes("TfToken[") ? result : undefined;
  }

  /** Notes what a text refers to, and refuses JSON that an expression has broken. */
  private note(text: string, bare: boolean): void {
    const expression = text.includes("${");
    if (expression || bare)
      for (const [, data = "", type = "", id = ""] of text.matchAll(REFERENCE))
        this.references.add(`${data}${type}.${id}`);
    if (!expression || !text.startsWith('{"')) return;
    try {
      JSON.parse(text);
    } catch {
      throw new Unusual("JSON that an expression has broken");
    }
  }
}

/** Deeper than any document, so that an object which contains itself is noticed. */
const MOST_LEVELS = 100;
/** Tokens of numbers are below it. */
const LARGEST_TOKEN = -1e200;

function isTokenOfList(list: readonly unknown[]): boolean {
  const [first] = list;
  if (list.length !== 1) return false;
  return (
    ((typeof first === "string" && first.includes(LIST_TOKEN)) ||
      (typeof first === "number" && first < LARGEST_TOKEN)) &&
    Token.isUnresolved(list)
  );
}

/** A reference to an attribute, as cdktn keeps it. */
const isReference = (token: unknown): token is { readonly identifier: string; readonly originStack: unknown } =>
  typeof token === "object" &&
  token !== null &&
  token.constructor.name === "Reference" &&
  typeof Reflect.get(token, "identifier") === "string";
