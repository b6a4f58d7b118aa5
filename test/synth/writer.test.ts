import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { digestOf } from "../../lib/synth/digest.ts";
import { OutputBlocked } from "../../lib/synth/disk.ts";
import { OutputBusy } from "../../lib/synth/lock.ts";
import type { Machine } from "../../lib/synth/unsettled.ts";
import { recover, type Written, writeOutput } from "../../lib/synth/writer.ts";

type Files = Record<string, string | Uint8Array>;

const folders: string[] = [];
const all = (): boolean => true;
const BOOT: Machine = { boot: "first", seconds: 100 };
const NO_BOOT: Machine = { boot: undefined, seconds: 100 };
/** What the writer keeps in its folder after the first run. */
const KEPT = ["pack.1", "packs.json", "written.json"];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "dodeca-writer-"));
  folders.push(made);
  return made;
}

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

function write(root: string, files: Files, owns: (path: string) => boolean = all, machine: Machine = BOOT): Written {
  return writeOutput(root, { files: new Map(Object.entries(files)), owns }, { machine });
}

function put(root: string, path: string, content = "theirs"): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Every file and folder below the root, apart from the writer's own. */
function tree(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    if (path.startsWith(".dodeca")) continue;
    found[entry.isDirectory() ? `${path}/` : path] = entry.isFile() ? readFileSync(join(root, path), "utf8") : "";
  }
  return found;
}

const treeDigest = (root: string): string => digestOf(new Map(Object.entries(tree(root))));

function readLeftovers(root: string): string[] {
  return readdirSync(join(root, ".dodeca")).sort();
}

