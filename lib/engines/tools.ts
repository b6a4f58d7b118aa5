import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./execute.ts";
import { missingEngines } from "./missing.ts";
import { enginesFolder, onPath } from "./terraform.ts";

/** Programs that judge a part of the output each. */
export const TOOLS = ["istioctl", "promtool", "amtool", "actionlint", "checkov"] as const;
export type Tool = (typeof TOOLS)[number];

/** Tools that are neither built nor on the path. @param wanted all of them by default */
export const missingTools = (wanted: readonly Tool[] = TOOLS): readonly Tool[] =>
  wanted.filter((tool) => find(tool) === undefined);

function find(tool: Tool): string | undefined {
  const built = [join(enginesFolder(), tool), join(enginesFolder(), tool, "bin", tool)];
  return [...built.filter((path) => existsSync(path) && statSync(path).isFile()), ...onPath(tool)][0];
}

/**
 * Runs a tool to its end.
 * @param temporary folder that takes what it writes
 * @param signal ends it when it is aborted
 * @throws InvalidInput when it is not there
 */
export function runTool(
  tool: Tool,
  args: readonly string[],
  folder: string,
  temporary = folder,
  signal?: AbortSignal,
): Promise<{ readonly status: number; readonly output: string }> {
  const path = find(tool);
  if (path === undefined) throw missingEngines([tool]);
  return execute(path, args, folder, { ...process.env, TMPDIR: temporary }, signal === undefined ? {} : { signal });
}
