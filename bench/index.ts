// `npm run bench`: what a synthesis costs beside its floor, its peers and itself at other sizes. docs/benchmarks.md says how to
// read it.
// With --json it prints one document instead of tables.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { inMemory } from "./folders.ts";
import { growth, SIZES } from "./growth.ts";
import { inProcess } from "./in-process.ts";
import { exceeded, type Figures, limited } from "./limits.ts";
import { ours } from "./ours.ts";
import { peers } from "./peers/index.ts";
import { reviewOfRelease } from "./review.ts";
import { type Table, textOf } from "./table.ts";

const { values: options } = parseArgs({ options: { json: { type: "boolean" } } });

const start = performance.now();
const tables: Table[] = [];
const figures: Figures = {};
const say = (made: readonly Table[], limits: Figures = {}): void => {
  tables.push(...made);
  Object.assign(figures, limits);
  if (!options.json) process.stdout.write(made.map(textOf).join(""));
};

const machine = {
  node: process.version,
  cores: cpus().length,
  processor: cpus()[0]?.model ?? "unknown",
  files: inMemory ? "in memory" : "in the temporary folder: there is no /dev/shm",
};
if (!options.json)
  process.stdout.write(`Node ${machine.node}, ${machine.cores} cores (${machine.processor}), files ${machine.files}\n`);

const processes = ours();
say(processes.tables, processes.figures);
const grown = growth(processes.program, SIZES);
say(grown.tables, grown.figures);
const { tables: own, figures: ratios, sizes } = await inProcess();
say(own, ratios);
say(peers(sizes));
say(await reviewOfRelease());

const wrong = exceeded(figures);
const seconds = (performance.now() - start) / 1000;
if (options.json)
  process.stdout.write(`${JSON.stringify({ machine, tables, limits: limited(figures), wrong }, null, 2)}\n`);
else {
  const rows = limited(figures).map(({ name, most, measured }) => [name, measured, most]);
  process.stdout.write(textOf({ title: "limits (bench/limits.ts)", columns: ["measured", "at most"], rows }));
  process.stdout.write(`\nThe bench took ${seconds.toFixed(0)} s.\n`);
}
for (const line of wrong) process.stderr.write(`EXCEEDED ${line}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