describe("writeOutput", () => {
  test("writes files with the folders they need, and says which", () => {
    const root = folder();
    const result = write(root, { "b/c/d.yaml": "x: 1\n", "a.json": "{}\n", "b/bytes": Uint8Array.of(0, 255) });
    expect(result).toEqual({ written: ["a.json", "b/bytes", "b/c/d.yaml"], unchanged: 0, deleted: [] });
    expect(Object.keys(tree(root)).sort()).toEqual(["a.json", "b/", "b/bytes", "b/c/", "b/c/d.yaml"]);
    expect(readFileSync(join(root, "b/bytes"))).toEqual(Buffer.of(0, 255));
    expect(readLeftovers(root)).toEqual(KEPT);
  });

  test("does not touch files whose content is the same", () => {
    const root = folder();
    write(root, { "a.json": "größe", "b.json": "old" });
    utimesSync(join(root, "a.json"), 1000, 1000);
    expect(write(root, { "a.json": Buffer.from("größe"), "b.json": "new" })).toEqual({
      written: ["b.json"],
      unchanged: 1,
      deleted: [],
    });
    expect(statSync(join(root, "a.json")).mtimeMs).toBe(1_000_000);
    expect(write(root, { "a.json": "größe", "b.json": "new" })).toEqual({ written: [], unchanged: 2, deleted: [] });
  });

  test("deletes what an earlier run wrote and this one does not, with the folders that empties", () => {
    const root = folder();
    write(root, { "dist/a/b/c.yaml": "1", "dist/a/d.yaml": "2", "dist/e/f.yaml": "3", "dist/g.yaml": "4" });
    put(root, "dist/e/notes.txt");
    expect(write(root, { "dist/g.yaml": "4" }).deleted).toEqual(["dist/a/b/c.yaml", "dist/a/d.yaml", "dist/e/f.yaml"]);
    expect(Object.keys(tree(root)).sort()).toEqual(["dist/", "dist/e/", "dist/e/notes.txt", "dist/g.yaml"]);
  });

  test("leaves the files of engines and people alone", () => {
    const root = folder();
    write(root, { "stacks/x/cdk.tf.json": "1" });
    const theirs = ["stacks/x/.terraform/providers/aws", "stacks/x/.terraform.lock.hcl", "stacks/x/terraform.tfstate"];
    for (const path of [...theirs, "stacks/y/cdk.tf.json"]) put(root, path);
    expect(write(root, {}).deleted).toEqual(["stacks/x/cdk.tf.json"]);
    expect(Object.values(tree(root)).filter((content) => content === "theirs")).toHaveLength(4);
  });

  test("replaces a file of others that stands at a path it generates, and from then on owns it", () => {
    const root = folder();
    put(root, "dist/a.yaml");
    put(root, "dist/b.yaml");
    expect(write(root, { "dist/a.yaml": "ours" }).written).toEqual(["dist/a.yaml"]);
    expect(write(root, {}).deleted).toEqual(["dist/a.yaml"]);
    expect(tree(root)).toEqual({ "dist/": "", "dist/b.yaml": "theirs" });
  });

  test("keeps what it is told not to own, and deletes it when a later run owns it", () => {
    const root = folder();
    write(root, { "dev/a": "1", "dev/b": "1", "prod/a": "1" });
    expect(write(root, { "dev/a": "1" }, (path) => path.startsWith("dev/")).deleted).toEqual(["dev/b"]);
    expect(write(root, { "dev/a": "1" }).deleted).toEqual(["prod/a"]);
  });

  test("forgets a file that someone else has deleted", () => {
    const root = folder();
    write(root, { a: "1", b: "1" });
    rmSync(join(root, "b"));
    expect(write(root, { a: "1" }).deleted).toEqual([]);
    put(root, "b");
    expect(write(root, { a: "1" }).deleted).toEqual([]);
    expect(tree(root)["b"]).toBe("theirs");
  });

  test("turns a file into a folder and back", () => {
    const root = folder();
    write(root, { "a/b": "file" });
    expect(write(root, { "a/b/c": "1", "a/b/d/e": "2" }).deleted).toEqual(["a/b"]);
    expect(write(root, { "a/b": "file" }).deleted).toEqual(["a/b/c", "a/b/d/e"]);
    expect(tree(root)).toEqual({ "a/": "", "a/b": "file" });
  });

  test("writes again where the path to delete and the path to write are one file", () => {
    const root = folder();
    write(root, { "A.yaml": "1" });
    linkSync(join(root, "A.yaml"), join(root, "a.yaml"));
    expect(write(root, { "a.yaml": "1" })).toEqual({ written: ["a.yaml"], unchanged: 0, deleted: ["A.yaml"] });
    expect(tree(root)).toEqual({ "a.yaml": "1" });
  });

  test("changes case with paths that another run owns", () => {
    const root = folder();
    write(root, { "dev/A": "1" });
    write(root, { "dev/a": "2" }, () => false);
    expect(write(root, { "dev/a": "2" }).deleted).toEqual(["dev/A"]);
  });

  test.each([
    "/etc/passwd",
    "../a",
    "a/../../b",
    "a/./b",
    "a//b",
    "a/",
    "",
    "C:/a",
    "a\\b",
    "a\0b",
    "\ud800",
    ".dodeca/written.json",
    ".Dodeca/lock",
    "x/.terraform/a",
    ".terraform.lock.hcl",
    "x/terraform.tfstate",
    "terraform.tfstate.backup",
  ])("refuses the path %j", (path) => {
    const root = folder();
    expect(() => write(root, { ok: "1", [path]: "1" })).toThrow("cannot be written: ");
    expect(readdirSync(root)).toEqual([]);
  });

  test("refuses paths that are one file on disks that ignore case, or file and folder at once", () => {
    const root = folder();
    expect(() => write(root, { "a/B": "1", "A/b": "1" })).toThrow(
      "a/B and A/b are the same file on disks that ignore case",
    );
    expect(() => write(root, { "\u00e9": "1", "e\u0301": "1" })).toThrow("the same file");
    expect(() => write(root, { "a/b/c": "1", "a/b/d": "1", A: "1" })).toThrow(
      "A is a file and a folder, because of a/b/c",
    );
  });

  test("refuses to replace a folder in which something would stay, and changes nothing", () => {
    const root = folder();
    write(root, { "a/b/c": "1", d: "1" });
    put(root, "a/b/e/theirs");
    expect(() => write(root, { "a/b": "2", d: "2" })).toThrow(OutputBlocked);
    expect(tree(root)["d"]).toBe("1");
    expect(readLeftovers(root)).toEqual(KEPT);
  });

  test("refuses to write below a file of others", () => {
    const root = folder();
    put(root, "a");
    expect(() => write(root, { "a/b/c": "1" })).toThrow("a: a file stands where a folder of the output has to be");
  });

  test("neither writes nor deletes through symbolic links", () => {
    const [root, elsewhere] = [folder(), folder()];
    write(root, { "dist/a": "1", "dist/b": "1" });
    rmSync(join(root, "dist"), { recursive: true });
    put(elsewhere, "b", "1");
    symlinkSync(elsewhere, join(root, "dist"));
    expect(() => write(root, { "dist/a": "2" })).toThrow("dist: a symbolic link stands where a folder");
    expect(write(root, {}).deleted).toEqual([]);
    expect(tree(elsewhere)).toEqual({ b: "1" });
  });

  test("replaces a symbolic link at a path it generates, not what it points to", () => {
    const [root, elsewhere] = [folder(), folder()];
    put(elsewhere, "a");
    symlinkSync(join(elsewhere, "a"), join(root, "a"));
    expect(write(root, { a: "theirs" }).written).toEqual(["a"]);
    expect(statSync(join(elsewhere, "a")).ino).not.toBe(statSync(join(root, "a")).ino);
  });

  test.each([".dodeca", ".dodeca/staging", ".dodeca/pack", ".dodeca/pack.1"])(
    "refuses a symbolic link as %s",
    (path) => {
      const [root, elsewhere] = [folder(), folder()];
      put(elsewhere, "precious/file");
      if (path !== ".dodeca") mkdirSync(join(root, ".dodeca"));
      symlinkSync(join(elsewhere, "precious"), join(root, path));
      expect(() => write(root, { a: "1" })).toThrow("a symbolic link stands where the writer keeps its own files");
      expect(Object.keys(tree(elsewhere))).toEqual(["precious/", "precious/file"]);
    },
  );

  test.each([
    ["written.json", "not json"],
    ["written.json", '{"version":2,"paths":[]}'],
    ["pack", '{"version":2,"deletes":"a","writes":[]}\n'],
    ["pack", '{"version":2,"deletes":[],"writes":[["a",-1]]}\n'],
    ["pack", '{"version":2,"deletes":[],"writes":[["a",5]]}\ntorn'],
    ["pack", ""],
    ["pack.1", '{"version":3}\n'],
  ])("refuses a broken %s: %s", (name, content) => {
    const root = folder();
    put(root, `.dodeca/${name}`, content);
    expect(() => write(root, { a: "1" })).toThrow(OutputBlocked);
  });

  test("says how to finish a run that an older version began, and leaves it alone", () => {
    const root = folder();
    const journal = '{"version":1,"deletes":[],"renames":[["0","a"],["record",".dodeca/written.json"]]}';
    put(root, ".dodeca/journal.json", journal);
    put(root, ".dodeca/staging/0");
    for (const attempt of [() => recover(root), () => write(root, { a: "1" })])
      expect(attempt).toThrow(
        "journal.json: not a journal of this version: finish the run with the version that began it",
      );
    expect(readLeftovers(root)).toEqual(["journal.json", "staging"]);
  });

  test("never leaves its root because of what a record or a pack says", () => {
    const root = folder();
    put(root, "outside");
    put(root, "inner/.dodeca/written.json", '{"version":1,"paths":["../outside"]}');
    expect(() => write(join(root, "inner"), {})).toThrow("cannot be written");
    for (const [index, head] of [
      '{"version":2,"deletes":["../outside"],"writes":[]}',
      '{"version":2,"deletes":[],"writes":[["../outside",0]]}',
    ].entries()) {
      for (const name of ["pack", "pack.1"]) {
        put(root, `other${index}/.dodeca/${name}`, `${head}\n`);
        expect(() => recover(join(root, `other${index}`))).toThrow("cannot be written");
      }
    }
    expect(tree(root)["outside"]).toBe("theirs");
  });

  test("drops what it staged when it fails before its commit, and can be tried again", () => {
    const root = folder();
    write(root, { a: "1" });
    const failing = (step: string): void => {
      if (step === "synced") throw new Error("disk full");
    };
    const output = { files: new Map([["a", "2"]]), owns: all };
    expect(() => writeOutput(root, output, { onStep: failing })).toThrow("disk full");
    expect(readLeftovers(root)).toEqual(KEPT);
    expect(tree(root)).toEqual({ a: "1" });
    expect(writeOutput(root, output).written).toEqual(["a"]);
  });
});

