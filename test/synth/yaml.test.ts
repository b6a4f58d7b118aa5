import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { load, loadAll, YAML11_SCHEMA } from "js-yaml";
import { parse, parseAllDocuments } from "yaml";
import { emitJson, NotPlainData } from "../../lib/synth/json.ts";
import { emitYaml, emitYamlStream } from "../../lib/synth/yaml.ts";

/** Texts that some parser reads as something else when they are not quoted, or cannot hold in a block. */
// biome-ignore format: one item a line would be longer than the tests.
const NASTY = [
  "", " ", "  ", "\t", "\n", "\n\n", "\r", "\r\n", "a\r\nb", "a\rb", "~", "null", "Null", "NULL", "true", "True",
  "false", "yes", "Yes", "YES", "no", "No", "on", "On", "off", "OFF", "y", "Y", "n", "N", "0", "-0", "+1", "1",
  "012", "0o7", "0x1f", "0X1F", "0b1", "1_000", "_1", "1e3", "1E3", "1.5e+3", "e6", "E-7", "-e1", "1.", ".5", "._",
  "-.5", "+.5", ".inf", "-.INF", "+.Inf", ".nan", ".NaN", "nan", "inf", "-inf", "Infinity", "-Infinity", "0x1p-2",
  "12:30", "12:30:45", "190:20:30.15", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5",
  "2002-1-1T0:0:0Z", "=", "<<", "<", ">", "|", "|-", ">-", "-", "- ", "- a", "--", "---", "--- a", "...", "... a",
  "-a", "--flag=x", "-1", "-c", "?", "? a", ":", ": ", "a:", "a: b", "a:b", ":a", "a :b", "a #b", "a#b", "#", "# a",
  "%", "%TAG", "@a", "`a`", "!", "!!str 1", "&a", "*a", "[", "]", "[a]", "{", "}", "{a: 1}", "{{ .x }}", ",", ",a",
  '"', "'", '"a"', "'a'", "it's", 'say "hi"', "\\", "a\\n", "\\d+\"'", " a", "a ", "\ta", "a\t", "a\tb", "a\n",
  "a\n\n", "a\n\n\n", "\na", "\n\na\n", " a\nb", "a\n b\n", "a \nb", "a\t\nb", "a\n \nb", "a\n\tb", "\ta\nb",
  "a\n\n b\n\n", "\n a", "a\nb ", "# a\nb", "- a\n- b\n", "---\na\n", "a\n---\nb\n...\n", "%YAML 1.1\n---\n",
  "a: b\nc: d\n", "$1 $& $$\n$1", "\0", "\x01", "\x07a", "\x1b[0m", "\x7f", "\x80", "\x85", "a\x85b\nc", "\u00a0",
  "\u00a0a\u00a0", "\u2028", "a\u2028b\nc", "\u2029", "\ufeff", "\ufeffa", "\ufeffa\nb", "\ufffe", "\uffff",
  "\ufffd", "é", "größe", "日本語", "😀", "😀\n😀\n", "\u{10ffff}", "__proto__", "constructor",
  "https://example.com:443/a?b=c&d=e#f", "registry.example/app:1.2.3", "100m", "512Mi", "10.0.0.0/16", "1.2.3.4",
  "::1", "*/5 * * * *", 'sum(rate(http_requests_total{code=~"5.."}[5m])) > 0.05', "arn:aws:iam::123456789012:role/x",
  "123456789012", "a".repeat(1100),
];

const nastyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.array(fc.constantFrom(...NASTY, "a", " ", "\n", "\n  ", ": "), { maxLength: 5 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(..." \n\t-+.:0123456789eExXoO_abfnty~#'\"|>%"), maxLength: 9 }),
);

const nastyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(1e21, 1e-7, 5e-324, 1.5e300, -1e22, 1e20, Number.MAX_SAFE_INTEGER, 0.1, 100),
);

const { document: nastyDocument } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    nastyText,
    nastyNumber,
    fc.constantFrom(true, false, null),
    fc.array(tie("document"), { maxLength: 4 }),
    fc.dictionary(nastyText, tie("document"), { maxKeys: 4 }),
  ),
}));

/** Two values are the same document if they are the same JSON. */
function expectSame(read: unknown, document: unknown): void {
  expect(emitJson(read)).toBe(emitJson(document));
}

const PARSERS: Record<string, (text: string) => unknown> = {
  "js-yaml": (text) => load(text),
  "js-yaml with the schema of YAML 1.1": (text) => load(text, { schema: YAML11_SCHEMA }),
  "yaml 1.2": (text) => parse(text, { version: "1.2" }),
  "yaml 1.1": (text) => parse(text, { version: "1.1" }),
};

