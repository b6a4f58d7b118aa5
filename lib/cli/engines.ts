import { spawnSync } from "node:child_process";
import { script } from "../engines/scripts.ts";
import { EXIT, type Exit } from "./run.ts";

/** `dodeca engines`: builds or finds the engines that verify and rehearse use. */
export function enginesCommand(names: readonly string[]): Exit {
  const { status } = spawnSync(script("install.sh"), [...names], { stdio: "inherit" });
  return status === 0 ? EXIT.ok : EXIT.failure;
}
