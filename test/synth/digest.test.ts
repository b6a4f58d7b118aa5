import { createHash } from "node:crypto";
import fc from "fast-check";
import { digestOf, digestOne } from "../../lib/synth/digest.ts";

describe("digestOf", () => {
  const digest = (files: Record<string, string | Uint8Array>): string => digestOf(new Map(Object.entries(files)));

  test("is the same for files in another order", () => {
    expect(digest({ "b.yaml": "2", "a.yaml": "1" })).toBe(digest({ "a.yaml": "1", "b.yaml": "2" }));
  });

  test("is the same for text and its bytes", () => {
    expect(digest({ a: "größe" })).toBe(digest({ a: Buffer.from("größe") }));
  });

  test("names its algorithm", () => {
    expect(digest({ a: "1" })).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("stays what it is from version to version", () => {
    const expected = createHash("sha256").update("1:a3:one4:b/ä0:").digest("hex");
    expect(digest({ "b/ä": "", a: "one" })).toBe(`sha256:${expected}`);
  });

  test("differs where a border between path and content moves", () => {
    const variants = [{ a: "bc" }, { ab: "c" }, { a: "", bc: "" }, { a: "b", c: "" }, { abc: "" }, { a: "1:b0:" }, {}];
    expect(new Set(variants.map((files) => digest(files))).size).toBe(variants.length);
  });

  test("differs for any two sets of files", () => {
    const files = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 4 });
    fc.assert(
      fc.property(files, files, (a, b) => {
        const entries = (set: Record<string, string>): string =>
          JSON.stringify(Object.entries(set).sort(([x], [y]) => (x < y ? -1 : 1)));
        expect(digest(a) === digest(b)).toBe(entries(a) === entries(b));
      }),
    );
  });
});

test("digestOne is the digest of the bytes alone", () => {
  expect(digestOne("abc")).toBe("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(digestOne(Buffer.from("abc"))).toBe(digestOne("abc"));
});
