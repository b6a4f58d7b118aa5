// What every peer's process does: the same work several times, each into a new folder, and what it took as JSON.
import { readFileSync } from "node:fs";
import { type Cost, costOf, median } from "../cost.ts";
import { newFolder, remove } from "../folders.ts";

const ROUNDS = 3;

/** What a peer's process says. */
export interface PeerCost extends Cost {
  /** Most memory up to the end of the first run. */
  readonly megabytes: number;
}

/** @param work writes into a folder */
export function measured(work: (folder: string) => void): void {
  const once = (): Cost => {
    const folder = newFolder();
    return costOf(
      () => work(folder),
      () => remove(folder),
    );
  };
  once();
  const megabytes = peak();
  const cost: PeerCost = { ...median(Array.from({ length: ROUNDS }, once)), megabytes };
  process.stdout.write(JSON.stringify(cost));
}

/** As in usage.mjs. */
function peak(): number {
  const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return (found === undefined ? process.resourceUsage().maxRSS : Number(found)) / 1024;
}
