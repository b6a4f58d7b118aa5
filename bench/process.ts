import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ProcessCost } from "./cost.ts";
import { newFolder } from "./folders.ts";

const scratch = newFolder();
const usage = pathToFileURL(join(import.meta.dirname, "usage.mjs")).href;

/** A run of a program in a process of its own. */
export interface Ran extends ProcessCost {
  readonly out: string;
}

/**
 * Runs a script of Node. @param ok exit codes that are no failure
 * @throws with what it said where it fails
 */
export function run(script: readonly string[], folder: string, ok: readonly number[] = [0]): Ran {
  const file = join(scratch, "usage.json");
  const start = performance.now();
  const done = spawnSync(process.execPath, script, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: {
      ...process.env,
      NODE_OPTIONS: `--import=${usage}`,
      NODE_NO_WARNINGS: "1",
      // What Node compiles is kept in memory as well; the first run of each program, which fills it, does not count.
      NODE_COMPILE_CACHE: join(scratch, "compiled"),
      DODECA_BENCH_USAGE: file,
    },
  });
  const wall = performance.now() - start;
  if (done.status === null || !ok.includes(done.status))
    throw new Error(`${script.join(" ")} ended with ${done.status ?? done.signal}: ${done.stderr.slice(-2000)}`);
  const { cpu, megabytes }: { cpu: number; megabytes: number } = JSON.parse(readFileSync(file, "utf8"));
  return { wall, cpu, megabytes, out: done.stdout };
}
