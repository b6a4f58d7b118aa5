import { type Change, diff, hasMovedBlock } from "../../lib/estate/diff.ts";
import { type Estate, estateOf } from "../../lib/estate/index.ts";
import { nodesOf } from "../../lib/estate/node.ts";
import { withoutSecrets } from "../../lib/estate/sensitive.ts";

const stack = (resource: object, more: object = {}, name = "shop-dev-us-east-1-data"): [string, string] => [
  `cdktf.out/stacks/${name}/cdk.tf.json`,
  JSON.stringify({
    provider: {
      aws: [
        {
          region: "us-east-1",
          default_tags: [{ tags: { "dodeca:blueprint": "shop", "dodeca:environment": "dev", "dodeca:layer": "data" } }],
        },
      ],
    },
    resource,
    ...more,
  }),
];
const object = (application: string, kind: string, name: string, spec = "{}"): [string, string] => [
  `dist/kubernetes/shop/dev/us-east-1/${application}/${kind}-${name}.yaml`.toLowerCase(),
  `# mesh/workload/Resource\napiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`,
];
const estate = (...files: readonly [string, string][]): Estate => estateOf(new Map(files));
const told = (changes: readonly Change[]): string[] =>
  changes.map(
    ({ kind, node, attributes }) =>
      `${kind} ${node.address || node.unit}${attributes.map(({ path }) => ` ${path}`).join("")}`,
  );

const TABLE = { name: "shop-dev-carts", hash_key: "id" };

test("what comes, goes and changes is told by address and attribute", () => {
  const before = estate(stack({ aws_dynamodb_table: { a: TABLE, b: { name: "shop-dev-orders" } } }));
  const after = estate(
    stack({ aws_dynamodb_table: { a: { ...TABLE, hash_key: "code" }, c: { name: "shop-dev-users" } } }),
  );
  expect(told(diff(before, after))).toEqual([
    "changed aws_dynamodb_table.a hash_key",
    "added aws_dynamodb_table.c",
    "removed aws_dynamodb_table.b",
  ]);
});

test("our own marks are no change", () => {
  const before = estate(
    stack({ aws_dynamodb_table: { a: { ...TABLE, "//": { path: "store/Resource", facts: ["x"] } } } }),
  );
  const after = estate(stack({ aws_dynamodb_table: { a: { ...TABLE, "//": { path: "table/Resource" } } } }));
  expect(diff(before, after)).toEqual([]);
});

test("a resource of the same name at another address has moved, also between stacks", () => {
  const [other] = [
    stack({ aws_dynamodb_table: { z: { ...TABLE, hash_key: "code" } } }, {}, "shop-dev-us-east-1-data-carts"),
  ];
  const changes = diff(estate(stack({ aws_dynamodb_table: { a: TABLE } })), estate(stack({}), other));
  expect(changes.filter(({ node }) => node.kind === "resource")).toEqual([
    expect.objectContaining({
      kind: "moved",
      before: expect.objectContaining({ address: "aws_dynamodb_table.a" }),
      attributes: [{ path: "hash_key", before: "id", after: "code" }],
    }),
  ]);
});

test("a resource without a name of its own has moved where nothing else about it is different", () => {
  const rule = { from_port: 443, to_port: 443, security_group_id: "sg" };
  const changes = diff(
    estate(stack({ aws_security_group_rule: { a: rule } })),
    estate(stack({ aws_security_group_rule: { b: rule } })),
  );
  expect(told(changes)).toEqual(["moved aws_security_group_rule.b"]);
});

test("an object that another application has has moved with it", () => {
  const changes = diff(estate(object("one", "Service", "cart")), estate(object("two", "Service", "cart")));
  expect(told(changes.filter(({ node }) => node.kind === "object"))).toEqual(["moved Service shop/cart"]);
});

test("what a stack tells Terraform has moved keeps what it has", () => {
  const moved = [{ from: "aws_dynamodb_table.a", to: "aws_dynamodb_table.b" }];
  const [node] = nodesOf(estate(stack({}, { moved }))).filter(({ kind }) => kind === "stack");
  expect(hasMovedBlock(node, "aws_dynamodb_table.a", "aws_dynamodb_table.b")).toBe(true);
  expect(hasMovedBlock(node, "aws_dynamodb_table.a", "aws_dynamodb_table.c")).toBe(false);
});

test("a stack that is retired has lost what it held", () => {
  const retired: [string, string] = [
    "cdktf.out/stacks/shop-dev-us-east-1-data/cdk.tf.json",
    JSON.stringify({ provider: { aws: [{ region: "us-east-1" }] } }),
  ];
  const changes = diff(estate(stack({ aws_dynamodb_table: { a: TABLE } })), estate(retired));
  expect(told(changes)).toEqual(
    expect.arrayContaining(["removed shop-dev-us-east-1-data", "removed aws_dynamodb_table.a"]),
  );
});

test.each([
  ["a password of a cluster", stack({ aws_rds_cluster: { a: { master_password: "hunter2" } } })],
  ["a secret parameter", stack({ aws_ssm_parameter: { a: { type: "SecureString", value: "hunter2" } } })],
  ["a sensitive output", stack({}, { output: { a: { value: "hunter2", sensitive: true } } })],
  [
    "a variable named like a secret",
    object("one", "Pod", "a", "{ containers: [{ name: a, env: [{ name: DB_PASSWORD, value: hunter2 }] }] }"),
  ],
])("%s is never shown", (_, file) => {
  const [path, text] = file;
  const changes = diff(estate([path, text.replace("hunter2", "old")]), estate(file));
  expect(changes).toHaveLength(1);
  const shown = JSON.stringify(changes.map(({ node, attributes }) => withoutSecrets(node, attributes)));
  expect(shown).toContain("(sensitive)");
  expect(shown).not.toMatch(/hunter2|old/);
});
