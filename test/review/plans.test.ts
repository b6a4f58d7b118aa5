import { review } from "../../lib/review/index.ts";
import { reportOf } from "../../lib/review/report.ts";
import { STACK, sha256, smallSide } from "./small.ts";

const CLUSTER = { cluster_identifier: "shop-prod-orders", engine: "aurora-postgresql", backup_retention_period: 7 };
const before = smallSide({ aws_rds_cluster: { store: CLUSTER } });
const after = smallSide({ aws_rds_cluster: { store: { ...CLUSTER, backup_retention_period: 14 } } });
const text = after.files.get(`cdktf.out/stacks/${STACK}/cdk.tf.json`) ?? "";

interface Planned {
  readonly actions: readonly string[];
  readonly address?: string;
  readonly before?: object | null;
  readonly after?: object | null;
  readonly [more: string]: unknown;
}

/** What `terraform show -json` prints of one resource. */
function plan(
  { actions, address = "aws_rds_cluster.store", action_reason, ...change }: Planned,
  configured = ["aws_rds_cluster.store"],
): string {
  return JSON.stringify({
    format_version: "1.2",
    resource_changes: [
      {
        address,
        mode: "managed",
        type: address.split(".")[0],
        ...(action_reason === undefined ? {} : { action_reason }),
        change: {
          actions,
          after_unknown: {},
          before_sensitive: {},
          after_sensitive: {},
          before: null,
          after: null,
          ...change,
        },
      },
    ],
    configuration: { root_module: { resources: configured.map((one) => ({ address: one })) } },
  });
}

const reviewed = (planned: string, digest = sha256(text)) =>
  reportOf(
    review(before, after, {
      plans: new Map([
        [`${STACK}.json`, planned],
        [`${STACK}.sha256`, digest],
      ]),
    }),
    "medium",
  );

test("what an engine plans replaces what two outputs tell", () => {
  const update = { before: { backup_retention_period: 1 }, after: { backup_retention_period: 14 } };
  const { rows, planned } = reviewed(plan({ actions: ["update"], ...update }));
  expect(planned).toEqual([STACK]);
  expect(rows.map(({ kind, attributes }) => [kind, attributes])).toEqual([
    ["changed", [{ path: "backup_retention_period", before: 1, after: 14 }]],
  ]);
});

test("where nothing is planned, nothing changes", () => {
  expect(reviewed(plan({ actions: ["no-op"] })).rows).toEqual([]);
});

test("a replacement is a risk with the engine's own reason", () => {
  const { rows, risks } = reviewed(
    plan({
      actions: ["delete", "create"],
      replace_paths: [["engine"]],
      before: { engine: "a" },
      after: { engine: "b" },
    }),
  );
  expect(rows[0]?.plan).toMatchObject({ action: "replace", replacedFor: ["engine"] });
  expect(risks).toContainEqual(
    expect.objectContaining({
      rule: "stateful-replaced",
      what: ["aws_rds_cluster shop-prod-orders is replaced for engine"],
    }),
  );
});

test("a tainted resource is replaced although no value differs", () => {
  const same = { before: { engine: "a" }, after: { engine: "a" } };
  const { risks } = reviewed(
    plan({ actions: ["create", "delete"], action_reason: "replace_because_tainted", ...same }),
  );
  expect(risks.map(({ what }) => what)).toContainEqual([
    "aws_rds_cluster shop-prod-orders is replaced (replace because tainted)",
  ]);
});

test("what the state has and no output is destroyed too", () => {
  const { rows, risks } = reviewed(plan({ actions: ["delete"], address: "aws_dynamodb_table.old" }));
  expect(rows.map(({ kind, thing }) => [kind, thing.address])).toEqual([["removed", "aws_dynamodb_table.old"]]);
  expect(risks.map(({ rule }) => rule)).toContain("stateful-destroyed");
});

test("values that are known after the apply, and sensitive ones, are marked", () => {
  const { rows } = reviewed(
    plan({
      actions: ["update"],
      before: { master_password: "a", endpoint: "x" },
      after: { master_password: "b" },
      after_unknown: { endpoint: true },
      before_sensitive: { master_password: true },
      after_sensitive: { master_password: true },
    }),
  );
  expect(rows[0]?.attributes).toEqual([{ path: "endpoint", before: "x", after: "(known after apply)" }]);
  expect(rows[0]?.plan?.unknown).toEqual(["endpoint"]);
});

test.each([
  ["of other bytes", plan({ actions: ["no-op"] }), sha256("{}"), "plan-of-other-bytes"],
  ["of bytes that nothing names", plan({ actions: ["no-op"] }), "", "plan-of-other-bytes"],
  [
    "that has something which the stack has not",
    plan({ actions: ["no-op"] }, ["aws_rds_cluster.store", "aws_vpc.mine"]),
    sha256(text),
    "plan-contradicts-stack",
  ],
  [
    "that lacks something which the stack has",
    plan({ actions: ["no-op"] }, []),
    sha256(text),
    "plan-contradicts-stack",
  ],
  ["that is no JSON", "Error: no", sha256(text), "plan-unreadable"],
  [
    "that the engine gave up",
    plan({ actions: ["no-op"] }).replace("{", '{"errored":true,'),
    sha256(text),
    "plan-failed",
  ],
])("a plan %s is an error, and nothing is judged by it", (_, planned, digest, code) => {
  const { errors, verdict, planned: believed } = reviewed(planned, digest);
  expect(errors.map((one) => one.code)).toEqual([code]);
  expect(verdict).toBe("error");
  expect(believed).toEqual([]);
});

test("a plan of a stack that the output has not is an error", () => {
  const { errors } = reportOf(
    review(before, after, { plans: new Map([["other.json", plan({ actions: ["no-op"] })]]) }),
    "medium",
  );
  expect(errors.map(({ code, place }) => [code, place])).toEqual([["plan-of-no-stack", "other"]]);
});
