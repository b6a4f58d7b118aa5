import { attributeChanges } from "../../lib/estate/attributes.ts";

describe("is no change", () => {
  test.each([
    ["the order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }],
    ["the order of a set", { actions: ["s3:Get*", "s3:Put*"] }, { actions: ["s3:Put*", "s3:Get*"] }],
    [
      "the order of named elements",
      { env: [{ name: "a", value: "1" }, { name: "b" }] },
      { env: [{ name: "b" }, { name: "a", value: "1" }] },
    ],
    [
      "the format of a document in a text",
      { policy: '{"Version":"2012-10-17","Statement":[]}' },
      { policy: '{ "Statement": [], "Version": "2012-10-17" }' },
    ],
    ["a block with and without a list", { origin: [{ id: "a" }] }, { origin: { id: "a" } }],
    ["a number written as a text, to Terraform", { port: 80 }, { port: "80" }],
    [
      "a quantity in another unit",
      { spec: { hard: { "requests.cpu": "1" } } },
      { spec: { hard: { "requests.cpu": "1000m" } } },
    ],
  ])("%s", (_, before, after) => {
    expect(attributeChanges(before, after)).toEqual([]);
  });
});

describe("is a change", () => {
  test("the order of a list that is read in order", () => {
    const changes = attributeChanges({ spec: { args: ["a", "b"] } }, { spec: { args: ["b", "a"] } });
    expect(changes).toEqual([{ path: "spec.args", before: ["a", "b"], after: ["b", "a"] }]);
  });

  test("the order of rules that the first match of decides", () => {
    const [one, other] = [{ name: "one" }, { name: "other" }];
    const changes = attributeChanges({ spec: { http: [one, other] } }, { spec: { http: [other, one] } });
    expect(changes.map(({ path }) => path)).toEqual(["spec.http (order)"]);
  });

  test("a number written as a text, to Kubernetes", () => {
    expect(attributeChanges({ data: { port: 80 } }, { data: { port: "80" } })).toHaveLength(1);
  });
});

test("an attribute is named through lists by what its element is known by", () => {
  const containers = (image: string) => ({ spec: { containers: [{ name: "proxy" }, { name: "app", image }] } });
  expect(attributeChanges(containers("a:1"), containers("a:2"))).toEqual([
    { path: "spec.containers[name=app].image", before: "a:1", after: "a:2" },
  ]);
});

test("an attribute is named inside a document in a text", () => {
  const policy = (action: string) => ({
    policy: JSON.stringify({
      Statement: [
        { Sid: "Read", Action: action },
        { Sid: "List", Action: "a:b" },
      ],
    }),
  });
  expect(attributeChanges(policy("s3:GetObject"), policy("s3:*"))).toEqual([
    { path: "policy.Statement[Sid=Read].Action", before: "s3:GetObject", after: "s3:*" },
  ]);
});

test("elements without a name that are mostly the same are one change, others come and go", () => {
  const rules = (...expressions: readonly string[]) => ({
    rules: expressions.map((expr) => ({ alert: "Burn", for: "2m", expr })),
  });
  expect(attributeChanges(rules("a", "b"), rules("a", "c"))).toEqual([
    { path: "rules[1].expr", before: "b", after: "c" },
  ]);
  expect(attributeChanges(rules("a", "b"), rules("a", "b", "c")).map(({ path, before }) => [path, before])).toEqual([
    ["rules[2]", undefined],
  ]);
});
