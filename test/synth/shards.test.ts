import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidInput, type Problem } from "../../lib/model/problem.ts";
import { loadWorkspace, type Workspace } from "../../lib/model/workspace.ts";
import { digestsOf } from "../../lib/synth/digest.ts";
import { synthesizeChanged } from "../../lib/synth/incremental.ts";
import { deploymentsSince, isUnchanged, keptBy } from "../../lib/synth/kept.ts";
import { sealProblems } from "../../lib/synth/seal.ts";
import { sealShards } from "../../lib/synth/seal-shards.ts";
import type { Shard } from "../../lib/synth/shard.ts";
import { synthesize } from "../../lib/synth/synthesize.ts";
import { writeOutput } from "../../lib/synth/writer.ts";
import { source, TemporaryWorkspace } from "../cli/temporary-workspace.ts";

const BLUEPRINT = "blueprints/tiny/blueprint.ts";
const folder = mkdtempSync(join(tmpdir(), "dodeca-shards-"));
const small = new TemporaryWorkspace({ [BLUEPRINT]: source() });
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  small.remove();
});

/** The small workspace with a ledger that has all of it. */
let workspace: Workspace;
/** Digests of what a whole run writes. */
let whole: Readonly<Record<string, string>>;
beforeAll(async () => {
  workspace = await loadWorkspace(join(small.root, "blueprints"));
  const { files, ledger } = synthesize(workspace);
  workspace = { ...workspace, ledger };
  whole = digestsOf(files);
});

let count = 0;
const newFolder = (): string => join(folder, String(++count));

/** What one machine writes of a workspace into a folder. */
function runShard(root: string, shard: Shard | undefined, of = workspace) {
  const kept = keptBy("1", root);
  const output = synthesizeChanged({
    workspace: of,
    deployments: deploymentsSince(kept, of),
    root,
    kept,
    shard,
    program: "1",
  });
  return { ...output, ...output.write() };
}

const shardsOf = (of: number): Shard[] => Array.from({ length: of }, (_, index) => ({ number: index + 1, of }));

/** A folder with what each of some machines wrote in a folder of its own. */
function merged(of: number): string {
  const root = newFolder();
  for (const shard of shardsOf(of)) {
    const own = newFolder();
    runShard(own, shard);
    // Artifacts of CI leave out what is hidden.
    cpSync(own, root, { recursive: true, filter: (file) => !file.endsWith(".dodeca") });
  }
  return root;
}

/** A folder with the two shards of a run, to be changed by a test. */
const two = (() => {
  let made: string | undefined;
  return (): string => {
    made ??= merged(2);
    const copy = newFolder();
    cpSync(made, copy, { recursive: true });
    return copy;
  };
})();

const filesIn = (root: string): string[] => globSync("{cdktf.out,dist}/**/*.*", { cwd: root }).sort();

/** What is refused, and that nothing was sealed. */
function refusal(root: string): readonly Problem[] {
  let problems: readonly Problem[] = [];
  try {
    sealShards(root);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    problems = error.problems;
  }
  expect(existsSync(join(root, "dist", "estate.json"))).toBe(false);
  return problems;
}

test.each([1, 2, 3])("%i shards are sealed to the output of a whole run, GIVEN a folder for each", (of) => {
  const root = merged(of);
  expect(existsSync(join(root, "dist", "estate.json"))).toBe(false);
  const { digest } = sealShards(root);
  const other = newFolder();
  expect(digest).toBe(runShard(other, undefined).digest);
  expect(filesIn(root)).toEqual(filesIn(other));
  expect(readFileSync(join(root, "dist", "estate.json"))).toEqual(readFileSync(join(other, "dist", "estate.json")));
  expect(sealProblems(root, digest)).toEqual([]);
  expect(existsSync(join(root, "dist", "shards"))).toBe(false);
});

test("each file is written by one shard, and what follows from the whole by the first", () => {
  const made = shardsOf(3).map((shard) => runShard(newFolder(), shard).written);
  const files = made.map((written) => written.filter((path) => !path.startsWith("dist/shards/")));
  expect(made.map((written) => written.filter((path) => path.startsWith("dist/shards/")))).toEqual(
    shardsOf(3).map(({ number }) => [`dist/shards/${number}-of-3.json`]),
  );
  expect(files.flat().sort()).toEqual(Object.keys(whole).sort());
  for (const own of files) expect(own.length).toBeGreaterThan(10);
  const rest = /^(?:dist\/(?:delivery|blueprints)|cdktf\.out\/manifest)/;
  expect(files.map((own) => own.some((path) => rest.test(path)))).toEqual([true, false, false]);
});

