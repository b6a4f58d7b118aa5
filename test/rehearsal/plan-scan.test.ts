import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackOf } from "../../lib/estate/stacks.ts";
import { judgementIn, scanOf } from "../../lib/rehearsal/checkov.ts";
import { PlanScan, scannedIn } from "../../lib/rehearsal/plan-scan.ts";

const waived = (...checks: readonly string[]): object => ({
  "//": { path: "x", waived: Object.fromEntries(checks.map((check) => [check, "a reason"])) },
});
const ONE = stackOf("one", {
  resource: {
    aws_s3_bucket: { a: waived("CKV_AWS_18", "CKV_AWS_21"), b: {}, lacking: waived("CKV_AWS_144") },
    aws_sns_topic: { c: {} },
  },
});
const TWO = stackOf("two", { resource: { aws_s3_bucket: { a: waived("CKV_AWS_18") } } });
const PLANNED = [
  { stack: ONE, leftOut: ["aws_s3_bucket.lacking"] },
  { stack: TWO, leftOut: [] },
];

const fails = (stack: string, resource: string, check: string): object => ({
  check_id: check,
  check_name: `what ${check} asks for`,
  file_path: `/${stack}/tfplan.json`,
  resource,
});
const report = (...failed: readonly object[]): string =>
  `2026-01-01 [WARNING] something\n${JSON.stringify({
    check_type: "terraform_plan",
    results: { failed_checks: failed },
    summary: { passed: 40, failed: failed.length, parsing_errors: 0 },
  })}`;

function scan(...failed: readonly object[]) {
  const judgement = judgementIn(report(...failed));
  if (typeof judgement === "string") throw new Error(judgement);
  return scanOf(judgement.passed, scannedIn(PLANNED, judgement.failed));
}

const SOUND = [
  fails("one", "aws_s3_bucket.a", "CKV_AWS_18"),
  fails("one", "aws_s3_bucket.a", "CKV_AWS_21"),
  fails("two", "aws_s3_bucket.a", "CKV_AWS_18"),
];

describe("a scan of plans", () => {
  test("counts what is waived, by check, and finds nothing else", () => {
    expect(scan(...SOUND)).toEqual({ passed: 40, waived: { CKV_AWS_18: 2, CKV_AWS_21: 1 }, findings: [] });
  });

  test("names a failed check by its stack and address; a waiver of another resource or stack is none", () => {
    const { findings } = scan(
      ...SOUND,
      fails("one", "aws_s3_bucket.b", "CKV_AWS_18"),
      fails("two", "aws_s3_bucket.a", "CKV_AWS_21"),
    );
    expect(findings).toEqual([
      {
        severity: "error",
        code: "ckv-aws-18",
        place: "one",
        address: "aws_s3_bucket.b",
        summary: "what CKV_AWS_18 asks for",
      },
      expect.objectContaining({ code: "ckv-aws-21", place: "two", address: "aws_s3_bucket.a" }),
    ]);
  });

  test("names a waiver that is not needed, but not of what was left out", () => {
    expect(scan(...SOUND.slice(1)).findings).toEqual([
      {
        severity: "error",
        code: "waiver-unneeded",
        place: "one",
        address: "aws_s3_bucket.a",
        summary: "CKV_AWS_18 is waived and does not fail",
      },
    ]);
  });

  test("names what checkov found at an address that the stack does not have", () => {
    const { findings } = scan(...SOUND, fails("one", "aws_vpc.unknown", "CKV_AWS_1"));
    expect(findings).toEqual([expect.objectContaining({ place: "one", address: "aws_vpc.unknown" })]);
  });

  test("says what checkov said when it made no report, or could not read a plan", () => {
    expect(judgementIn("Traceback: out of memory")).toBe("Traceback: out of memory");
    expect(judgementIn(report().replace('"parsing_errors":0', '"parsing_errors":1'))).toBe("1 files could not be read");
  });

  test("of no stack is none; a plan that cannot be read is an error", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dodeca-plans-"));
    try {
      const plans = new PlanScan(folder, new AbortController().signal);
      expect(await plans.judge()).toBeUndefined();
      plans.add({ stack: TWO, leftOut: [] }, () => Promise.reject(new Error("Error: no provider")));
      expect(await plans.judge()).toEqual({
        passed: 0,
        waived: {},
        findings: [expect.objectContaining({ place: "two", summary: "its plan cannot be read: Error: no provider" })],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
