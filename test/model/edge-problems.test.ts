import { edgeProblems } from "../../lib/model/edge-problems.ts";
import type { ResolvedBlueprint } from "../../lib/model/resolved.ts";
import { type Document, place } from "../support.ts";

async function problemsAfter(change: (edge: Document, blueprint: Document) => void): Promise<string[]> {
  const { blueprint } = await place("reference", "dev", "global");
  const changed: ResolvedBlueprint = structuredClone(blueprint);
  change(changed.layers.edge, changed);
  return edgeProblems(changed).map(({ at, code }) => `${at.join(".")}: ${code}`);
}

describe("what the CDN serves", () => {
  test("is there in the reference", async () => {
    expect(await problemsAfter(() => undefined)).toEqual([]);
  });

  test("needs a bucket where it is kept in one", async () => {
    const found = await problemsAfter((edge) => {
      edge.staticAssets = false;
      edge.contents = { fonts: {}, pages: { from: "gateway" } };
      edge.functions = {};
    });
    expect(found).toEqual(["layers.edge.contents.fonts: no-static-assets", "layers.edge.frontends: no-static-assets"]);
  });

  test("is made by a service that there is, and that has a route for it", async () => {
    const misspelt = await problemsAfter((edge) => {
      edge.contents.images.service = "flie";
    });
    expect(misspelt).toEqual(["layers.edge.contents.images.service: unknown-service"]);
    const elsewhere = await problemsAfter((edge) => {
      edge.contents.images.paths = ["/pictures/*"];
    });
    expect(elsewhere).toEqual(["layers.edge.contents.images.service: no-route-for-images"]);
  });

  test("differs and is guarded only where it is served", async () => {
    const found = await problemsAfter((edge) => {
      delete edge.contents.pages;
      delete edge.contents.media;
    });
    expect(found).toEqual([
      "layers.edge.functions.experiments: no-pages",
      "layers.edge.functions.personalise: no-pages",
      "layers.edge.functions.tokens.for: unguarded-content",
    ]);
  });
});