test("shards in one folder, one after the other, are sealed to the same, GIVEN an older output there with more in it", () => {
  const root = newFolder();
  const { digest } = runShard(root, undefined);
  const stale = "cdktf.out/stacks/tiny-dev-us-east-1-data-old/cdk.tf.json";
  const foreign = join(root, "dist", "notes.txt");
  writeOutput(root, { files: new Map([[stale, "{}"]]), owns: () => false });
  writeFileSync(foreign, "of somebody else");
  for (const shard of shardsOf(2)) runShard(root, shard);
  expect(sealShards(root).digest).toBe(digest);
  expect([existsSync(join(root, stale)), existsSync(foreign)]).toEqual([false, true]);
  // The next run finds all as it was.
  expect(runShard(root, undefined)).toMatchObject({ digest, written: [], deleted: [] });
});

test("a whole run takes no shard for the whole, GIVEN one that has everything", () => {
  const root = newFolder();
  runShard(root, { number: 1, of: 1 });
  expect(isUnchanged(workspace, root, keptBy("1", root) ?? neverKept())).toBe(false);
  expect(runShard(root, undefined)).toMatchObject({
    written: ["dist/estate.json"],
    deleted: ["dist/shards/1-of-1.json"],
    built: [],
  });
});

const neverKept = (): never => {
  throw new Error("nothing was kept");
};

describe("seal refuses", () => {
  test("a shard that is missing, and says which", () => {
    const root = two();
    rmSync(join(root, "dist", "shards", "2-of-2.json"));
    expect(refusal(root)).toEqual([
      expect.objectContaining({ code: "shard-missing", path: "dist/shards/2-of-2.json", given: "1-of-2" }),
    ]);
    rmSync(join(root, "dist", "shards"), { recursive: true });
    expect(refusal(root)).toEqual([expect.objectContaining({ code: "shards-missing" })]);
  });

  test("files that were changed or lost", () => {
    const root = two();
    const stack = "cdktf.out/stacks/tiny-dev-us-east-1-data-items/cdk.tf.json";
    appendFileSync(join(root, stack), " ");
    rmSync(join(root, "cdktf.out", "manifest.json"));
    expect(refusal(root).map(({ code, path }) => [path, code])).toEqual(
      expect.arrayContaining([
        [stack, "output-altered"],
        ["cdktf.out/manifest.json", "shard-incomplete"],
      ]),
    );
  });

  test("a shard of another commit, and says which", async () => {
    const root = two();
    const other = new TemporaryWorkspace({ [BLUEPRINT]: source({ layers: 'edge: { domain: "other.example" },' }) });
    try {
      const changed = await loadWorkspace(join(other.root, "blueprints"));
      runShard(root, { number: 2, of: 2 }, { ...changed, ledger: workspace.ledger });
    } finally {
      other.remove();
    }
    expect(refusal(root)).toEqual([
      expect.objectContaining({
        code: "shard-of-another-commit",
        path: "dist/shards/2-of-2.json",
        message: "shard 2-of-2 was made from another workspace than 1-of-2",
      }),
    ]);
  });

  test("shards of another number of machines, and one that says nothing", () => {
    const root = two();
    const [file, other] = ["1-of-2.json", "1-of-3.json"].map((name) => join(root, "dist", "shards", name));
    cpSync(file ?? "", other ?? "");
    expect(refusal(root)).toEqual([
      expect.objectContaining({ code: "shards-differ", allowed: ["1-of-2 to 2-of-2", "1-of-3 to 3-of-3"] }),
    ]);
    rmSync(other ?? "");
    writeFileSync(file ?? "", readFileSync(file ?? "", "utf8").replace("cdktf.out/", "../"));
    expect(refusal(root)).toEqual([expect.objectContaining({ code: "shard-damaged" })]);
  });
});

test("the command refuses a shard that there is not, or that would change the ledger, and writes nothing", () => {
  const fresh = new TemporaryWorkspace({ [BLUEPRINT]: source() });
  try {
    const outcomes = [
      ["--shard", "3/2"],
      ["--shard", "1/2"],
      ["--shard", "1/2", "--only", "layer=data"],
    ].map((args) => fresh.run("synth", ...args));
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 1]);
    const said = outcomes.map(({ err }) => err);
    expect(said).toEqual([
      expect.stringContaining("allowed: 1/2, 2/2"),
      expect.stringContaining("the ledger would change"),
      expect.stringContaining("cannot be used with option '--only"),
    ]);
    expect(existsSync(join(fresh.root, "dist"))).toBe(false);
    expect(fresh.run("seal").code).toBe(2);
  } finally {
    fresh.remove();
  }
});
