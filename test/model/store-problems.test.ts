import type { ResolvedBlueprint } from "../../lib/model/resolved.ts";
import { storeProblems } from "../../lib/model/store-problems.ts";
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
});