describe("one writer at a time", () => {
  const dead = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

  test("a second run is told which process holds the lock", () => {
    const root = folder();
    const seen: unknown[] = [];
    const files = new Map([["a", "1"]]);
    const onStep = (step: string): void => {
      if (step !== "synced") return;
      for (const attempt of [() => write(root, { a: "2" }), () => recover(root)]) {
        try {
          attempt();
        } catch (error) {
          seen.push(error);
        }
      }
    };
    writeOutput(root, { files, owns: all }, { onStep });
    expect(seen).toEqual([expect.any(OutputBusy), expect.any(OutputBusy)]);
    expect(seen).toEqual([
      expect.objectContaining({ pid: process.pid }),
      expect.objectContaining({ pid: process.pid }),
    ]);
    expect(tree(root)).toEqual({ a: "1" });
  });

  test("the lock of another living process is kept", () => {
    const root = folder();
    put(root, ".dodeca/lock", `${process.ppid} -\n`);
    expect(() => write(root, { a: "1" })).toThrow(`process ${process.ppid} is writing this output`);
    expect(existsSync(join(root, ".dodeca/lock"))).toBe(true);
    expect(existsSync(join(root, "a"))).toBe(false);
  });

  test("the locks of dead processes are taken over", () => {
    const root = folder();
    put(root, ".dodeca/lock", `${dead()} -\n`);
    put(root, ".dodeca/lock.takeover", `${dead()} -\n`);
    expect(write(root, { a: "1" }).written).toEqual(["a"]);
    expect(readLeftovers(root)).toEqual(KEPT);
  });

  test("a lock whose process id was given to this process, or whose maker died before filling it, is taken over", () => {
    const root = folder();
    put(root, ".dodeca/lock", `${process.pid} -\n`);
    expect(write(root, { a: "1" }).written).toEqual(["a"]);
    put(root, ".dodeca/lock", "");
    expect(write(root, { a: "2" }).written).toEqual(["a"]);
  });

  test("of runs at the same time each is whole, and the others are refused", async () => {
    const root = folder();
    put(root, ".dodeca/lock", `${dead()} -\n`);
    const runs = [1, 2, 3, 4].map((variant) => child(root, filesOf(variant, 60)));
    const codes = await Promise.all(runs.map(({ ended }) => ended));
    expect(codes.filter((code) => code === 0).length).toBeGreaterThan(0);
    expect(codes.every((code) => code === 0 || code === BUSY)).toBe(true);
    const digests = [1, 2, 3, 4].map((variant) => digestOfOutput(filesOf(variant, 60)));
    expect(digests).toContain(treeDigest(root));
  });
});