const everyNastyText = {
  asItems: NASTY,
  asKeys: Object.fromEntries(NASTY.map((text, index) => [text, index])),
  nested: NASTY.map((text) => [[{ [`k${text}`]: text, x: [text] }]]),
};

describe.each(Object.entries(PARSERS))("read by %s", (_, read) => {
  test("every nasty text is itself, as key and as value", () => {
    for (const text of NASTY) expectSame(read(emitYaml(text)), text);
    for (const text of NASTY)
      expectSame(read(emitYaml({ [text]: [text, { a: text }] })), { [text]: [text, { a: text }] });
    expectSame(read(emitYaml(everyNastyText)), everyNastyText);
  });

  test("any document is itself", () => {
    fc.assert(
      fc.property(nastyDocument, (document) => expectSame(read(emitYaml(document, { comment: "a\nb" })), document)),
      { numRuns: 1500 },
    );
  });
});

const PYYAML = `
import json, sys, yaml

def plain(value):
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {"pairs": [[key, plain(item)] for key, item in value.items()]}
    return value

json.dump([plain(yaml.safe_load(text)) for text in json.load(sys.stdin)], sys.stdout)
`;

/**
 * What PyYAML reads in documents as they are emitted.
 *
 * It tells mappings as lists of pairs: `JSON.parse` of Node 24 takes a key with an escape, such as "\\n", for one that
 * starts with a backslash, if an object with such a key was made before (nodejs/node#63785).
 */
function readByPyYaml(documents: readonly unknown[]): unknown {
  const python = spawnSync("python3", ["-c", PYYAML], {
    input: JSON.stringify(documents.map((document) => emitYaml(document))),
    maxBuffer: 2 ** 28,
    encoding: "utf8",
  });
  expect(python.error).toBeUndefined();
  expect(python.stderr).toBe("");
  return JSON.parse(python.stdout, (_, value: unknown) =>
    typeof value === "object" && value !== null && "pairs" in value && Array.isArray(value.pairs)
      ? Object.fromEntries(value.pairs)
      : value,
  );
}

test("PyYAML reads every document as itself", () => {
  const documents = [everyNastyText, ...NASTY, ...fc.sample(nastyDocument, { numRuns: 1500, seed: 1042 })];
  const read = readByPyYaml(documents);
  expect(read).toHaveLength(documents.length);
  expectSame(read, documents);
});

test("PyYAML reads keys with an escape as themselves, whatever was parsed before", () => {
  const documents = ["\\", "\n", '"', "\u2028"].map((key) => [{ a: 1, [key]: 2 }]);
  expectSame(readByPyYaml(documents), documents);
});

