// Loaded before a process that is measured: says at its end what it took.
import { readFileSync, writeFileSync } from "node:fs";

/** Most memory at once. What the system counts for a child begins with what its parent had, so Linux is asked for its own. */
function peakKilobytes() {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    if (found !== null) return Number(found[1]);
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS;
}

process.once("exit", () => {
  const file = process.env["DODECA_BENCH_USAGE"];
  if (file === undefined) return;
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(file, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, megabytes: peakKilobytes() / 1024 }));
});
