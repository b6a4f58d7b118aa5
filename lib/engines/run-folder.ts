import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { script } from "./scripts.ts";

/** A folder for everything that one run of a command starts and writes. */
export interface RunFolder {
  readonly path: string;
  remove(): void;
}

/**
 * Makes a folder for a run, and leaves somebody behind who ends what works in it and removes it, should this process be
 * killed before it can do so itself.
 */
export function runFolder(name: string): RunFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `dodeca-${name}-`)));
  spawn(script("watch.sh"), [String(process.pid), path], { detached: true, stdio: "ignore" }).unref();
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
