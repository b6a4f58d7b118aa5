// The command as users run it: processes of their own, in a clone and in a project that has installed the package.
import { join } from "node:path";
import { medianOfProcesses, type ProcessCost } from "./cost.ts";
import { newFolder, remove } from "./folders.ts";
import type { Figures } from "./limits.ts";
import { run } from "./process.ts";
import { clone, installed, type Program, writeBlueprints } from "./programs.ts";
import type { Cell, Table } from "./table.ts";

const ROUNDS = 3;

interface Costs {
  readonly first: ProcessCost;
  readonly unchanged: ProcessCost;
  readonly region: ProcessCost;
  readonly environment: ProcessCost;
  readonly review: ProcessCost;
}

/** Each in turn, several times; a leaf has another value in each round. */
function measure(program: Program): Costs {
  const { script, project } = program;
  const synth = (output: string): ProcessCost => run([script, "synth", "--json", "-o", output], project);
  const leaves = { region: 33, environment: 1234 };
  const change = (changed: Partial<typeof leaves>): void => writeBlueprints(program, Object.assign(leaves, changed));
  change({});
  const base = newFolder();
  synth(base);
  const costs: Record<keyof Costs, ProcessCost[]> = {
    first: [],
    unchanged: [],
    region: [],
    environment: [],
    review: [],
  };
  for (let round = 1; round <= ROUNDS; round += 1) {
    change({ region: 33, environment: 1234 });
    // The folder of the project is its output, since a review finds there what it need not make again.
    for (const part of ["cdktf.out", "dist", ".dodeca"]) remove(join(project, part));
    costs.first.push(synth("."));
    costs.unchanged.push(synth("."));
    change({ region: 40 + round });
    // Exit 1: something in it needs a decision.
    costs.review.push(run([script, "review", "--base", base, "--report", newFolder()], project, [0, 1]));
    costs.region.push(synth("."));
    change({ environment: 1300 + round });
    costs.environment.push(synth("."));
  }
  return {
    first: medianOfProcesses(costs.first),
    unchanged: medianOfProcesses(costs.unchanged),
    region: medianOfProcesses(costs.region),
    environment: medianOfProcesses(costs.environment),
    review: medianOfProcesses(costs.review),
  };
}

/** @returns the installed program too, so that more of it can be measured */
export function ours(): { readonly tables: readonly Table[]; readonly figures: Figures; readonly program: Program } {
  const sources = clone();
  const built = installed();
  const all = [
    { program: sources, costs: measure(sources) },
    ...(typeof built === "string" ? [] : [{ program: built, costs: measure(built) }]),
  ];
  const rows = all.flatMap(({ program: { name }, costs: { first, unchanged, region, environment, review } }) => {
    const row = (what: string, { wall, cpu, megabytes }: ProcessCost): Cell[] => [
      `${name}: ${what}`,
      wall,
      cpu,
      megabytes,
      cpu / first.cpu,
    ];
    return [
      row("first run, empty folder", first),
      row("unchanged", unchanged),
      row("after one leaf of one region", region),
      row("after one leaf of an environment", environment),
      row("review of one leaf of one region", review),
    ];
  });
  return {
    tables: [
      {
        title: `dodeca as processes of their own (median of ${ROUNDS}, compiled code kept by Node)`,
        columns: ["ms", "CPU ms", "peak MB", "CPU / first"],
        rows,
        ...(typeof built === "string" ? { notes: [`package: not measured, ${built}`] } : {}),
      },
    ],
    figures: figuresOf(all.map(({ costs }) => costs)),
    program: typeof built === "string" ? sources : built,
  };
}

/** The largest of each, so that a limit holds for clone and package. */
function figuresOf(all: readonly Costs[]): Figures {
  const most = (of: (costs: Costs) => number): number => Math.max(...all.map(of));
  return {
    "unchanged / first run, CPU": most(({ unchanged, first }) => unchanged.cpu / first.cpu),
    "one leaf of a region / first run, CPU": most(({ region, first }) => region.cpu / first.cpu),
    "one leaf of an environment / first run, CPU": most(({ environment, first }) => environment.cpu / first.cpu),
    "review of one leaf / first run, CPU": most(({ review, first }) => review.cpu / first.cpu),
    "peak of a first run, MB": most(({ first }) => first.megabytes),
    "peak of an unchanged run, MB": most(({ unchanged }) => unchanged.megabytes),
    "peak of a run after one leaf, MB": most(({ region }) => region.megabytes),
  };
}
