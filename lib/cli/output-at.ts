import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { InvalidInput, nearest } from "../model/problem.ts";

/** A project in a git repository, as it was at a commit. */
export interface At {
  /** Folder of the project: the one that holds `package.json`. */
  readonly project: string;
  /** Workspace below the project. */
  readonly workspace: string;
  readonly commit: string;
}

/** Most outputs that are kept: the oldest go first. */
const KEPT = 8;

/** How folders begin in which an output is being made. */
const RUN = ".run-";

const cacheFolder = (): string => join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "dodeca-outputs");

/** The commit that a ref means. @param since the other side: then it is where both came from, as in a pull request @throws InvalidInput when there is no such ref */
export function commitOf(project: string, ref: string, since?: string): string {
  const found = git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (found === undefined) {
    const refs = (git(project, "for-each-ref", "--format=%(refname:short)") ?? "")
      .split("\n")
      .filter((one) => one !== "");
    const near = nearest(ref, refs);
    throw new InvalidInput([
      {
        code: "unknown-ref",
        path: "",
        message: "this is neither a folder with an output nor a ref of the git repository",
        given: ref,
        allowed: ["a folder that holds dist/estate.json", ...refs.slice(0, 10)],
        ...(near === undefined ? {} : { nearest: near }),
        fix:
          near === undefined
            ? "name a folder, branch, tag or commit; fetch it first if it is elsewhere"
            : `write ${near}`,
      },
    ]);
  }
  return since === undefined ? found : (git(project, "merge-base", found, since) ?? found);
}

function git(folder: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", ["-C", folder, ...args], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * The output of a commit: its blueprints, synthesized by its own code in a clean worktree with the dependencies of its
 * lock file. It is kept by commit, so that the next review has it at once.
 *
 * @returns folder that holds `cdktf.out` and `dist`
 * @throws InvalidInput when the commit cannot be synthesized
 */
export function outputAt({ project, workspace, commit }: At, onProgress: (what: string) => void): string {
  const below = relative(git(project, "rev-parse", "--show-toplevel") ?? project, project);
  const key = [commit, ...join(below, workspace).split(/[/\\]/)].filter((part) => part !== "").join("-");
  const kept = join(cacheFolder(), key);
  if (existsSync(join(kept, "dist", "estate.json"))) return kept;
  mkdirSync(cacheFolder(), { recursive: true });
  // Beside what is kept, so that it gets there by a rename: whole or not at all.
  const run = mkdtempSync(join(cacheFolder(), RUN));
  const tree = join(run, "tree");
  try {
    onProgress(`checking out ${commit.slice(0, 12)}`);
    must(commit, "git", ["-C", project, "worktree", "add", "--quiet", "--detach", tree, commit]);
    const there = join(tree, below);
    onProgress("dependencies");
    dependencies(project, there, commit);
    onProgress("synthesizing");
    const output = join(run, "output");
    must(commit, process.execPath, [programIn(there), "synth", "--workspace", workspace, "--output", output], there);
    // Another review may have been faster; what it made is the same.
    if (!existsSync(kept)) renameSync(output, kept);
    forgetOldest(key);
    return kept;
  } finally {
    git(project, "worktree", "remove", "--force", tree);
    rmSync(run, { recursive: true, force: true });
  }
}

/** The dependencies of the lock file: those that are there already, where it is the same file. */
function dependencies(project: string, there: string, commit: string): void {
  const lock = (folder: string): string | undefined => {
    const file = join(folder, "package-lock.json");
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  const installed = join(project, "node_modules");
  if (existsSync(installed) && lock(project) === lock(there))
    symlinkSync(resolve(installed), join(there, "node_modules"));
  else must(commit, "npm", ["ci", "--no-audit", "--no-fund"], there);
}

/** The command of a project: its own sources in a clone of dodeca, the dependency elsewhere. */
function programIn(project: string): string {
  const own = join(project, "bin", "dodeca.mjs");
  return existsSync(own) ? own : join(project, "node_modules", "dodeca", "bin", "dodeca.mjs");
}

function must(commit: string, command: string, args: readonly string[], cwd?: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], {
    encoding: "utf8",
    ...(cwd === undefined ? {} : { cwd }),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  throw new InvalidInput([
    {
      code: "commit-not-synthesized",
      path: "",
      message: `the output of ${commit.slice(0, 12)} could not be made: ${command} ${args.slice(0, 3).join(" ")} failed: ${(error?.message ?? `${stdout}\n${stderr}`).trim().slice(-1500)}`,
      fix: "mend that commit, or synthesize it elsewhere and name the folder",
    },
  ]);
}

function forgetOldest(newest: string): void {
  const all = readdirSync(cacheFolder())
    .filter((name) => name !== newest && !name.startsWith(RUN))
    .map((name) => ({ path: join(cacheFolder(), name), time: statSync(join(cacheFolder(), name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of all.slice(KEPT - 1)) rmSync(path, { recursive: true, force: true });
}
