// Applies an environment's stacks, and all that they depend on, to an AWS simulator on this machine.
//   check.ts [BLUEPRINT/ENVIRONMENT]   default: url-shortener/dev
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyStacks, stepsOf } from "../../lib/rehearsal/cloud.ts";
import { startSimulator } from "../../lib/rehearsal/simulator.ts";
import { findEngine } from "../../lib/verify/engine.ts";

/** What an engine said, from its first error on. */
const said = (output: string): string =>
  output.slice(Math.max(0, output.search(/^(?:\u2502 |\u2577\n)?.*Error: /m))).replace(/^/gm, "    ");

const [blueprint, environment] = (process.argv[2] ?? "url-shortener/dev").split("/");
const out = join(import.meta.dirname, "..", "..", "cdktf.out");
const steps = stepsOf(out, `${blueprint}-${environment}-`);
if (steps.length === 0) {
  console.error(`cdktf.out has no stack of ${blueprint}/${environment}: run \`npm start\` first`);
  process.exit(2);
}
const engine = findEngine();
const run = mkdtempSync(join(tmpdir(), "dodeca-aws-"));
const simulator = await startSimulator(run);
const stop = async (code: number): Promise<never> => {
  await simulator.stop();
  rmSync(run, { recursive: true, force: true });
  process.exit(code);
};
process.once("SIGINT", () => void stop(130));
process.once("SIGTERM", () => void stop(143));

console.log(`${engine.name} ${engine.version} against ${simulator.endpoint}\n`);
console.log("wave applied left out seconds  stack");
const applied = await applyStacks({
  engine,
  simulator,
  stacks: join(out, "stacks"),
  run,
  steps,
  onApplied: ({ wave, resources, leftOut, seconds, name, error }) => {
    const cells = [wave, error === undefined ? resources : "FAILED", leftOut.length, seconds.toFixed(0)];
    console.log(`${cells.map((cell, index) => String(cell).padStart([4, 7, 8, 7][index] ?? 0)).join(" ")}  ${name}`);
    if (error !== undefined) console.error(`${said(error)}\n`);
  },
});
const leftOut = applied.flatMap(({ name, leftOut: some }) => some.map((one) => ({ name, ...one })));
if (leftOut.length > 0) console.log("\nleft out, since the simulator cannot carry it:");
for (const { name, address, because } of leftOut) console.log(`  ${name}: ${address}: ${because}`);
const failed = applied.filter(({ error }) => error !== undefined);
const resources = applied.reduce((sum, one) => sum + (one.error === undefined ? one.resources : 0), 0);
console.log(
  `\n${applied.length - failed.length} of ${steps.length} stacks applied, ${resources} resources, ${leftOut.length} left out`,
);
await stop(failed.length === 0 && applied.length === steps.length ? 0 : 1);
