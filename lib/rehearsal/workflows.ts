import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { error, type Finding } from "../checks/finding.ts";
import { runTool } from "../engines/tools.ts";

const problems = z.array(
  z.looseObject({ message: z.string(), filepath: z.string(), line: z.number(), kind: z.string() }),
);

/** What actionlint says about the generated workflows. @param root folder that holds `dist` @param run folder of the run */
export async function lintWorkflows(root: string, run: string): Promise<Finding[]> {
  const folder = join(root, "dist", "delivery", "github");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".yml")) : [];
  if (files.length === 0) return [];
  const { output } = await runTool("actionlint", ["-no-color", "-format", "{{json .}}", ...files], folder, run);
  const start = output.indexOf("[");
  if (start < 0) return [error("workflow", folder, `actionlint did not judge: ${output.trim().slice(-1000)}`)];
  return problems.parse(JSON.parse(output.slice(start))).map(
    ({ message, filepath, line, kind }): Finding => ({
      ...error(`workflow-${kind}`, `dist/delivery/github/${filepath}`, message),
      line,
    }),
  );
}
