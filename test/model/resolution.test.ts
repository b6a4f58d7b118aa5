import fc from "fast-check";
import { blueprint, fork } from "../../lib/model/blueprint.ts";
import { type JsonObject, mergePatch, type Provenance } from "../../lib/model/merge.ts";
import { mergeForks, resolveIn } from "../../lib/model/resolve.ts";
import { cache, keyValue } from "../../lib/model/stores.ts";

const base = blueprint({
  name: "base",
  owner: { team: "links" },
  data: { items: keyValue({ partitionKey: "id" }), hot: cache() },
  services: {
    web: { image: "a/web", uses: { items: "read" }, scaling: { min: 4, max: 60 }, slo: { availability: 99.9 } },
  },
  routes: [{ path: "/a", auth: "none", to: "web" }],
  environments: {
    dev: { account: "a", tier: "dev", regions: { "us-east-1": "primary" } },
    prod: {
      account: "a",
      tier: "prod",
      regions: {
        "us-east-1": "primary",
        "eu-west-1": { role: "active", overrides: { services: { web: { scaling: { max: 30 } } } } },
      },
      overrides: { services: { web: { scaling: { min: 6 } } } },
    },
  },
});

const promo = fork(base, {
  name: "promo",
  add: { services: { extra: { image: "a/extra", uses: { web: "call", hot: "read" } } } },
  change: { services: { web: { scaling: { max: 120 }, slo: null } } },
});

const value = (data: JsonObject, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined), data);
const sources = (provenance: Provenance, path: string): string[] =>
  (provenance.get(path) ?? []).map(({ source }) => source);

describe("resolution", () => {
  test("takes the tier's default where nobody says otherwise", () => {
    const { data, provenance } = resolveIn(mergeForks(base), "prod", "us-east-1");
    expect(value(data, "services.web.traffic.timeout")).toBe("2s");
    expect(sources(provenance, "services.web.traffic.timeout")).toEqual(["tier prod"]);
  });

  test("applies environment after blueprint, and region after environment", () => {
    const { data, provenance } = resolveIn(mergeForks(base), "prod", "eu-west-1");
    expect(value(data, "services.web.scaling")).toMatchObject({ min: 6, max: 30 });
    expect(sources(provenance, "services.web.scaling.min")).toEqual([
      "tier prod",
      "blueprint base",
      "environment prod",
    ]);
    expect(sources(provenance, "services.web.scaling.max")).toEqual(["blueprint base", "region eu-west-1 of prod"]);
  });

  test("holds a small tier's ceiling against the blueprint, so that dev can be smaller", () => {
    const { data, provenance } = resolveIn(mergeForks(base), "dev", "us-east-1");
    expect(value(data, "services.web.scaling")).toMatchObject({ min: 1, max: 3 });
    expect(sources(provenance, "services.web.scaling.max")).toEqual(["blueprint base", "ceiling dev"]);
  });

  test("keeps a standby region small until it is needed, unless the region says otherwise", () => {
    const standby = fork(base, {
      name: "standby",
      change: {
        environments: { prod: { regions: { "eu-west-1": { role: "standby" } } } },
      },
    });
    const { data, provenance } = resolveIn(mergeForks(standby), "prod", "eu-west-1");
    expect(value(data, "services.web.scaling")).toMatchObject({ min: 2, max: 30 });
    expect(sources(provenance, "services.web.scaling.min").at(-1)).toBe("ceiling standby");
  });

  test("lets an environment lift the ceiling", () => {
    const lifted = blueprint({
      ...inputOf(base),
      environments: {
        dev: {
          account: "a",
          tier: "dev",
          regions: { "us-east-1": "primary" },
          overrides: { services: { web: { scaling: { max: 9 } } } },
        },
      },
    });
    expect(value(resolveIn(mergeForks(lifted), "dev", "us-east-1").data, "services.web.scaling.max")).toBe(9);
  });

  test("merges a fork's additions and changes, and removes what it sets to null", () => {
    const { data, provenance } = resolveIn(mergeForks(promo), "prod", "us-east-1");
    expect(value(data, "name")).toBe("promo");
    expect(value(data, "services.web.scaling.max")).toBe(120);
    expect(value(data, "services.web.slo")).toBeUndefined();
    expect(value(data, "services.extra.uses")).toEqual({ web: "call", hot: "read" });
    expect(sources(provenance, "services.web.slo.availability")).toEqual(["blueprint base", "fork promo"]);
  });

  test("folds the routing table into the services it names", () => {
    const { data } = resolveIn(mergeForks(base), "prod", "us-east-1");
    expect(value(data, "services.web.routes")).toEqual([
      expect.objectContaining({ path: "/a", method: "GET", rateLimit: "unlimited" }),
    ]);
  });
});

const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer()));
const tree = fc.letrec<{ tree: JsonObject }>((tie) => ({
  tree: fc.dictionary(fc.stringMatching(/^[a-d]$/), fc.oneof({ maxDepth: 3 }, leaf, tie("tree")), { maxKeys: 3 }),
})).tree;

describe("a merge patch", () => {
  const source = { name: "test", prefix: [] };
  const apply = (target: JsonObject, patch: JsonObject): JsonObject => mergePatch(target, patch, source, new Map());

  test("changes nothing when it is empty, and applied twice does no more than once", () => {
    fc.assert(
      fc.property(tree, tree, (target, patch) => {
        expect(apply(target, {})).toEqual(target);
        const once = apply(target, patch);
        expect(apply(once, patch)).toEqual(once);
      }),
    );
  });

  test("leaves target and patch as they were", () => {
    fc.assert(
      fc.property(tree, tree, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        apply(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });

  test("records every leaf it sets, and only those", () => {
    fc.assert(
      fc.property(tree, (patch) => {
        const provenance: Provenance = new Map();
        const result = mergePatch({}, patch, source, provenance);
        for (const [path, origins] of provenance) expect(value(result, path)).toEqual(origins.at(-1)?.value);
        expect(provenance.size).toBe(leaves(result));
      }),
    );
  });

  test("removes by null", () => {
    expect(apply({ a: { b: 1, c: 2 } }, { a: { b: null } })).toEqual({ a: { c: 2 } });
  });
});

function leaves(data: JsonObject): number {
  return Object.values(data).reduce<number>(
    (sum, child) =>
      sum + (typeof child === "object" && child !== null && !Array.isArray(child) ? leaves(child as JsonObject) : 1),
    0,
  );
}

/** The data that a blueprint was declared with. */
function inputOf(of: { readonly base: unknown }): Parameters<typeof blueprint>[0] {
  return of.base as Parameters<typeof blueprint>[0];
}
