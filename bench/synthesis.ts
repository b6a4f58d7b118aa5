// Measures the synthesis of the workspace against the floor: serializing and writing the same bytes from plain objects.
import "../lib/synth/without-stack-traces.ts";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import { loadWorkspace } from "../lib/model/workspace.ts";
import { emitJson } from "../lib/synth/json.ts";
import { type Output, synthesize } from "../lib/synth/synthesize.ts";
import { writeOutput } from "../lib/synth/writer.ts";
import { emitYaml } from "../lib/synth/yaml.ts";
import type { Selection } from "../lib/topology/plan.ts";
import { median } from "./median.ts";

const workspace = await loadWorkspace(join(import.meta.dirname, "..", "blueprints"));

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "dodeca-bench-"));
  folders.push(made);
  return made;
}

/** Writes files as any program would: no staging, no journal, no lock. */
function writePlainly(files: ReadonlyMap<string, string>): void {
  const root = folder();
  for (const [path, text] of files) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const total = (output: Output, kind: "stack" | "application"): number =>
  output.synthesized.filter((one) => one.kind === kind).reduce((sum, { size }) => sum + size, 0);

const whole = synthesize(workspace);
const plain = [...whole.files].map(([path, text]): [string, unknown] => [
  path,
  path.endsWith(".json") ? JSON.parse(text) : load(text),
]);
const isDocument = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const serialized = (): Map<string, string> =>
  new Map(
    plain.map(([path, value]) => [
      path,
      path.endsWith(".json") ? emitJson(value) : emitYaml(isDocument(value) ? value : {}),
    ]),
  );

const floorInMemory = median(() => void serialized());
const inMemory = median(() => void synthesize(workspace));
const floor = median(() => writePlainly(serialized()));
const time = median(() => void writeOutput(folder(), { files: synthesize(workspace).files, owns: () => true }));

/** Most memory that a process of its own needs to load and synthesize the workspace once. */
function peakMegabytes(): number {
  const script = `
    const { loadWorkspace } = await import(${JSON.stringify(import.meta.resolve("../lib/model/workspace.ts"))});
    const { synthesize } = await import(${JSON.stringify(import.meta.resolve("../lib/synth/synthesize.ts"))});
    synthesize(await loadWorkspace(${JSON.stringify(join(import.meta.dirname, "..", "blueprints"))}));
    process.stdout.write(String(process.resourceUsage().maxRSS));`;
  const done = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  return Number(done.stdout) / 1024;
}

const resources = total(whole, "stack");
const objects = total(whole, "application");
const bytes = [...whole.files.values()].reduce((sum, text) => sum + text.length, 0);

const regions = [
  "us-east-1",
  "us-west-2",
  "eu-west-1",
  "eu-central-1",
  "ap-southeast-1",
  "ap-northeast-1",
  "ap-south-1",
  "me-south-1",
  "sa-east-1",
  "af-south-1",
];
const growth = [1, 2, 5, 10].map((count) => {
  const only: Selection = {
    blueprints: ["reference"],
    environments: ["prod"],
    regions: ["global", ...regions.slice(0, count)],
  };
  const output = synthesize(workspace, { only });
  const ms = median(() => void synthesize(workspace, { only }));
  return { count, size: total(output, "stack") + total(output, "application"), ms };
});

const row = (name: string, value: string): string => `${name.padEnd(44)}${value.padStart(14)}`;
process.stdout.write(
  [
    row("workspace: stacks", String(whole.plan.stacks.length)),
    row("workspace: applications", String(whole.plan.applications.length)),
    row("workspace: resources", String(resources)),
    row("workspace: objects", String(objects)),
    row("workspace: megabytes written", (bytes / 1e6).toFixed(1)),
    "",
    row("synthesize in memory, ms (median)", inMemory.toFixed(0)),
    row("  resources and objects per second", (((resources + objects) / inMemory) * 1000).toFixed(0)),
    row("  floor: serialize plain objects, ms", floorInMemory.toFixed(0)),
    row("  ratio in memory", (inMemory / floorInMemory).toFixed(2)),
    row("synthesize and write, ms (median)", time.toFixed(0)),
    row("  floor: serialize and write plainly, ms", floor.toFixed(0)),
    row("  ratio", (time / floor).toFixed(2)),
    row("peak memory of one synthesis, MB", peakMegabytes().toFixed(0)),
    "",
    "reference prod, synthesized in memory:",
    ...growth.map(({ count, size, ms }) =>
      row(`  ${count} region${count === 1 ? "" : "s"}, ${size} resources and objects, ms`, ms.toFixed(0)),
    ),
    "",
  ].join("\n"),
);
