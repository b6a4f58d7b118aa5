import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Counts {
  readonly sync: number;
  readonly open: number;
}
type Found = Readonly<Record<string, number>>;
interface Results {
  readonly counts: { readonly first: Counts; readonly unchanged: Counts; readonly changed: Counts };
  readonly outcomes: readonly { readonly runs: number; readonly found: Found }[];
  readonly twice: readonly Found[];
  readonly unnoticed: Found;
}

let results: Results;

/** In memory where there is such a folder: some file systems are slow to make thousands of files after deleting as many. */
const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

beforeAll(() => {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, "power-loss.ts"), parent], {
    env: { ...process.env, NODE_OPTIONS: "" },
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(run.stderr);
  results = JSON.parse(run.stdout);
}, 120_000);

const kinds = (found: Found): string[] => Object.keys(found).sort();

describe("a loss of power", () => {
  test("at any point leaves the output as before or one that the next command completes, GIVEN runs that were not on the disk yet", () => {
    for (const outcome of results.outcomes) expect([outcome, kinds(outcome.found)]).toEqual([outcome, ["new", "old"]]);
    expect(results.outcomes).toHaveLength(36);
    for (const { found } of results.outcomes) expect(found["new"]).toBeGreaterThan(15);
  });

  test("at any point of the recovery from one is recovered too", () => {
    for (const found of results.twice) {
      expect(kinds(found)).toEqual(["new", "old"]);
      expect(found["new"]).toBeGreaterThan(500);
    }
  });

  test("tears the output, GIVEN a writer that does not notice it: so this disk would show one", () => {
    expect(results.unnoticed["torn"]).toBeGreaterThan(20);
  });
});

test("a run waits for the disk less than ten times, and opens each file once, GIVEN a thousand files", () => {
  const { first, unchanged, changed } = results.counts;
  for (const { sync, open } of [first, changed]) {
    expect(sync).toBeGreaterThan(0);
    expect(sync).toBeLessThan(10);
    expect(open).toBeLessThanOrEqual(1010);
  }
  expect(unchanged.sync).toBe(0);
  expect(unchanged.open).toBeLessThanOrEqual(1010);
});
