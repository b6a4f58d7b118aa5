// What every peer's process does: the same work several times, each into a new folder, and what it took as JSON.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { type Cost, costOf, median } from "../cost.ts";
import { newFolder, remove } from "../folders.ts";

const ROUNDS = 3;

/** What a peer's process says. */
export interface PeerCost extends Cost {
  /** Files that were written. */
  readonly files: number;
  /** Most memory during the first run, above what the process had when everything was loaded and planned. */
  readonly megabytes: number;
}

/** @param work writes into a folder */
export function measured(work: (folder: string) => void): void {
  let files = 0;
  const once = (): Cost => {
    const folder = newFolder();
    return costOf(
      () => work(folder),
      () => {
        files = globSync("**/*.*", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile()).length;
        remove(folder);
      },
    );
  };
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  forgetPeak();
  once();
  const megabytes = (peak() - before) / 2 ** 20;
  const cost: PeerCost = { ...median(Array.from({ length: ROUNDS }, once)), files, megabytes };
  process.stdout.write(JSON.stringify(cost));
}

/** Lets Linux count the peak anew; elsewhere it is that of the whole process. */
function forgetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // There is no such file.
  }
}

function peak(): number {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (found !== undefined) return Number(found) * 1024;
  } catch {
    // There is no such file.
  }
  return process.resourceUsage().maxRSS * 1024;
}
