import { readFileSync } from "node:fs";
import { affectedUnits, githubOutputs } from "../../lib/review/affected.ts";
import { review } from "../../lib/review/index.ts";
import { COMMENT_LIMIT, markdownOf } from "../../lib/review/markdown.ts";
import { mermaidOf } from "../../lib/review/mermaid.ts";
import { ownerRulesIn } from "../../lib/review/owners.ts";
import { reportJsonSchema, reportOf, reportSchema } from "../../lib/review/report.ts";
import { sarifOf } from "../../lib/review/sarif.ts";
import { blueprintFile, STACK, smallSide } from "./small.ts";

const TABLES = Object.fromEntries(
  Array.from({ length: 1500 }, (_, index) => [`table-${index}`, { name: `shop-prod-table-${index}`, hash_key: "id" }]),
);
const large = (key: string) =>
  smallSide({
    aws_dynamodb_table: Object.fromEntries(
      Object.entries(TABLES).map(([id, table]) => [id, { ...table, hash_key: key }]),
    ),
  });
const reportOfLarge = () => reportOf(review(large("id"), large("code")), "medium");

test("docs/review.schema.json is the form of the report", () => {
  expect(JSON.parse(readFileSync("docs/review.schema.json", "utf8"))).toEqual(JSON.parse(reportJsonSchema()));
});

