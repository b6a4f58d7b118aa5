import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { carryOut } from "./carry-out.ts";
import { folderKinds, hasContent, lstat, OutputBlocked, syncFolder, writeSynced } from "./disk.ts";
import { emitJson } from "./json.ts";
import { locked } from "./lock.ts";
import { checkPaths, checkTogether, folded, parentOf } from "./output-paths.ts";
import { type OwnFiles, ownFiles, RECORD_PATH } from "./own-files.ts";
import { type Pack, packed } from "./pack.ts";
import { isTextList, parsed, property } from "./unknown-json.ts";
import {
  dropRuns,
  isRestarted,
  keepPack,
  type Machine,
  readPack,
  readUnsettled,
  restore,
  settledRuns,
  thisMachine,
} from "./unsettled.ts";

/** What an output consists of, and what of an earlier one it replaces. */
export interface Output {
  /** Content by path, relative to the root, with `/` between folders. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /**
   * Whether a path that an earlier run wrote belongs to what is written now: then it is deleted if `files` lacks it.
   * Only paths that a run has written are ever asked about.
   */
  readonly owns: (path: string) => boolean;
}

/** For tests, which interrupt runs and let the power fail. */
export interface WriterOptions {
  /** Called after each step with its name. @default no calls */
  readonly onStep?: (step: string) => void;
  /** @default the machine that this runs on */
  readonly machine?: Machine;
}

/** What a run changed on disk; paths in the order of their code units. */
export interface Written {
  readonly written: string[];
  /** Number of files that already had their content, and were not touched. */
  readonly unchanged: number;
  readonly deleted: string[];
}

/**
 * Finishes a run that was interrupted after its commit, drops what one that was interrupted before it left behind, and
 * writes again what a loss of power took. Every command calls it before it reads the output.
 *
 * @throws OutputBusy if the run goes on in another process.
 */
export function recover(root: string, options: WriterOptions = {}): "none" | "completed" | "dropped" {
  const own = ownFiles(root);
  const machine = options.machine ?? thisMachine();
  if (!needsCare(own, machine)) return "none";
  return locked(own, () => recoverLocked(root, own, machine, options.onStep ?? ignore));
}

/**
 * Makes the files on disk what `files` says, as one transaction: a run that is killed, or that loses the power, leaves the
 * output as it was before, or one that `recover` completes.
 *
 * Files whose content is the same are not touched. Files of others are never deleted; one at a path of `files` is
 * replaced. Folders that this empties are removed.
 *
 * @throws OutputBusy if another process is writing.
 * @throws OutputBlocked if a symbolic link or a folder of others is in the way; nothing is changed then.
 */
export function writeOutput(root: string, output: Output, options: WriterOptions = {}): Written {
  const step = options.onStep ?? ignore;
  const machine = options.machine ?? thisMachine();
  checkPaths(output.files.keys());
  checkTogether(output.files.keys());
  const own = ownFiles(root);
  mkdirSync(own.own, { recursive: true });
  return locked(own, () => {
    step("locked");
    recoverLocked(root, own, machine, step);
    const plan = compare(root, own, output);
    step("compared");
    if (plan.changed.length > 0 || plan.deletes.length > 0 || plan.record !== undefined) {
      const pack = commit(root, own, plan, output.files, step);
      carryOut(root, own, pack, step);
      keepPack(root, own, machine, step);
      dropStaging(own, step);
    }
    return { written: plan.changed, unchanged: output.files.size - plan.changed.length, deleted: plan.deletes };
  });
}

function ignore(): void {}

// Comparing

interface Plan {
  readonly changed: string[];
  readonly deletes: string[];
  /** The record, if it changes. */
  readonly record: string | undefined;
}

function compare(root: string, own: OwnFiles, { files, owns }: Output): Plan {
  const recordBefore = existsSync(own.record) ? readFileSync(own.record, "utf8") : undefined;
  const recorded = recordBefore === undefined ? [] : parseRecord(recordBefore, own.record);
  const gone = recorded.filter((path) => !files.has(path) && owns(path));
  const kindOf = folderKinds(root);
  const deletes = gone.filter((path) => {
    if (kindOf(parentOf(path)) !== "folder") return false;
    const found = lstat(join(root, path));
    return found !== undefined && !found.isDirectory();
  });
  const kept = keptFolders(root, deletes);
  const aliases = aliased(root, deletes, files);
  const changed: string[] = [];
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path);
    if (content === undefined) continue;
    const kind = kindOf(parentOf(path));
    if (kind === "other") refuseBlocked(root, path, new Set(deletes));
    else if (kind === "folder" && !aliases.has(path) && isSame(join(root, path), content, path, kept)) continue;
    changed.push(path);
  }
  const left = new Set(gone);
  const record = emitJson({
    version: 1,
    paths: [...new Set([...recorded.filter((path) => !left.has(path)), ...files.keys()])].sort(),
  });
  return { changed, deletes, record: record === recordBefore ? undefined : record };
}

