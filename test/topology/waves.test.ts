import fc from "fast-check";
import { type Ordered, waves } from "../../lib/topology/waves.ts";

const stack = (name: string, part: Partial<Ordered> = {}): Ordered => ({
  name,
  reads: [],
  publishes: [],
  after: [],
  bootstrap: false,
  state: "1/us-east-1",
  ...part,
});

describe("waves", () => {
  test("a reader comes one wave after what it reads", () => {
    const order = waves([
      stack("c", { reads: ["y"] }),
      stack("b", { reads: ["x"], publishes: ["y"] }),
      stack("a", { publishes: ["x"] }),
    ]);
    expect([...order].map(([name, { wave }]) => [name, wave]).sort()).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
  });

  test("what makes the state bucket comes before all that keep their state there", () => {
    const order = waves([stack("app"), stack("state", { bootstrap: true }), stack("far", { state: "1/eu-west-1" })]);
    expect(order.get("app")).toEqual({ wave: 1, dependencies: ["state"] });
    expect(order.get("far")).toEqual({ wave: 0, dependencies: [] });
  });

  test("names both sides of a contract that nobody or more than one publishes", () => {
    expect(() => waves([stack("a", { reads: ["x"] })])).toThrow("a reads x, which no stack publishes");
    expect(() => waves([stack("a", { publishes: ["x"] }), stack("b", { publishes: ["x"] })])).toThrow(
      "x is published by a and by b",
    );
  });

  test("shows the whole circle of stacks that wait for each other", () => {
    expect(() =>
      waves([
        stack("a", { reads: ["c"], publishes: ["a"] }),
        stack("b", { reads: ["a"], publishes: ["b"] }),
        stack("c", { reads: ["b"], publishes: ["c"] }),
      ]),
    ).toThrow("stacks wait for each other: a -> c -> b -> a");
  });

  test("every stack stands behind all it depends on, whatever the graph", () => {
    const graph = fc
      .integer({ min: 1, max: 30 })
      .chain((count) =>
        fc.tuple(
          ...Array.from({ length: count }, (_, index) =>
            fc.subarray(Array.from({ length: index }, (_, other) => `s${other}`)),
          ),
        ),
      );
    fc.assert(
      fc.property(graph, (edges) => {
        const order = waves(edges.map((after, index) => stack(`s${index}`, { after })));
        return [...order.values()].every(
          ({ wave, dependencies }) =>
            wave === Math.max(-1, ...dependencies.map((name) => order.get(name)?.wave ?? Number.NaN)) + 1,
        );
      }),
    );
  });

  test("thirty stacks that all depend on those before them are ordered at once", () => {
    const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
    const order = waves(names.map((name, index) => stack(name, { after: names.slice(0, index) })));
    expect(order.get("s29")?.wave).toBe(29);
  });
});
