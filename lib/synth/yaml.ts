import {
  isPlainArray,
  isPlainObject,
  NotPlainData,
  orRefuse,
  refusal,
  SUSPICIOUS_DEPTH,
  sortedKeys,
  UNFIT,
} from "./json.ts";

/** How a document is introduced. */
export interface YamlOptions {
  /** Text of the comment above the document, which may have several lines. @default no comment */
  readonly comment?: string;
}

/** One document of a stream. */
export interface YamlDocument extends YamlOptions {
  readonly document: unknown;
}

/**
 * A document as block-style YAML, which parsers of YAML 1.1 and 1.2 read as the same value.
 *
 * Keys are sorted by code unit, except that a Kubernetes object starts with `apiVersion`, `kind` and `metadata`, and
 * its metadata with `name`, `namespace`, `labels` and `annotations`. `undefined` is dropped, from objects and arrays.
 *
 * @throws NotPlainData for whatever `emitJson` refuses.
 */
export function emitYaml(document: unknown, options: YamlOptions = {}): string {
  if (document === undefined) throw new NotPlainData("", "undefined");
  return commented(options.comment) + orRefuse(document, () => root(document));
}

/** Documents as one YAML stream, separated by `---`; empty text for none. */
export function emitYamlStream(documents: Iterable<YamlDocument>): string {
  let text = "";
  for (const { document, comment } of documents) {
    if (text !== "") text += "---\n";
    text += emitYaml(document, comment === undefined ? {} : { comment });
  }
  return text;
}

