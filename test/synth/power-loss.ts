// A disk that loses its power, for the writer: what it writes is in memory only until it is synced, as on ext4, XFS and
// Btrfs. Run in a process of its own, since it takes the place of functions of node:fs. Prints what came of each loss.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import type { Machine } from "../../lib/synth/unsettled.ts";

const real = { ...fs };

/** Files whose content is in memory only, with what the disk has instead. */
const unsynced = new Map<string, Buffer | undefined>();
const handles = new Map<unknown, string>();
const calls = { sync: 0, open: 0 };
let watching = false;
let depth = 0;
let changes = 0;
let lossAt = Infinity;

class PowerLoss extends Error {}

/** What functions of node:fs do besides. @param change whether a loss of power may come instead of it */
function around(name: string, change: boolean, besides: (args: readonly unknown[], call: () => unknown) => unknown) {
  const original: unknown = Reflect.get(fs, name);
  if (typeof original !== "function") throw new Error(`${name} is no function`);
  Reflect.set(fs, name, (...args: unknown[]): unknown => {
    const call = (): unknown => Reflect.apply(original, fs, args);
    if (!watching || depth > 0) return call();
    depth++;
    try {
      if (change && ++changes >= lossAt) {
        // A write may have begun.
        if (changes === lossAt && name === "writeFileSync" && Buffer.isBuffer(args[1])) {
          args[1] = args[1].subarray(0, args[1].length / 2);
          besides(args, call);
        }
        throw new PowerLoss();
      }
      return besides(args, call);
    } finally {
      depth--;
    }
  });
}

function written(target: unknown): void {
  const path = handles.get(target) ?? String(target);
  // The next run waits for who holds a lock to fill it: it need not be lost each time.
  if (!unsynced.has(path) && !path.includes("/lock")) unsynced.set(path, contentOf(path));
}

const contentOf = (path: string): Buffer | undefined =>
  real.existsSync(path) && real.lstatSync(path).isFile() ? real.readFileSync(path) : undefined;

around("writeFileSync", true, ([target], call) => {
  if (!handles.has(target)) calls.open++;
  written(target);
  return call();
});
around("openSync", false, ([path, flags], call) => {
  calls.open++;
  if (flags === "w") written(path);
  const handle = call();
  handles.set(handle, String(path));
  return handle;
});
around("closeSync", false, ([handle], call) => {
  handles.delete(handle);
  return call();
});
around("readFileSync", false, (_, call) => {
  calls.open++;
  return call();
});
around("fsyncSync", true, ([handle]) => {
  calls.sync++;
  unsynced.delete(handles.get(handle) ?? "");
});
around("renameSync", true, ([from, to], call) => {
  const [source, target] = [String(from), String(to)];
  const before = unsynced.has(target) ? unsynced.get(target) : contentOf(target);
  if (unsynced.delete(source)) unsynced.set(target, before);
  else unsynced.delete(target);
  return call();
});
for (const name of ["unlinkSync", "rmSync"]) {
  around(name, true, ([path], call) => {
    for (const file of [...unsynced.keys()]) if (`${file}/`.startsWith(`${String(path)}/`)) unsynced.delete(file);
    return call();
  });
}
for (const name of ["mkdirSync", "rmdirSync", "utimesSync"]) around(name, true, (_, call) => call());
syncBuiltinESMExports();
const { recover, writeOutput } = await import("../../lib/synth/writer.ts");

/** How files are lost: as those that were never allocated, those that were in part, some of them, or as if never written. */
const LOSSES = {
  emptied: () => 0,
  halved: (size: number) => Math.floor(size / 2),
  some: (size: number, index: number) => (index % 2 === 0 ? 0 : size),
  undone: undefined,
} as const;
type Loss = keyof typeof LOSSES;
const losses: readonly Loss[] = ["emptied", "halved", "some", "undone"];

function lose({ loss, marksToo }: Scenario): void {
  const sizeLeft = LOSSES[loss];
  for (const [index, [path, before]] of [...unsynced].entries()) {
    if (!real.existsSync(path) || (!marksToo && path.endsWith("/packs.json"))) continue;
    const { atimeMs, mtimeMs, size } = real.lstatSync(path);
    if (sizeLeft !== undefined) real.truncateSync(path, sizeLeft(size, index));
    else if (before === undefined) real.unlinkSync(path);
    else real.writeFileSync(path, before);
    if (real.existsSync(path)) real.utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
  }
  unsynced.clear();
}

type Files = Readonly<Record<string, string>>;

const EARLIER: Files = { "same.yaml": "same", "change.yaml": "oldest", "gone/deep/a.yaml": "old", swap: "0" };
const BEFORE: Files = {
  "same.yaml": "same",
  "change.yaml": "older",
  "gone/deep/a.yaml": "old",
  "swap/b": "old",
  file: "old",
};
const AFTER: Files = { "same.yaml": "same", "change.yaml": "newest", "new/c.yaml": "1", swap: "2", "file/d": "3" };

