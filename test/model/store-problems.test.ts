import type { Json } from "../../lib/model/merge.ts";
import type { ResolvedBlueprint } from "../../lib/model/resolved.ts";
import { schemaProblems } from "../../lib/model/schema-problems.ts";
import { storeProblems } from "../../lib/model/store-problems.ts";
import { cache, store } from "../../lib/model/stores.ts";
import { type Document, place } from "../support.ts";

async function problemsAfter(change: (data: Document, blueprint: Document) => void): Promise<string[]> {
  const { blueprint } = await place("reference", "prod", "us-east-1");
  const changed: ResolvedBlueprint = structuredClone(blueprint);
  change(changed.data, changed);
  return storeProblems(changed).map(({ at, code }) => `${at.join(".")}: ${code}`);
}

describe("stores", () => {
  test("the reference's have what they ask for", async () => {
    expect(await problemsAfter(() => undefined)).toEqual([]);
  });

  test("MySQL has no extensions", async () => {
    const found = await problemsAfter((data) => {
      data.files.extensions = ["postgis"];
    });
    expect(found).toEqual(["data.files.extensions: no-extensions"]);
  });

  test.each(["confidential", "restricted"])("Memcached keeps nothing %s (foundation.data.memcached)", async (value) => {
    const found = await problemsAfter((data) => {
      data.pages.classification = value;
    });
    expect(found).toEqual(["data.pages.classification: unprotected-store"]);
  });

  test("what Memcached lacks is refused, with what it has", () => {
    const written: Document = { engine: "memcached", replicas: 2, notifications: true };
    const [first, second] = schemaProblems(store, cache(written) as Json);
    expect(first).toMatchObject({ code: "unknown-key", given: "replicas", fix: "remove it" });
    expect(first?.allowed).toEqual(expect.arrayContaining(["nodes", "nodeType", "ttl"]));
    expect(second).toMatchObject({ code: "unknown-key", given: "notifications" });
  });
});
