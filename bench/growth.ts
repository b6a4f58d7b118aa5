// From a thousand to a hundred thousand resources and objects, in generated workspaces.
import { join } from "node:path";
import { newFolder, remove, writePlainly } from "./folders.ts";
import { generated, withLeaf } from "./generated.ts";
import type { Figures } from "./limits.ts";
import { type Ran, run } from "./process.ts";
import type { Program } from "./programs.ts";
import type { Table } from "./table.ts";

export const SIZES = [1000, 10_000, 30_000, 100_000] as const;

interface Row {
  /** Resources and objects that there really are. */
  readonly size: number;
  readonly stacks: number;
  readonly first: Ran;
  readonly unchanged: Ran;
  readonly leaf: Ran;
}

function measure({ script }: Program, about: number): Row {
  const project = newFolder();
  writePlainly(join(project, "blueprints"), generated(about));
  const synth = (): Ran => run([script, "synth", "--json"], project);
  const first = synth();
  const unchanged = synth();
  // The first change of a region adds what the next ones change.
  const leaf = [31, 32, 33].map((value) => {
    writePlainly(join(project, "blueprints"), withLeaf(0, value));
    return synth();
  });
  remove(project);
  const { stacks, resources, objects }: { stacks: number; resources: number; objects: number } = JSON.parse(first.out);
  const [quickest] = leaf.toSorted((a, b) => a.cpu - b.cpu);
  return { size: resources + objects, stacks, first, unchanged, leaf: quickest ?? first };
}

export function growth(
  program: Program,
  sizes: readonly number[],
): { readonly tables: readonly Table[]; readonly figures: Figures } {
  const rows = sizes.map((about) => measure(program, about));
  const each = ({ first, size }: Row): number => (first.cpu * 1000) / size;
  const [largest, middle] = [rows.at(-1), rows[1]];
  return {
    tables: [
      {
        title: `growth: generated workspaces, ${program.name}, processes of their own`,
        columns: [
          "stacks",
          "first ms",
          "CPU ms",
          "CPU us each",
          "peak MB",
          "unchanged ms",
          "unchanged CPU",
          "unchanged MB",
          "leaf ms",
          "leaf CPU",
          "leaf MB",
        ],
        rows: rows.map((row) => [
          `${row.size.toLocaleString("en")} resources and objects`,
          row.stacks,
          row.first.wall,
          row.first.cpu,
          each(row),
          row.first.megabytes,
          row.unchanged.wall,
          row.unchanged.cpu,
          row.unchanged.megabytes,
          row.leaf.wall,
          row.leaf.cpu,
          row.leaf.megabytes,
        ]),
      },
    ],
    figures:
      largest === undefined || middle === undefined
        ? {}
        : {
            "CPU for each resource, largest workspace / 10,000": each(largest) / each(middle),
            "peak of the largest workspace, MB": largest.first.megabytes,
            "unchanged / first run, largest workspace, CPU": largest.unchanged.cpu / largest.first.cpu,
            "one leaf of a region / first run, largest workspace, CPU": largest.leaf.cpu / largest.first.cpu,
          },
  };
}
