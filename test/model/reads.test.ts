import { nameRoot, oncePer, type Read, readAgain, record, STEP, viewOf } from "../../lib/model/reads.ts";

/** Reads as a test can say them: `root path = value`. */
const said = (reads: readonly Read[]): string[] =>
  reads.map(({ root, path, value }) => `${root} ${path.replaceAll(STEP, ".").replace("\u0001", "(keys)")} = ${value}`);

const shop = (): { name: string; tags: string[]; owner: { team: string; pager?: string } } =>
  nameRoot("blueprint/shop", { name: "shop", tags: ["a", "b"], owner: { team: "links" } });

describe("what is recorded", () => {
  test.each<[string, (view: ReturnType<typeof shop>) => unknown, string[]]>([
    ["a leaf", (view) => view.owner.team, ["blueprint/shop owner = {", 'blueprint/shop owner.team = "links"']],
    ["a leaf, once", (view) => [view.name, view.name], ['blueprint/shop name = "shop"']],
    [
      "that a leaf is not there",
      (view) => view.owner.pager,
      ["blueprint/shop owner = {", "blueprint/shop owner.pager = -"],
    ],
    ["an array, as one read", (view) => view.tags.map((tag) => tag), ['blueprint/shop tags = ["a","b"]']],
    [
      "what a copy holds",
      (view) => ({ ...view.owner }),
      ["blueprint/shop owner = {", "blueprint/shop owner.(keys) = team", 'blueprint/shop owner.team = "links"'],
    ],
  ])("%s", (_, read, expected) => {
    const root = shop();
    expect(said(record(() => read(viewOf(root))).reads)).toEqual(expected);
  });

  test("a reference to a root by the root's name, and what is below by its own", () => {
    const blueprint = shop();
    const place = nameRoot("place/shop", { blueprint });
    expect(said(record(() => viewOf(place).blueprint.name).reads)).toEqual([
      "place/shop blueprint = @blueprint/shop",
      'blueprint/shop name = "shop"',
    ]);
  });

  test("nothing of what is data of the program", () => {
    const region = nameRoot("region/eu-west-1", { short: "ew1" }, { constant: true });
    const place = nameRoot("place/shop", { region });
    expect(said(record(() => viewOf(place).region.short).reads)).toEqual(["place/shop region = @region/eu-west-1"]);
  });

  test("for every later caller of a value that was computed once", () => {
    const root = shop();
    const view = viewOf(root);
    let computed = 0;
    const teamOf = oncePer((blueprint: ReturnType<typeof shop>) => {
      computed += 1;
      return blueprint.owner.team;
    });
    const [first, second] = [record(() => teamOf(view)), record(() => teamOf(view))];
    expect(computed).toBe(1);
    expect(said(second.reads)).toEqual(said(first.reads));
    expect(said(first.reads)).toContain('blueprint/shop owner.team = "links"');
  });
});

describe("a view", () => {
  test("cannot be changed", () => {
    const view = viewOf(shop());
    expect(() => Object.assign(view.owner, { team: "x" })).toThrow("blueprint/shop owner.: a build may not change");
    expect(() => view.tags.push("c")).toThrow(TypeError);
  });

  test("refuses data of which no read can be recorded", () => {
    const root = nameRoot("deployment/shop", { provenance: new Map() });
    expect(() => viewOf(root).provenance).toThrow("no plain data, such as a map");
  });
});

test.each<[string, (root: ReturnType<typeof shop>) => unknown, (root: ReturnType<typeof shop>) => void]>([
  ["a leaf that has another value", (view) => view.owner.team, (root) => Object.assign(root.owner, { team: "x" })],
  ["a leaf that is there now", (view) => view.owner.pager, (root) => Object.assign(root.owner, { pager: "x" })],
  ["a list of keys", (view) => Object.keys(view.owner), (root) => Object.assign(root.owner, { pager: "x" })],
  ["whether there is a key", (view) => "pager" in view.owner, (root) => Object.assign(root.owner, { pager: "x" })],
  ["an array", (view) => view.tags.length, (root) => root.tags.push("c")],
  ["an object that is gone", (view) => view.owner.team, (root) => Reflect.deleteProperty(root, "owner")],
])("read again, %s is seen to differ", (_, read, change) => {
  const [before, after] = [shop(), shop()];
  const { reads } = record(() => read(viewOf(before)));
  const differs = (): boolean => reads.some(({ path, value }) => readAgain(after, path) !== value);
  expect(differs()).toBe(false);
  change(after);
  expect(differs()).toBe(true);
});