// Interrupted runs

const BUSY = 75;
const WRITER = new URL("../../lib/synth/writer.ts", import.meta.url).href;

/** Writes in a process of its own, which kills itself after a number of steps and tells of the first one. */
const CHILD = `
import { recover, writeOutput } from ${JSON.stringify(WRITER)};
const { root, files, killAfter, machine } = JSON.parse(process.argv[1]);
let steps = 0;
const onStep = (step) => {
  steps++;
  if (steps === killAfter) process.kill(process.pid, "SIGKILL");
  if (step === "compared") process.stdout.write("started\\n");
};
try {
  if (files === undefined) recover(root, { onStep, machine });
  else writeOutput(root, { files: new Map(Object.entries(files)), owns: () => true }, { onStep, machine });
} catch (error) {
  if (error.name !== "OutputBusy") throw error;
  process.exitCode = ${BUSY};
}
`;

function command(root: string, files: Files | undefined, machine: Machine, killAfter?: number): string[] {
  return ["--input-type=module", "--eval", CHILD, JSON.stringify({ root, files, killAfter, machine })];
}

/** Runs a child to its end; true if it was killed on the way. */
function killedAfter(steps: number, root: string, machine: Machine, files?: Files): boolean {
  const run = spawnSync(process.execPath, command(root, files, machine, steps), { encoding: "utf8" });
  if (run.signal !== "SIGKILL" && run.status !== 0) throw new Error(run.stderr);
  return run.signal === "SIGKILL";
}

function child(root: string, files: Files) {
  const run = spawn(process.execPath, command(root, files, BOOT), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => run.on("exit", resolve));
  const started = new Promise<void>((resolve) => run.stdout.once("data", () => resolve()));
  return { run, ended, started };
}

