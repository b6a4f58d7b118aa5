import { z } from "zod";
import { error, type Finding } from "../checks/finding.ts";
import { runTool } from "../engines/tools.ts";
import { parsed } from "../estate/json.ts";

/** What of checkov's report is used. */
const reportSchema = z.looseObject({
  results: z.looseObject({
    failed_checks: z.array(
      z.looseObject({ check_id: z.string(), check_name: z.string(), file_path: z.string(), resource: z.string() }),
    ),
  }),
  summary: z.looseObject({ passed: z.number(), parsing_errors: z.number() }),
});

/** What checkov is told to read. */
export type Framework = "kubernetes" | "terraform_plan";

/** A check that a resource or object failed. */
export interface FailedCheck {
  readonly check: string;
  readonly name: string;
  /** Path below the folder that was judged. */
  readonly file: string;
  /** As checkov names it: the address, where a plan was judged. */
  readonly resource: string;
}

/** What checkov said about a folder. */
export interface Judgement {
  readonly passed: number;
  readonly failed: readonly FailedCheck[];
}

/** Something that was scanned. */
export interface Scanned {
  /** Name of a stack, or path of an application. */
  readonly place: string;
  /** Address of a resource, or kind and name of an object. */
  readonly address: string;
  readonly failed: readonly FailedCheck[];
  /** Ids of the checks that it says it fails on purpose. */
  readonly waived: readonly string[];
}

/** How a place was judged by a scanner. */
export interface Scan {
  readonly passed: number;
  /** How often each check is failed on purpose. */
  readonly waived: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** Lets checkov judge the files below a folder. @returns what it said instead, when it did not */
export async function runCheckov(
  framework: Framework,
  folder: string,
  signal?: AbortSignal,
): Promise<Judgement | string> {
  const { output } = await runTool(
    "checkov",
    ["--directory", ".", "--framework", framework, "--output", "json", "--compact", "--quiet", "--skip-download"],
    folder,
    folder,
    signal,
  );
  return judgementIn(output);
}

/** Reads what checkov wrote. @returns the end of it, when it is no report */
export function judgementIn(output: string): Judgement | string {
  const start = output.indexOf("{");
  const report = start < 0 ? undefined : reportSchema.safeParse(parsed(output.slice(start)));
  if (report?.success !== true) return output.trim().slice(-1000);
  const { results, summary } = report.data;
  if (summary.parsing_errors > 0) return `${summary.parsing_errors} files could not be read`;
  return {
    passed: summary.passed,
    failed: results.failed_checks.map(({ check_id: check, check_name: name, file_path: file, resource }) => ({
      check,
      name,
      file: file.replace(/^\//, ""),
      resource,
    })),
  };
}

/** A scan that did not happen is an error: nothing else would say so. */
export const notJudged = (said: string): Scan => ({
  passed: 0,
  waived: {},
  findings: [error("scanner", "", `checkov did not judge: ${said}`)],
});

/** Checks that fail and are not waived are findings, and so are waivers of checks that do not fail. */
export function scanOf(passed: number, scanned: readonly Scanned[]): Scan {
  const counts: Record<string, number> = {};
  const findings: Finding[] = [];
  for (const { place, address, failed, waived } of scanned) {
    const names = new Map(failed.map(({ check, name }) => [check, name]));
    for (const [check, name] of names) {
      if (waived.includes(check)) counts[check] = (counts[check] ?? 0) + 1;
      else findings.push(error(check.toLowerCase().replaceAll("_", "-"), place, name, address));
    }
    for (const check of waived)
      if (!names.has(check))
        findings.push(error("waiver-unneeded", place, `${check} is waived and does not fail`, address));
  }
  return { passed, waived: counts, findings };
}
