import { blueprintsIn } from "../../lib/estate/blueprints.ts";
import { movesBetween } from "../../lib/review/moves.ts";

/** A blueprint with a leaf of some source, in an environment with one region of some role. */
const output = (name: string, role: string, max: number, tier = "prod"): [string, string] => [
  `dist/blueprints/${name}/prod.json`,
  JSON.stringify({
    account: "main",
    images: {},
    inRegions: { "eu-west-1": { "services.web.scaling.max": { value: max, source: "ceiling standby" } } },
    leaves: { "services.web.scaling.max": { value: 9, source: "blueprint" } },
    platform: name,
    regions: { "us-east-1": "primary", "eu-west-1": role },
    tier,
  }),
];
const moved = (before: readonly [string, string][], after: readonly [string, string][]): string[] =>
  movesBetween(blueprintsIn(new Map(before)), blueprintsIn(new Map(after))).map(
    ({ path, places }) => `${places[0]?.blueprint} ${path}`,
  );

test("what a role brings with it is told with the role", () => {
  expect(moved([output("shop", "active", 9)], [output("shop", "standby", 2)])).toEqual([
    "shop environments.prod.regions.eu-west-1",
  ]);
});

test("a role that moves in one blueprint hides nothing of another", () => {
  const before = [output("shop", "active", 9), output("links", "standby", 4)];
  const after = [output("shop", "standby", 2), output("links", "standby", 2)];
  expect(moved(before, after)).toEqual(["shop environments.prod.regions.eu-west-1", "links services.web.scaling.max"]);
});