function filesOf(variant: number, count: number): Files {
  const files: Files = { "same.json": "same" };
  for (let index = 0; index < count; index++)
    files[`v${index % 3 === 0 ? variant : "x"}/${index % 7}/${index}.yaml`] = `variant: ${variant}\n`.repeat(
      index % 40,
    );
  return files;
}

function digestOfOutput(files: Files): string {
  const root = folder();
  write(root, files);
  return treeDigest(root);
}

describe.each([
  ["that tells boots apart", BOOT],
  ["that does not", NO_BOOT],
])("a run that is killed, on a system %s,", (_, machine) => {
  const before: Files = {
    "keep.yaml": "same",
    "change.yaml": "old",
    "gone/deep/a.yaml": "old",
    "swap/b": "old",
    file: "old",
  };
  const after: Files = {
    "keep.yaml": "same",
    "change.yaml": "new",
    "new/deep/c.yaml": "new",
    swap: "new",
    "file/d": "new",
  };
  const [old, complete] = [before, after].map(digestOfOutput);

  test("after any step leaves an output that is whole once recovered: old before the commit, new after it", () => {
    const outcomes: string[] = [];
    for (let steps = 1; ; steps++) {
      const root = folder();
      write(root, before, all, machine);
      put(root, "new/theirs");
      put(root, ".dodeca/unrelated");
      const killed = killedAfter(steps, root, machine, after);
      if (!killed) break;
      const result = recover(root, { machine });
      rmSync(join(root, "new/theirs"));
      if (!existsSync(join(root, "new/deep"))) rmSync(join(root, "new"), { recursive: true });
      outcomes.push(`${result} ${treeDigest(root) === old ? "old" : treeDigest(root) === complete ? "new" : "torn"}`);
      expect(recover(root, { machine })).toBe("none");
      expect(write(root, after, all, machine).written.length).toBe(
        treeDigest(root) === complete && outcomes.at(-1)?.endsWith("new") ? 0 : 4,
      );
      expect(treeDigest(root)).toBe(complete);
    }
    expect(outcomes.length).toBeGreaterThan(20);
    expect(new Set(outcomes)).toEqual(new Set(["none old", "dropped old", "completed new", "dropped new", "none new"]));
    const commit = outcomes.findIndex((outcome) => outcome.endsWith("new"));
    expect(outcomes.slice(commit).every((outcome) => outcome.endsWith("new"))).toBe(true);
  }, 60_000);

  test("and whose recovery is killed after any step is still completed by the next", () => {
    const journalled = folder();
    for (let steps = 1; ; steps++) {
      const root = join(journalled, String(steps));
      mkdirSync(root);
      write(root, before, all, machine);
      const stop = (step: string): void => {
        if (step === "committed") throw new Error("stopped");
      };
      expect(() =>
        writeOutput(root, { files: new Map(Object.entries(after)), owns: all }, { onStep: stop, machine }),
      ).toThrow("stopped");
      expect(treeDigest(root)).toBe(old);
      const killed = killedAfter(steps, root, machine);
      recover(root, { machine });
      expect(treeDigest(root)).toBe(complete);
      expect(write(root, after, all, machine)).toEqual({ written: [], unchanged: 5, deleted: [] });
      if (!killed) break;
      expect(steps).toBeLessThan(40);
    }
  }, 60_000);
});

test("a run that is killed at any time is whole once recovered", async () => {
  const [from, to] = [filesOf(1, 300), filesOf(2, 300)];
  const whole = [digestOfOutput(from), digestOfOutput(to)];
  let longest = 0;
  let killed = 0;
  for (let round = 0; round < 16; round++) {
    const root = folder();
    write(root, from);
    const { run, ended, started } = child(root, to);
    await started;
    const start = performance.now();
    // The first round runs to its end, to learn how long that takes.
    if (round > 0) setTimeout(() => run.kill("SIGKILL"), (longest * (round - 1)) / 15);
    if ((await ended) === null) killed++;
    if (round === 0) longest = performance.now() - start;
    recover(root, { machine: BOOT });
    expect(whole).toContain(treeDigest(root));
  }
  expect(killed).toBeGreaterThan(0);
}, 60_000);