describe("a document", () => {
  test("of Kubernetes starts with what it is, and its metadata with its name", () => {
    const text = emitYaml(
      {
        spec: { replicas: 3, metadata: { name: "x", labels: {}, annotations: {} } },
        data: { b: "2", a: "1" },
        metadata: { uid: "u", annotations: { z: "1" }, labels: { a: "b" }, namespace: "links", name: "redirect" },
        kind: "Thing",
        apiVersion: "v1",
      },
      { comment: "foundation/redirect" },
    );
    expect(text).toBe(`# foundation/redirect
apiVersion: v1
kind: Thing
metadata:
  name: redirect
  namespace: links
  labels:
    a: b
  annotations:
    z: "1"
  uid: u
data:
  a: "1"
  b: "2"
spec:
  metadata:
    annotations: {}
    labels: {}
    name: x
  replicas: 3
`);
  });

  test("of another kind has its keys sorted by code unit", () => {
    expect(emitYaml({ metadata: 1, kind: "x", b: 2, B: 3 })).toBe("B: 3\nb: 2\nkind: x\nmetadata: 1\n");
  });

  test("drops undefined and writes empty collections on one line", () => {
    const document = { a: undefined, b: {}, c: [], d: [{}, [], undefined, [[]]], e: { f: undefined } };
    expect(emitYaml(document)).toBe("b: {}\nc: []\nd:\n  - {}\n  - []\n  - - []\ne: {}\n");
    expect([emitYaml({}), emitYaml([]), emitYaml({ a: undefined })]).toEqual(["{}\n", "[]\n", "{}\n"]);
    expect(emitYaml({ apiVersion: "v1", kind: "X", metadata: {} })).toBe("apiVersion: v1\nkind: X\nmetadata: {}\n");
  });

  test("of Kubernetes without usable metadata is written as it is", () => {
    expect(emitYaml({ kind: "X", apiVersion: "v1" })).toBe("apiVersion: v1\nkind: X\n");
    expect(emitYaml({ kind: "X", apiVersion: "v1", metadata: undefined, a: 1 })).toBe(
      "apiVersion: v1\nkind: X\na: 1\n",
    );
    expect(emitYaml({ kind: "X", apiVersion: "v1", metadata: null })).toBe("apiVersion: v1\nkind: X\nmetadata: null\n");
  });

  test("indents lists below their key and starts maps on the line of the dash", () => {
    expect(emitYaml({ containers: [{ name: "a", ports: [{ port: 80 }] }] })).toBe(
      "containers:\n  - name: a\n    ports:\n      - port: 80\n",
    );
  });

  test("has what is usual in manifests without quotes", () => {
    const usual = [
      "registry.example/app:1.2.3@sha256:ab12",
      "512Mi",
      "100m",
      "--flag=x",
      "http://a.b:80/c?d=e",
      "a b, c",
      "/etc/x",
    ];
    expect(emitYaml(usual)).toBe(usual.map((text) => `- ${text}\n`).join(""));
  });

  test("has backslashes and double quotes in single quotes, and the rest in double quotes", () => {
    expect(emitYaml(['{"a":1}', "\\d+ it's", "on", "a: b", "tab\t", "\u2028"])).toBe(
      `- '{"a":1}'\n- '\\d+ it''s'\n- "on"\n- "a: b"\n- "tab\\t"\n- "\\u2028"\n`,
    );
  });

  test("has text of several lines as a literal block that keeps its last line breaks", () => {
    expect(emitYaml({ a: "x\n\n  y\n", b: "x\ny", c: "x\n\n", d: " x\ny\n", e: ["\nx\n"] })).toBe(
      "a: |\n  x\n\n    y\nb: |-\n  x\n  y\nc: |+\n  x\n\nd: |2\n   x\n  y\ne:\n  - |2\n\n    x\n",
    );
  });

  test("has text that a literal block cannot hold, or editors would change, in quotes", () => {
    expect(emitYaml(["x \ny", "x\ny\t", "x\r\ny", "x\n\x07", "\n"])).toBe(
      '- "x \\ny"\n- "x\\ny\\t"\n- "x\\r\\ny"\n- "x\\n\\u0007"\n- "\\n"\n',
    );
  });

  test("has every line of its comment behind a #", () => {
    expect(emitYaml(1, { comment: "a\r\nb: [\u0007\n\nkey: value" })).toBe("# a\n# b: [\ufffd\n#\n# key: value\n1\n");
  });

  test("is the same whatever was written before", () => {
    const before = emitYaml(everyNastyText);
    for (let index = 0; index < 11_000; index++) emitYaml({ [`key-${index}`]: 1 });
    expect(emitYaml(everyNastyText)).toBe(before);
  });

  test.each<[string, unknown, string]>([
    ["a function", { spec: { a: [() => 1] } }, "spec.a[0]"],
    [
      "a function in metadata",
      { apiVersion: "v1", kind: "X", metadata: { labels: { a: Symbol("x") } } },
      "metadata.labels.a",
    ],
    ["metadata of a class", { apiVersion: "v1", kind: "X", metadata: new Map() }, "metadata"],
    ["infinity", { a: Number.POSITIVE_INFINITY }, "a"],
    ["a bigint", [1n], "[0]"],
    ["a date", { a: new Date(0) }, "a"],
    ["half a surrogate pair", { a: "x\n\ud800" }, "a"],
    ["half a surrogate pair in a key", { "\udc00": 1 }, '["\\udc00"]'],
    ["undefined as the document", undefined, ""],
  ])("refuses %s and says where", (_, document, path) => {
    expect(() => emitYaml(document)).toThrow(expect.objectContaining({ name: "NotPlainData", path }));
  });

  test("refuses a cycle", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = [cycle];
    expect(() => emitYaml(cycle)).toThrow(NotPlainData);
  });
});

describe("a stream", () => {
  test("is empty without documents", () => {
    expect(emitYamlStream([])).toBe("");
  });

  test("separates documents and gives each its comment", () => {
    expect(emitYamlStream([{ document: { a: 1 }, comment: "first" }, { document: [] }])).toBe(
      "# first\na: 1\n---\n[]\n",
    );
  });

  test("is read as the same documents", () => {
    fc.assert(
      fc.property(fc.array(nastyDocument, { minLength: 1, maxLength: 4 }), (documents) => {
        const text = emitYamlStream(documents.map((document) => ({ document, comment: "x" })));
        expectSame(loadAll(text), documents);
        const all = parseAllDocuments(text);
        expectSame(
          [...all].map((found) => ("toJS" in found ? found.toJS() : found)),
          documents,
        );
      }),
      { numRuns: 300 },
    );
  });
});