function commented(comment: string | undefined): string {
  if (comment === undefined) return "";
  const lines = comment.toWellFormed().split(/\r\n|[\n\r\u0085\u2028\u2029]/);
  return lines.map((line) => `${`# ${line.replace(UNPRINTABLE, "\ufffd")}`.trimEnd()}\n`).join("");
}

function root(document: unknown): string {
  if (typeof document !== "object" || document === null) return `${scalar(document)}\n`;
  if (isPlainArray(document)) return sequence(document, "", "") || "[]\n";
  if (!isPlainObject(document)) throw UNFIT;
  if (typeof document["apiVersion"] !== "string" || typeof document["kind"] !== "string")
    return mapping(document, sortedKeys(document), "", "") || "{}\n";
  return kubernetes(document);
}

const OBJECT_KEYS = ["apiVersion", "kind", "metadata"];
const METADATA_KEYS = ["name", "namespace", "labels", "annotations"];

function kubernetes(document: Readonly<Record<string, unknown>>): string {
  const { metadata } = document;
  if (typeof metadata !== "object" || metadata === null || isPlainArray(metadata))
    return mapping(document, startingWith(OBJECT_KEYS, document), "", "");
  if (!isPlainObject(metadata)) throw UNFIT;
  const keys = startingWith(OBJECT_KEYS, document);
  const inner = mapping(metadata, startingWith(METADATA_KEYS, metadata), INDENT, INDENT);
  const head = mapping(document, OBJECT_KEYS.slice(0, 2), "", "");
  const rest = mapping(document, keys.slice(OBJECT_KEYS.length), "", "");
  return `${head}metadata:${inner === "" ? " {}\n" : `\n${inner}`}${rest}`;
}

function startingWith(first: readonly string[], value: Readonly<Record<string, unknown>>): string[] {
  return [
    ...first.filter((key) => Object.hasOwn(value, key)),
    ...sortedKeys(value).filter((key) => !first.includes(key)),
  ];
}

const INDENT = "  ";

/** Lines of a mapping at an indentation; `lead` stands before the first instead. Empty text if nothing is in it. */
function mapping(
  value: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  indent: string,
  lead: string,
): string {
  let text = "";
  let prefix = lead;
  for (const name of keys) {
    const item = value[name];
    if (item === undefined) continue;
    const key = keyText(name);
    text += key.length > LONGEST_IMPLICIT_KEY ? `${prefix}? ${key}\n${indent}:` : `${prefix}${key}:`;
    if (typeof item !== "object" || item === null) text += ` ${inBlock(item, indent)}\n`;
    else {
      const inner = indent + INDENT;
      const lines = collection(item, inner, inner);
      text += lines === "" ? (isPlainArray(item) ? " []\n" : " {}\n") : `\n${lines}`;
    }
    prefix = indent;
  }
  return text;
}

function sequence(items: readonly unknown[], indent: string, lead: string): string {
  let text = "";
  let prefix = lead;
  for (const item of items) {
    if (item === undefined) continue;
    if (typeof item !== "object" || item === null) text += `${prefix}- ${inBlock(item, indent)}\n`;
    else {
      const lines = collection(item, indent + INDENT, "");
      text += `${prefix}- ${lines === "" ? (isPlainArray(item) ? "[]\n" : "{}\n") : lines}`;
    }
    prefix = indent;
  }
  return text;
}

function collection(value: object, indent: string, lead: string): string {
  if (indent.length === INDENT.length * SUSPICIOUS_DEPTH && refusal(value) !== undefined) throw UNFIT;
  if (isPlainArray(value)) return sequence(value, indent, lead);
  if (!isPlainObject(value)) throw UNFIT;
  return mapping(value, sortedKeys(value), indent, lead);
}

/** Parsers look no further than 1024 characters for the colon after a key. */
const LONGEST_IMPLICIT_KEY = 1000;

/** Keys repeat from document to document. */
const keyTexts = new Map<string, string>();
const MOST_KEYS = 10_000;

function keyText(key: string): string {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  if (keyTexts.size >= MOST_KEYS) keyTexts.clear();
  const text = line(key);
  keyTexts.set(key, text);
  return text;
}

/** A scalar inside a collection at an indentation, without its last line break. */
function inBlock(value: unknown, indent: string): string {
  return typeof value === "string" && value.includes("\n") && isLiteral(value) ? literal(value, indent) : scalar(value);
}

function scalar(value: unknown): string {
  switch (typeof value) {
    case "string":
      return line(value);
    case "number":
      return numeral(value);
    case "boolean":
      return value ? "true" : "false";
    default:
      if (value === null) return "null";
      throw UNFIT;
  }
}

function numeral(value: number): string {
  if (!Number.isFinite(value)) throw UNFIT;
  const text = String(value);
  // YAML 1.1 reads an exponent only after a decimal point: `1e+21` would be text.
  return text.includes("e") && !text.includes(".") ? text.replace("e", ".0e") : text;
}

/** What needs no quotes in any parser, unless it reads as another type. */
const PLAIN = /^[A-Za-z0-9_/$(+.^-](?:[A-Za-z0-9_/.$()+^\\=@%,;<>*?&!|"'{}[\]~`-]|:(?! |$)| (?!$))*$/;
/** Words that some parser reads as a boolean, as nothing or as a number. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|[-+]?e[-+]?[0-9]+|[-+]?\.?(?:nan|inf|infinity))$/i;
/** Whatever could be a number in any base, a time or a date. */
const NUMERIC = /^[-+.0-9][0-9a-fopxtz_.,:+\- ]*$/i;
const FLAG = /^--?[A-Za-z]/;
const UNPRINTABLE = /[^\t\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;
/** What a literal block cannot hold, or what editors take away: spaces at the end of a line. */
const NOT_LITERAL =
  /[^\t\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|[ \t](?:\n|$)/u;

/** Text on one line: plain where every parser reads it back as the same text, otherwise in quotes. */
function line(text: string): string {
  if (isPlain(text)) return text;
  if (!text.isWellFormed()) throw UNFIT;
  if (/["\\]/.test(text) && text.search(UNPRINTABLE) < 0 && !text.includes("\t"))
    return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function isPlain(text: string): boolean {
  if (!PLAIN.test(text)) return false;
  const first = text.charCodeAt(0);
  if (first >= 0x30 ? first > 0x39 : first !== 0x2b && first !== 0x2d && first !== 0x2e) return !WORD.test(text);
  if (WORD.test(text) || text === "-" || text.startsWith("- ") || text.startsWith("---") || text.startsWith("..."))
    return false;
  return FLAG.test(text) || !NUMERIC.test(text);
}

function isLiteral(text: string): boolean {
  return !NOT_LITERAL.test(text) && /[^\n]/.test(text);
}

/** A literal block in a collection at `indent`; its content is one level deeper, counted from there by the indicator. */
function literal(text: string, indent: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x0a) end--;
  const breaks = text.length - end;
  const first = text.charCodeAt(0);
  const indicator = first === 0x20 || first === 0x09 || first === 0x0a ? INDENT.length : "";
  const chomping = breaks === 0 ? "-" : breaks === 1 ? "" : "+";
  const pad = indent + INDENT;
  const body = `\n${text.slice(0, end)}`.replace(/\n(?=[^\n])/g, `\n${pad}`);
  return `|${indicator}${chomping}${body}${"\n".repeat(Math.max(0, breaks - 1))}`;
}