describe("the pack of a finished run", () => {
  const at = (machine: Partial<Machine>): { machine: Machine } => ({ machine: { ...BOOT, ...machine } });
  const restarted = at({ boot: "second", seconds: 5 });
  /** Gives a file a time before or after the last run. */
  const date = (root: string, path: string, seconds: number): void => {
    const time = statSync(join(root, ".dodeca/packs.json")).mtimeMs / 1000 + seconds;
    utimesSync(join(root, path), time, time);
  };

  test("is kept until its files are on the disk, and no longer", () => {
    const root = folder();
    write(root, { a: "1" });
    write(root, { a: "2" }, all, { ...BOOT, seconds: 700 });
    expect(recover(root, at({ seconds: 1200 }))).toBe("none");
    expect(readLeftovers(root)).toEqual(["pack.1", "pack.2", "packs.json", "written.json"]);
    recover(root, at({ seconds: 1400 }));
    expect(readLeftovers(root)).toEqual(["pack.2", "packs.json", "written.json"]);
    write(root, { a: "2" }, all, { ...BOOT, seconds: 2000 });
    expect(readLeftovers(root)).toEqual(["written.json"]);
  });

  test("is not kept where a new start of the system cannot be told", () => {
    const root = folder();
    write(root, { a: "1" }, all, NO_BOOT);
    expect(readLeftovers(root)).toEqual(["written.json"]);
  });

  test("gives back what was lost, GIVEN a new start of the system, and is kept on", () => {
    const root = folder();
    write(root, { "x/a": "1", "x/b": "1", c: "1" });
    write(root, { "x/a": "1", "x/b": "2", c: "1" });
    for (const path of ["x/a", "x/b"]) {
      writeFileSync(join(root, path), "");
      date(root, path, -1);
    }
    expect(recover(root, restarted)).toBe("completed");
    expect(tree(root)).toEqual({ "x/": "", "x/a": "1", "x/b": "2", c: "1" });
    expect(recover(root, restarted)).toBe("none");
    expect(readLeftovers(root)).toEqual(["pack.1", "pack.2", "packs.json", "written.json"]);
    rmSync(join(root, "x"), { recursive: true });
    expect(recover(root, at({ boot: "third" }))).toBe("completed");
    expect(tree(root)).toEqual({ "x/": "", "x/a": "1", "x/b": "2", c: "1" });
  });

  test("leaves alone what others changed after the run, GIVEN a new start of the system", () => {
    const [root, elsewhere] = [folder(), folder()];
    write(root, { a: "1", "b/c": "1", "d/e": "1", gone: "1" });
    write(root, { a: "1", "b/c": "1", "d/e": "1" });
    writeFileSync(join(root, "a"), "checked out");
    date(root, "a", 1);
    rmSync(join(root, "d"), { recursive: true });
    symlinkSync(elsewhere, join(root, "d"));
    rmSync(join(root, "b"), { recursive: true });
    put(root, "b", "a file now");
    date(root, "b", 1);
    expect(recover(root, restarted)).toBe("none");
    expect(tree(root)).toEqual({ a: "checked out", b: "a file now", d: "" });
    expect(tree(elsewhere)).toEqual({});
  });

  test("does not delete what others moved to a path that the run deleted, GIVEN a new start of the system", async () => {
    const root = folder();
    write(root, { a: "1", b: "1" });
    write(root, { b: "1" });
    await new Promise((wake) => setTimeout(wake, 20));
    put(root, "a");
    date(root, "a", -1000);
    expect(recover(root, restarted)).toBe("none");
    expect(tree(root)).toEqual({ a: "theirs", b: "1" });
  });

  test("is not needed GIVEN packs that grow too large: their files are put on the disk", () => {
    const root = folder();
    const large = (character: string): string => character.repeat(10 * 1024 * 1024);
    const kept = [..."abcdef"].map((character) => {
      write(root, { large: large(character) });
      return readLeftovers(root).filter((name) => /^pack\./.test(name)).length;
    });
    expect(kept).toEqual([1, 2, 3, 4, 5, 0]);
    expect(readLeftovers(root)).toEqual(["written.json"]);
    expect(tree(root)["large"]).toBe(large("f"));
  });
});

test("recover has nothing to do where nothing was written", () => {
  const root = folder();
  expect(recover(root, { machine: BOOT })).toBe("none");
  expect(readdirSync(root)).toEqual([]);
});
