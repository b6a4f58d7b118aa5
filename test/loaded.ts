import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HOOK = `import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.LOADED, url + "\\n");
    return next(url, context);
  },
});`;

/** Files of all modules that a program loads, in this order; not those of Node itself. */
export function loadedBy(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  code = 0,
): string[] {
  const folder = mkdtempSync(join(tmpdir(), "dodeca-loaded-"));
  try {
    const list = join(folder, "list");
    const done = spawnSync(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(HOOK)}`, program, ...args],
      { cwd, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "", LOADED: list, ...env } },
    );
    if (done.status !== code) throw new Error(done.stderr);
    const urls = readFileSync(list, "utf8").trim().split("\n");
    return urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
