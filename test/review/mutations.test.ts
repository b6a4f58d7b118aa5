import type { Report } from "../../lib/review/report.ts";
import { CODE_EDITS } from "./code-edits.ts";
import { CODE_EXPECTED } from "./code-expected.ts";
import { linesOf, reviewOf, reviewOfCode, risksOf } from "./edited.ts";
import { type Expected, MUTATIONS } from "./mutations.ts";

/** Rules that find something, with the number of rows in which they do. */
function rulesOf(report: Report): string[] {
  const rules = Map.groupBy(risksOf(report), (risk) => risk.replace(/:.*$/s, ""));
  return [...rules].map(([rule, found]) => (found.length === 1 ? rule : `${rule} ×${found.length}`));
}

function expectReview(report: Report, { rows, count = rows.length, risks, folds = [] }: Expected): void {
  const lines = linesOf(report);
  expect(lines.slice(0, rows.length)).toEqual(rows);
  expect(lines).toHaveLength(count);
  expect(rulesOf(report)).toEqual(risks);
  expect(report.folds.slice(0, 4).map((fold) => `${fold.path} ×${fold.count}`)).toEqual(folds);
}

describe("an edit of a blueprint", () => {
  test.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))("%s", async (_, mutation) => {
    const { report } = await reviewOf(mutation.edits, mutation.only);
    expectReview(report, mutation);
  });
});

describe("a change of code", () => {
  test.each(Object.entries(CODE_EDITS))("%s", async (name, { only, edit }) => {
    const report = await reviewOfCode(edit, only);
    expectReview(report, CODE_EXPECTED[name] ?? { rows: [], risks: [] });
    expect(JSON.stringify(report)).not.toContain("hunter2");
  });

  test("has an expectation each", () => {
    expect(Object.keys(CODE_EXPECTED)).toEqual(Object.keys(CODE_EDITS));
  });
});