/** Whether a file has this content. Throws if a folder stands there that stays after the deletions of this run. */
function isSame(file: string, content: string | Uint8Array, path: string, kept: (folder: string) => boolean): boolean {
  const found = lstat(file);
  if (found === undefined) return false;
  if (found.isDirectory() && kept(path))
    throw new OutputBlocked(path, "a folder stands where a file has to be written: move it away");
  return hasContent(file, found, content);
}

/** Throws for a path below something that is no folder, unless that is a file which this run deletes. */
function refuseBlocked(root: string, path: string, deletes: ReadonlySet<string>): void {
  for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
    const found = lstat(join(root, folder));
    if (found === undefined || found.isDirectory() || deletes.has(folder)) continue;
    const what = found.isSymbolicLink() ? "a symbolic link" : "a file";
    throw new OutputBlocked(folder, `${what} stands where a folder of the output has to be: move it away`);
  }
}

/** Tells of a folder whether anything is left in it after the deletions. */
function keptFolders(root: string, deletes: readonly string[]): (folder: string) => boolean {
  const deleted = new Set(deletes);
  const kept = (folder: string): boolean => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    if (entries.length === 0) return true;
    return entries.some((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? kept(path) : !deleted.has(path);
    });
  };
  return kept;
}

/**
 * Paths to write which are, on this disk, the same file as one to delete: where case does not count, `A.yaml` and
 * `a.yaml`. They have to be written again after the deletion, whatever they contain.
 */
function aliased(root: string, deletes: readonly string[], files: Output["files"]): Set<string> {
  const found = new Set<string>();
  if (deletes.length === 0) return found;
  const byFold = new Map([...files.keys()].map((path) => [folded(path), path]));
  for (const path of deletes) {
    const other = byFold.get(folded(path));
    if (other === undefined) continue;
    const [a, b] = [lstat(join(root, path)), lstat(join(root, other))];
    if (a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev) found.add(other);
  }
  return found;
}

function parseRecord(text: string, file: string): string[] {
  const record = parsed(text);
  const paths = property(record, "paths");
  if (property(record, "version") !== 1 || !isTextList(paths))
    throw new OutputBlocked(file, "not a record of written files: delete it (what earlier runs wrote then stays)");
  checkPaths(paths);
  return [...paths];
}

// Committing

/**
 * One file that holds the run, and whose renaming is the commit: it takes three waits for the disk, however many files it
 * writes.
 */
function commit(root: string, own: OwnFiles, plan: Plan, files: Output["files"], step: (step: string) => void): Pack {
  const writes = plan.changed.map((path): [string, string | Uint8Array] => [path, files.get(path) ?? ""]);
  const { bytes, pack } = packed(plan.deletes, [
    ...writes,
    ...(plan.record === undefined ? [] : [[RECORD_PATH, plan.record] as const]),
  ]);
  try {
    mkdirSync(own.staging);
    step("staging");
    const draft = join(own.staging, "pack");
    writeSynced(draft, bytes);
    step("packed");
    // The folder of the writer's own files may be new.
    syncFolder(root);
    step("synced");
    renameSync(draft, own.pack);
    syncFolder(own.own);
  } catch (error) {
    if (!existsSync(own.pack)) rmSync(own.staging, { recursive: true, force: true });
    throw error;
  }
  step("committed");
  return pack;
}

function dropStaging(own: OwnFiles, step: (step: string) => void): void {
  rmSync(own.staging, { recursive: true, force: true });
  step("staging removed");
}

// Recovering

/** Whether there is anything to recover, or to drop. */
function needsCare(own: OwnFiles, machine: Machine): boolean {
  if ([own.pack, own.staging, own.oldJournal].some((file) => existsSync(file))) return true;
  if (!existsSync(own.own)) return false;
  const unsettled = readUnsettled(own);
  return isRestarted(unsettled, machine) || settledRuns(unsettled, machine).length > 0;
}

function recoverLocked(
  root: string,
  own: OwnFiles,
  machine: Machine,
  step: (step: string) => void,
): "none" | "completed" | "dropped" {
  const unsettled = readUnsettled(own);
  for (const file of [own.pack, own.staging, own.marks, own.oldJournal, ...unsettled.runs.map(own.finished)]) {
    if (lstat(file)?.isSymbolicLink())
      throw new OutputBlocked(file, "a symbolic link stands where the writer keeps its own files: delete it");
  }
  if (existsSync(own.oldJournal)) {
    throw new OutputBlocked(
      own.oldJournal,
      "not a journal of this version: finish the run with the version that began it",
    );
  }
  const isStaging = lstat(own.staging) !== undefined;
  const pending = existsSync(own.pack) ? readPack(own.pack) : undefined;
  const restarted = isRestarted(unsettled, machine);
  const restored = restarted && restore(root, own, unsettled, pending, step);
  if (pending !== undefined) carryOut(root, own, pending, step);
  if (pending !== undefined || restarted) keepPack(root, own, machine, step);
  else dropRuns(own, settledRuns(unsettled, machine), step);
  if (isStaging || pending !== undefined || restarted) dropStaging(own, step);
  if (pending !== undefined || restored) return "completed";
  return isStaging ? "dropped" : "none";
}
