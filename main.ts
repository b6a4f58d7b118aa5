import { basename, dirname, resolve } from "node:path";
import { run } from "./lib/cli/run.ts";
import { synth } from "./lib/cli/synth.ts";

// The CDKTF entry point: `npm start` runs it, and `npx cdktn synth`, which names the folder of the stacks.
const stacks = resolve(process.env["CDKTF_OUTDIR"] || "cdktf.out");
if (basename(stacks) !== "cdktf.out") {
  console.error(`the folder of the stacks is called cdktf.out: write --output ${stacks}/cdktf.out`);
  process.exit(2);
}
await run(() => synth({ workspace: "blueprints", output: dirname(stacks), frozen: false, json: false }));
