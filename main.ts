import "./bin/runtime.mjs";
import { basename, dirname, resolve } from "node:path";

// The CDKTF entry point: `npm start` runs it, and `npx cdktn synth`, which names the folder of the stacks.
const stacks = resolve(process.env["CDKTF_OUTDIR"] || "cdktf.out");
if (basename(stacks) !== "cdktf.out") {
  console.error(`the folder of the stacks is called cdktf.out: write --output ${stacks}/cdktf.out`);
  process.exit(2);
}
// Loaded only now, so that it is compiled as the first line wants it.
const { run } = await import("./lib/cli/run.ts");
await run(async () => {
  const { synth } = await import("./lib/cli/synth.ts");
  return synth({ workspace: "blueprints", output: dirname(stacks), frozen: false, json: false });
});
