import { spawnSync } from "node:child_process";
import { script } from "../engines/scripts.ts";
import { EXIT, type Exit } from "./run.ts";

/** `dodeca engines`: builds or finds the engines that verify and rehearse use. */
export function enginesCommand(names: readonly string[]): Exit {
  const { status } = spawnSync(script("install.sh"), [...names], { stdio: "inherit" });
  // What the script refuses is the user's to mend: an engine that there is not, a compiler that is missing.
  return status === 0 ? EXIT.ok : status === 2 ? EXIT.invalid : EXIT.failure;
}
