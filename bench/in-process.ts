// Synthesis of everything in this process, beside the floor; neither keeps nor compares anything.
import "../lib/synth/without-stack-traces.ts";
import { join } from "node:path";
import { loadWorkspace } from "../lib/model/workspace.ts";
import { type Output, synthesize } from "../lib/synth/synthesize.ts";
import { writeOutput } from "../lib/synth/writer.ts";
import { type Cost, costOf, inTurns } from "./cost.ts";
import { floorOf } from "./floor.ts";
import { newFolder, remove, writePlainly } from "./folders.ts";
import type { Figures } from "./limits.ts";
import { REPOSITORY } from "./programs.ts";
import type { Table } from "./table.ts";

const ROUNDS = 5;

const sizeOf = (output: Output, kind: "stack" | "application"): number =>
  output.synthesized.filter((one) => one.kind === kind).reduce((sum, { size }) => sum + size, 0);

/** A work that writes into a new folder, which is removed outside of the time. */
function writing(work: (folder: string) => void): () => Cost {
  return () => {
    const folder = newFolder();
    return costOf(
      () => work(folder),
      () => remove(folder),
    );
  };
}

/** @returns the size of the workspace too */
export async function inProcess(): Promise<{
  readonly tables: readonly Table[];
  readonly figures: Figures;
  readonly sizes: { readonly resources: number; readonly objects: number };
}> {
  const workspace = await loadWorkspace(join(REPOSITORY, "blueprints"));
  const whole = synthesize(workspace);
  const serialized = floorOf(whole.files);
  const cost = inTurns(
    [
      ["floor", () => costOf(serialized)],
      ["ours", () => costOf(() => synthesize(workspace))],
      ["floor, written", writing((folder) => writePlainly(folder, serialized()))],
      [
        "ours, written",
        writing((folder) => void writeOutput(folder, { files: synthesize(workspace).files, owns: () => true })),
      ],
    ],
    ROUNDS,
  );
  const resources = sizeOf(whole, "stack");
  const objects = sizeOf(whole, "application");
  const bytes = [...whole.files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const row = (name: string, { wall, cpu }: Cost, floor: Cost) => [
    name,
    wall,
    cpu,
    (cpu * 1000) / (resources + objects),
    wall / floor.wall,
    cpu / floor.cpu,
  ];
  const [floor, floorWritten] = [cost("floor"), cost("floor, written")];
  const [ours, oursWritten] = [cost("ours"), cost("ours, written")];
  return {
    sizes: { resources, objects },
    tables: [
      {
        title: "the workspace of this repository",
        columns: ["stacks", "resources", "applications", "objects", "files", "MB"],
        rows: [
          [
            "",
            whole.plan.stacks.length,
            resources,
            whole.plan.applications.length,
            objects,
            whole.files.size,
            bytes / 1e6,
          ],
        ],
      },
      {
        title: `everything in one warm process (median of ${ROUNDS})`,
        columns: ["ms", "CPU ms", "CPU us each", "ms / floor", "CPU / floor"],
        rows: [
          row("floor: serialize plain objects", floor, floor),
          row("ours, in memory", ours, floor),
          row("floor: serialize and write plainly", floorWritten, floorWritten),
          row("ours, with writing", oursWritten, floorWritten),
        ],
      },
    ],
    figures: {
      "in memory / floor, CPU": ours.cpu / floor.cpu,
      "with writing / floor, CPU": oursWritten.cpu / floorWritten.cpu,
    },
  };
}