interface Scenario {
  /** What runs wrote one after the other; the power fails in the last of them. */
  readonly runs: readonly Files[];
  /** Whether the system tells one boot from another. */
  readonly boots: boolean;
  readonly loss: Loss;
  /** Whether the writer's own notes of when runs finished are lost too. */
  readonly marksToo: boolean;
  /** Whether the power fails again, at every point of the recovery. */
  readonly twice: boolean;
  /** Whether the writer is told that it is the same boot: a defect that has to be seen. */
  readonly unnoticed: boolean;
}

const folder = real.mkdtempSync(join(process.argv[2] ?? "", "power-"));
let made = 0;

const machine = ({ boots, unnoticed }: Scenario, number: number): Machine => ({
  boot: boots ? `boot ${unnoticed ? 1 : number}` : undefined,
  seconds: number,
});

function write(root: string, files: Files, on: Machine): void {
  writeOutput(root, { files: new Map(Object.entries(files)), owns: () => true }, { machine: on });
}

/** Runs something until the power is lost. @returns whether it was */
function until(point: number, run: () => void): boolean {
  changes = 0;
  lossAt = point;
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof PowerLoss) return true;
    throw error;
  } finally {
    lossAt = Infinity;
  }
}

function tree(root: string): string {
  const files = real
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => !path.startsWith(".dodeca") && real.lstatSync(join(root, path)).isFile());
  return JSON.stringify(files.sort().map((path) => [path, real.readFileSync(join(root, path), "utf8")]));
}

const textOf = (files: Files | undefined): string => JSON.stringify(Object.entries(files ?? {}).sort());

/** Lets the power fail at every point; tells what there is after the next command. */
function outcomes(scenario: Scenario): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  const [after, before] = [...scenario.runs].reverse();
  for (let point = 1, lost = true; lost; point++) {
    for (let second = scenario.twice ? 1 : Infinity, again = true; again; second++) {
      const root = join(folder, String(made++));
      real.mkdirSync(root);
      watching = true;
      unsynced.clear();
      for (const files of scenario.runs.slice(0, -1)) write(root, files, machine(scenario, 1));
      lost = until(point, () => write(root, after ?? {}, machine(scenario, 1)));
      lose(scenario);
      again = until(second, () => recover(root, { machine: machine(scenario, 2) }));
      if (again) {
        lose(scenario);
        recover(root, { machine: machine(scenario, 3) });
      }
      watching = false;
      const there = tree(root);
      const outcome = there === textOf(after) ? "new" : there === textOf(before) ? "old" : "torn";
      found[outcome] = (found[outcome] ?? 0) + 1;
      if (outcome !== "torn") {
        write(root, after ?? {}, machine(scenario, 4));
        if (tree(root) !== textOf(after)) found["not completed"] = (found["not completed"] ?? 0) + 1;
      }
      real.rmSync(root, { recursive: true });
    }
  }
  return found;
}

/** How often a run syncs and opens. */
function counts(files: Files, then: Files) {
  const root = join(folder, "counts");
  const count = (written: Files) => {
    Object.assign(calls, { sync: 0, open: 0 });
    watching = true;
    write(root, written, { boot: "boot 1", seconds: 1 });
    watching = false;
    return { ...calls };
  };
  return { first: count(files), unchanged: count(files), changed: count(then) };
}

const many: Files = Object.fromEntries(
  Array.from({ length: 1000 }, (_, index) => [`stacks/${index % 100}/${index}.json`, `{"index":${index}}`]),
);
const scenario = {
  runs: [BEFORE, AFTER],
  boots: true,
  loss: "emptied",
  marksToo: false,
  twice: false,
  unnoticed: false,
} as const;
const results = {
  counts: counts(many, { ...many, "stacks/1/1.json": "changed" }),
  // Without boots there are no marks.
  outcomes: [
    { boots: true, marksToo: true },
    { boots: true, marksToo: false },
    { boots: false, marksToo: true },
  ].flatMap((system) =>
    losses.flatMap((loss) =>
      [[AFTER], [BEFORE, AFTER], [EARLIER, BEFORE, AFTER]].map((runs) => {
        const found = outcomes({ ...system, loss, runs, twice: false, unnoticed: false });
        return { ...system, loss, runs: runs.length, found };
      }),
    ),
  ),
  twice: [true, false].map((marksToo) => outcomes({ ...scenario, marksToo, twice: true })),
  unnoticed: outcomes({ ...scenario, unnoticed: true }),
};
real.rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify(results)}\n`);
