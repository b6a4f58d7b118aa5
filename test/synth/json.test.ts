import fc from "fast-check";
import { emitJson, NotPlainData } from "../../lib/synth/json.ts";

/** What `emitJson` must equal, written the slow way. */
function reference(value: unknown): string {
  return `${JSON.stringify(sortedDeep(value), null, 2)}\n`;
}

function sortedDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedDeep);
  if (typeof value !== "object" || value === null) return value;
  // Keys like "1" come first in every object: a map keeps them where they belong until they are text.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortedDeep(item)]),
  );
}

function refusedAt(value: unknown): string {
  try {
    emitJson(value);
  } catch (error) {
    if (error instanceof NotPlainData) return `${error.path}|${error.message}`;
    throw error;
  }
  return "not refused";
}

describe("emitJson", () => {
  test("sorts keys by code unit at every level", () => {
    expect(emitJson({ b: [{ z: 1, Z: 2 }], a: { é: 1, e: 2, "10": 3, "9": 4 } })).toBe(`{
  "a": {
    "10": 3,
    "9": 4,
    "e": 2,
    "é": 1
  },
  "b": [
    {
      "Z": 2,
      "z": 1
    }
  ]
}
`);
  });

  test("writes empty collections on one line", () => {
    expect(emitJson({ a: {}, b: [], c: { d: undefined }, e: [undefined] })).toBe(
      '{\n  "a": {},\n  "b": [],\n  "c": {},\n  "e": []\n}\n',
    );
  });

  test("drops undefined", () => {
    expect(emitJson({ a: undefined, b: [1, undefined, 2] })).toBe('{\n  "b": [\n    1,\n    2\n  ]\n}\n');
  });

  test("leaves Terraform's expressions as they are", () => {
    expect(emitJson("${aws_vpc.network.id}-$${literal}-%{ if x }")).toBe(
      '"${aws_vpc.network.id}-$${literal}-%{ if x }"\n',
    );
  });

  test("is what JSON.stringify makes of sorted values", () => {
    const value = fc.jsonValue({ maxDepth: 5, stringUnit: "binary" });
    fc.assert(
      fc.property(value, (document) => {
        const text = emitJson(document);
        expect(JSON.parse(text)).toEqual(JSON.parse(reference(document)));
        expect(text.split("\n").sort()).toEqual(reference(document).split("\n").sort());
      }),
      { numRuns: 500 },
    );
  });

  test("does not depend on the order in which keys were set", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.integer()), (document) => {
        const backwards = Object.fromEntries(Object.entries(document).reverse());
        expect(emitJson(backwards)).toBe(emitJson(document));
      }),
    );
  });

  test("writes an object that stands in two places twice", () => {
    const shared = { a: 1 };
    expect(JSON.parse(emitJson({ x: shared, y: [shared, shared] }))).toEqual({ x: shared, y: [shared, shared] });
  });

  test("keeps a key that is named like the prototype", () => {
    expect(emitJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{\n  "__proto__": {\n    "a": 1\n  }\n}\n');
  });

  test("accepts objects without a prototype and deep nesting", () => {
    expect(emitJson(Object.assign(Object.create(null), { a: 1 }))).toBe('{\n  "a": 1\n}\n');
    let deep: unknown = 1;
    for (let depth = 0; depth < 1000; depth++) deep = depth % 2 === 0 ? [deep] : { deep };
    expect(JSON.parse(emitJson(deep))).toEqual(deep);
  });

  test.each<[string, unknown, string]>([
    [
      "a function",
      { resource: { aws_vpc: [{ cidr: () => 1 }] } },
      "resource.aws_vpc[0].cidr|resource.aws_vpc[0].cidr: a function",
    ],
    ["a symbol", { a: Symbol("x") }, "a|a: a symbol"],
    ["a bigint", [1n], "[0]|[0]: a bigint"],
    ["NaN", { "a b": Number.NaN }, '["a b"]|["a b"]: NaN'],
    ["infinity", { a: { "b.c": Number.NEGATIVE_INFINITY } }, 'a["b.c"]|a["b.c"]: -Infinity'],
    ["a date", { a: new Date(0) }, "a|a: an instance of Date"],
    ["a map", { a: new Map() }, "a|a: an instance of Map"],
    ["an instance of a class", { a: new (class Vpc {})() }, "a|a: an instance of Vpc"],
    ["an array of a class", { a: new (class Tokens extends Array {})() }, "a|a: an instance of Tokens"],
    ["half a surrogate pair", { a: "\ud800" }, "a|a: text with half a surrogate pair"],
    ["a key with half a surrogate pair", { "\ud800": 1 }, '["\\ud800"]|["\\ud800"]: a key with half'],
    ["undefined as the document", undefined, "|the document: undefined"],
  ])("refuses %s and says where", (_, value, expected) => {
    expect(refusedAt(value)).toContain(expected);
  });

  test("refuses a cycle and says where it closes", () => {
    const cycle: Record<string, unknown> = {};
    cycle["spec"] = { items: [cycle] };
    expect(refusedAt({ a: cycle })).toContain("a.spec.items[0]|a.spec.items[0]: an object that contains itself");
  });
});
