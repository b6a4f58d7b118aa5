import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { error, type Finding } from "../checks/finding.ts";
import { runTool } from "../engines/tools.ts";
import { at, object, parsed } from "../estate/json.ts";
import { type Application, type KubernetesObject, nameOf } from "../estate/objects.ts";

const reportSchema = z.looseObject({
  results: z.looseObject({
    failed_checks: z.array(z.looseObject({ check_id: z.string(), check_name: z.string(), file_path: z.string() })),
  }),
  summary: z.looseObject({ passed: z.number(), failed: z.number() }),
});

/** What a scanner said about the objects of a place. */
export interface Scan {
  readonly passed: number;
  /** How often each check is failed on purpose. */
  readonly waived: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

const SKIP = /^checkov\.io\/skip\d+$/;

/**
 * Lets checkov judge a place's objects. A check that fails and is not waived beside its component is a finding, and so is a
 * waiver of a check that does not fail.
 * @param folder where the objects are written without their waivers, which would hide whether they are needed
 */
export async function scanObjects(applications: readonly Application[], folder: string): Promise<Scan> {
  mkdirSync(folder, { recursive: true });
  const scanned = new Map<string, { readonly path: string; readonly of: KubernetesObject }>();
  for (const { path, objects } of applications)
    for (const of of objects) {
      const file = `${String(scanned.size).padStart(5, "0")}.yaml`;
      scanned.set(`/${file}`, { path, of });
      writeFileSync(join(folder, file), JSON.stringify(withoutWaivers(of)));
    }
  const { output } = await runTool(
    "checkov",
    ["--directory", ".", "--framework", "kubernetes", "--output", "json", "--compact", "--quiet", "--skip-download"],
    folder,
  );
  const start = output.indexOf("{");
  const report = start < 0 ? undefined : reportSchema.safeParse(parsed(output.slice(start)));
  if (report?.success !== true)
    return {
      passed: 0,
      waived: {},
      findings: [error("scanner", "", `checkov did not judge: ${output.trim().slice(-1000)}`)],
    };
  const failed = new Map<string, Map<string, string>>();
  for (const { file_path: file, check_id: check, check_name: name } of report.data.results.failed_checks)
    failed.set(file, (failed.get(file) ?? new Map()).set(check, name));
  const waived: Record<string, number> = {};
  const findings: Finding[] = [];
  for (const [file, { path, of }] of scanned) {
    const waivers = waiversOf(of);
    const checks = failed.get(file) ?? new Map<string, string>();
    for (const [check, name] of checks) {
      if (waivers.has(check)) waived[check] = (waived[check] ?? 0) + 1;
      else findings.push(error(check.toLowerCase().replaceAll("_", "-"), path, name, nameOf(of)));
    }
    for (const check of waivers)
      if (!checks.has(check))
        findings.push(error("waiver-unneeded", path, `${check} is waived and does not fail`, nameOf(of)));
  }
  return { passed: report.data.summary.passed, waived, findings };
}

/** Checks that an object says it fails on purpose. */
const waiversOf = ({ metadata }: KubernetesObject): ReadonlySet<string> =>
  new Set(
    Object.entries(object(at(metadata, "annotations"))).flatMap(([key, value]) =>
      SKIP.test(key) && typeof value === "string" ? [value.slice(0, value.indexOf("="))] : [],
    ),
  );

function withoutWaivers({ metadata, ...rest }: KubernetesObject): object {
  const annotations = Object.entries(object(at(metadata, "annotations"))).filter(([key]) => !SKIP.test(key));
  return { ...rest, metadata: { ...metadata, annotations: Object.fromEntries(annotations) } };
}