describe("a comment on a change of everything", () => {
  test("stays below what GitHub takes, says what is left out and where it is", () => {
    const comment = markdownOf(reportOfLarge(), { reportUrl: "https://ci.example/runs/1" });
    expect(comment.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(comment).toMatch(/and \d+ rows more in \[the full report\]\(https:\/\/ci\.example\/runs\/1\)/);
  });

  test.each([300, 2000, 10_000, 65_536])("has whole structures only, in %d characters", (limit) => {
    const comment = markdownOf(reportOfLarge(), { limit });
    expect(comment.length).toBeLessThanOrEqual(limit);
    const count = (what: RegExp): number => [...comment.matchAll(what)].length;
    expect(count(/<details>/g)).toBe(count(/<\/details>/g));
    expect(count(/^`{3,}/gm) % 2).toBe(0);
    for (const line of comment.split("\n")) if (line.startsWith("| ")) expect(line.endsWith("|")).toBe(true);
  });

  test("keeps the verdict and what is to decide before anything else", () => {
    const comment = markdownOf(reportOfLarge(), { limit: 1600 });
    expect(comment).toContain("needs a decision");
    expect(comment).toContain("`stateful-replaced`");
    expect(comment).not.toContain("#### data");
  });
});

test("values cannot break out of a comment", () => {
  const bad = "`|\n</details><script>";
  const report = reportOf(
    review(
      smallSide({ aws_ssm_parameter: { a: { value: "x" } } }),
      smallSide({ aws_ssm_parameter: { a: { value: bad } } }),
    ),
    "low",
  );
  const table = markdownOf(report)
    .split("\n")
    .filter((line) => line.startsWith("| ~"));
  expect(table).toHaveLength(1);
  expect(table[0]).toContain("`` `\\| </details><script> ``");
});

test("a picture is the same for the same review, and has what changes and its neighbours", () => {
  const side = (engine: string) =>
    smallSide({
      aws_rds_cluster: { store: { engine } },
      aws_rds_cluster_instance: { one: { cluster_identifier: "${aws_rds_cluster.store.id}" } },
    });
  const report = reportOf(review(side("a"), side("b")), "medium");
  expect(mermaidOf(report)).toBe(mermaidOf(report));
  expect(mermaidOf(report).split("\n").slice(0, 7)).toEqual([
    "flowchart LR",
    '  subgraph data["data"]',
    '    n0["~ data-orders aws_rds_cluster.store<br/>shop prod us-east-1"]:::risk',
    "  end",
    '  m0("aws_rds_cluster_instance.one"):::near',
    "  m0 -->|reference| n0",
    "  classDef added fill:#dafbe1,stroke:#1a7f37,color:#0b2e13",
  ]);
});

test("a report has the published form", () => {
  const report = reportOfLarge();
  expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(JSON.parse(JSON.stringify(report)));
});

test("code scanning gets each risk where it is, the same one under the same fingerprint", () => {
  const side = (engine: string) => smallSide({ aws_rds_cluster: { store: { engine } } });
  const results = (): unknown =>
    Reflect.get(Reflect.get(sarifOf(reportOf(review(side("a"), side("b")), "low")), "runs")[0], "results");
  expect(results()).toEqual(results());
  expect(results()).toEqual([
    expect.objectContaining({
      ruleId: "stateful-replaced",
      level: "error",
      locations: [
        expect.objectContaining({
          physicalLocation: {
            artifactLocation: { uri: `cdktf.out/stacks/${STACK}/cdk.tf.json` },
            region: { startLine: 1 },
          },
        }),
      ],
    }),
  ]);
});

describe("who should look", () => {
  const owners = (rules: string): readonly string[] | undefined => {
    const side = (engine: string) => smallSide({ aws_rds_cluster: { store: { engine } } });
    return review(side("a"), side("b"), { owners: ownerRulesIn(rules) }).risks[0]?.owners;
  };

  test("is the last line that matches", () => {
    expect(owners("* @shop/all\ndata @shop/dba # stores\nsecurity @shop/security\n")).toEqual(["@shop/dba"]);
    expect(owners("data @shop/dba\nshop/prod/** @shop/sre @shop/lead\n")).toEqual(["@shop/lead", "@shop/sre"]);
    expect(owners("shop/dev/** @shop/dev\nshop/*/us-east-1/data @shop/dba\n")).toEqual(["@shop/dba"]);
  });

  test("is the blueprint's team where none does", () => {
    expect(owners("security @shop/security\n")).toEqual(["shop"]);
  });
});

describe("an accepted risk", () => {
  const accepted = (acknowledgement: object, date?: string) => {
    const file = blueprintFile({
      acknowledgements: [{ risk: "stateful-replaced", reason: "the table is empty yet", ...acknowledgement }],
    });
    const side = (engine: string) =>
      smallSide({ aws_rds_cluster: { store: { engine } } }, { "dist/blueprints/shop/prod.json": file });
    const report = reportOf(review(side("a"), side("b"), { date }), "medium");
    return { verdict: report.verdict, risk: report.risks[0], comment: markdownOf(report) };
  };

  test("needs no decision, and is told with its reason", () => {
    const { verdict, comment } = accepted({});
    expect(verdict).toBe("safe");
    expect(comment).toContain("Accepted: the table is empty yet");
  });

  test("counts until its last day, by the date that is given", () => {
    expect(accepted({ until: "2026-11-25" }, "2026-11-25").verdict).toBe("safe");
    const late = accepted({ until: "2026-11-25" }, "2026-11-26");
    expect([late.verdict, late.risk?.unacknowledged]).toEqual([
      "decide",
      "it was accepted until 2026-11-25, which is past",
    ]);
  });

  test("that expires does not count where nobody says what day it is", () => {
    const { verdict, comment } = accepted({ until: "2099-01-01" });
    expect(verdict).toBe("decide");
    expect(comment).toContain("say with --date what day it is");
  });

  test("is accepted only in the part that it names", () => {
    expect(accepted({ at: "data-*" }).verdict).toBe("safe");
    expect(accepted({ at: "data-users" }).verdict).toBe("decide");
  });
});

describe("what is affected", () => {
  const manifest = JSON.stringify({ stacks: { [STACK]: { wave: 2, account: "210000000009", region: "us-east-1" } } });
  const side = (engine: string, more = {}) =>
    smallSide({ aws_rds_cluster: { store: { engine } } }, { "cdktf.out/manifest.json": manifest, ...more });

  test("is a stack whose bytes differ, and nothing where they are the same", () => {
    expect(affectedUnits(side("a"), side("a"))).toEqual({ stacks: [], applications: [] });
    expect(affectedUnits(side("a"), side("b")).stacks).toEqual([
      { stack: STACK, wave: 2, id: "210000000009", partition: "aws", region: "us-east-1" },
    ]);
  });

  test("is an application of which an object has come or gone", () => {
    const yaml = {
      "dist/kubernetes/shop/prod/us-east-1/cart/service-shop-cart.yaml":
        "apiVersion: v1\nkind: Service\nmetadata: { name: cart }\n",
    };
    expect(affectedUnits(side("a"), side("a", yaml)).applications).toEqual(["shop/prod/us-east-1/cart"]);
    expect(affectedUnits(side("a", yaml), side("a")).applications).toEqual(["shop/prod/us-east-1/cart"]);
  });

  test("is given to jobs in matrices that GitHub takes", () => {
    const stacks = Array.from({ length: 300 }, (_, index) => ({
      stack: `s${index}`,
      wave: 0,
      id: "1",
      partition: "aws",
      region: "us-east-1",
    }));
    const outputs = githubOutputs({ stacks, applications: [] }).split("\n");
    expect(outputs.map((line) => line.split("=")[0])).toEqual(["stacks-1", "stacks-2", "applications", ""]);
    expect(JSON.parse(outputs[1]?.slice("stacks-2=".length) ?? "").include).toHaveLength(44);
    expect(githubOutputs({ stacks: [], applications: [] })).toBe("applications=[]\n");
  });
});
