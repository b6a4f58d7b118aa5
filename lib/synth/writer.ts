import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { codeOf, lstat, OutputBlocked, sync } from "./disk.ts";
import { emitJson } from "./json.ts";
import { locked } from "./lock.ts";
import { checkPaths, checkTogether, folded, OWN_FOLDER, parentOf } from "./output-paths.ts";

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

/** Follows the steps of a run, for tests that interrupt it. */
export interface WriterOptions {
  /** Called after each step with its name. @default no calls */
  readonly onStep?: (step: string) => void;
}

/** What a run changed on disk; paths in the order of their code units. */
export interface Written {
  readonly written: string[];
  /** Number of files that already had their content, and were not touched. */
  readonly unchanged: number;
  readonly deleted: string[];
}

/** What a run that was interrupted after its commit still has to do. */
interface Journal {
  readonly version: 1;
  readonly deletes: readonly string[];
  /** Paths by the name of their staged file. */
  readonly renames: readonly (readonly [staged: string, path: string])[];
}

/** Places of the writer's own files. */
function placesIn(root: string) {
  const own = join(root, OWN_FOLDER);
  return {
    own,
    lock: join(own, "lock"),
    takeover: join(own, "lock.takeover"),
    staging: join(own, "staging"),
    journal: join(own, "journal.json"),
    record: join(own, "written.json"),
  };
}
type Places = ReturnType<typeof placesIn>;

/** The record is renamed into place as the last file of a run. */
const RECORD_PATH = `${OWN_FOLDER}/written.json`;

/**
 * Finishes a run that was interrupted after its commit, and drops what one that was interrupted before it left behind.
 * Every command calls it before it reads the output.
 *
 * @throws OutputBusy if the run goes on in another process.
 */
export function recover(root: string, options: WriterOptions = {}): "none" | "completed" | "dropped" {
  const places = placesIn(root);
  if (!existsSync(places.journal) && !existsSync(places.staging)) return "none";
  return locked(places, () => recoverLocked(root, places, options.onStep ?? ignore));
}

/**
 * Makes the files on disk what `files` says, as one transaction: a run that is killed leaves the output as it was
 * before, or one that `recover` completes.
 *
 * Files whose content is the same are not touched. Files of others are never deleted; one at a path of `files` is
 * replaced. Folders that this empties are removed.
 *
 * @throws OutputBusy if another process is writing.
 * @throws OutputBlocked if a symbolic link or a folder of others is in the way; nothing is changed then.
 */
export function writeOutput(root: string, output: Output, options: WriterOptions = {}): Written {
  const step = options.onStep ?? ignore;
  checkPaths(output.files.keys());
  checkTogether(output.files.keys());
  const places = placesIn(root);
  mkdirSync(places.own, { recursive: true });
  return locked(places, () => {
    step("locked");
    recoverLocked(root, places, step);
    const plan = compare(root, places, output);
    step("compared");
    if (plan.changed.length > 0 || plan.deletes.length > 0 || plan.recordChanged) {
      try {
        commit(places, plan, output.files, step);
      } catch (error) {
        if (!existsSync(places.journal)) rmSync(places.staging, { recursive: true, force: true });
        throw error;
      }
      finish(root, places, plan.journal, step);
    }
    return { written: plan.changed, unchanged: output.files.size - plan.changed.length, deleted: plan.deletes };
  });
}

function ignore(): void {}

// Comparing

interface Plan {
  readonly changed: string[];
  readonly deletes: string[];
  readonly journal: Journal;
  readonly record: string;
  readonly recordChanged: boolean;
}

function compare(root: string, places: Places, { files, owns }: Output): Plan {
  const recordBefore = existsSync(places.record) ? readFileSync(places.record, "utf8") : undefined;
  const recorded = recordBefore === undefined ? [] : parseRecord(recordBefore, places.record);
  const gone = recorded.filter((path) => !files.has(path) && owns(path));
  const folders = new Map<string, "folder" | "missing" | "other">();
  const deletes = gone.filter((path) => {
    if (folderKind(root, parentOf(path), folders) !== "folder") return false;
    const found = lstat(join(root, path));
    return found !== undefined && !found.isDirectory();
  });
  const kept = keptFolders(root, deletes);
  const aliases = aliased(root, deletes, files);
  const changed: string[] = [];
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path);
    if (content === undefined) continue;
    if (folderKind(root, parentOf(path), folders) === "other") refuseBlocked(root, path, new Set(deletes));
    else if (!aliases.has(path) && isSame(join(root, path), content, path, kept)) continue;
    changed.push(path);
  }
  const left = new Set(gone);
  const record = emitJson({
    version: 1,
    paths: [...new Set([...recorded.filter((path) => !left.has(path)), ...files.keys()])].sort(),
  });
  const renames = changed.map((path, index): [string, string] => [String(index), path]);
  return {
    changed,
    deletes,
    journal: { version: 1, deletes, renames: [...renames, ["record", RECORD_PATH]] },
    record,
    recordChanged: record !== recordBefore,
  };
}

/** Whether a file has this content. Throws if a folder stands there that stays after the deletions of this run. */
function isSame(file: string, content: string | Uint8Array, path: string, kept: (folder: string) => boolean): boolean {
  const found = lstat(file);
  if (found === undefined) return false;
  if (found.isDirectory()) {
    if (kept(path)) throw new OutputBlocked(path, "a folder stands where a file has to be written: move it away");
    return false;
  }
  if (!found.isFile()) return false;
  const bytes = typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
  if (found.size !== bytes) return false;
  return typeof content === "string"
    ? Buffer.from(content).equals(readFileSync(file))
    : readFileSync(file).equals(content);
}

/** What a folder of the output is now, links not followed; each folder is looked at once. */
function folderKind(
  root: string,
  folder: string,
  known: Map<string, "folder" | "missing" | "other">,
): "folder" | "missing" | "other" {
  if (folder === "") return "folder";
  const before = known.get(folder);
  if (before !== undefined) return before;
  let kind = folderKind(root, parentOf(folder), known);
  if (kind === "folder") {
    const found = lstat(join(root, folder));
    kind = found === undefined ? "missing" : found.isDirectory() ? "folder" : "other";
  }
  known.set(folder, kind);
  return kind;
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

function commit(places: Places, plan: Plan, files: Output["files"], step: (step: string) => void): void {
  mkdirSync(places.staging);
  step("staging");
  const staged: string[] = [];
  for (const [name, path] of plan.journal.renames) {
    const file = join(places.staging, name);
    writeFileSync(file, files.get(path) ?? plan.record);
    staged.push(file);
    step(`staged ${path}`);
  }
  // In a second pass, so that the disk has most of it before it is asked.
  for (const file of staged) sync(file);
  sync(places.staging);
  step("synced");
  const draft = join(places.staging, "journal");
  writeFileSync(draft, emitJson(plan.journal));
  sync(draft);
  step("journal staged");
  renameSync(draft, places.journal);
  sync(places.own);
  step("committed");
}

/** Does what a journal says. May be interrupted anywhere and called again. */
function finish(root: string, places: Places, journal: Journal, step: (step: string) => void): void {
  // Deletions come first. Once a file has been renamed they are done, and a second time could hit what was renamed.
  if (journal.renames.every(([name]) => existsSync(join(places.staging, name)))) {
    for (const path of journal.deletes) {
      remove(join(root, path));
      step(`deleted ${path}`);
    }
    removeEmptied(root, journal.deletes, step);
  }
  const made = new Set<string>([""]);
  for (const [name, path] of journal.renames) {
    const folder = parentOf(path);
    if (!made.has(folder)) {
      mkdirSync(join(root, folder), { recursive: true });
      made.add(folder);
    }
    try {
      renameSync(join(places.staging, name), join(root, path));
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || existsSync(join(places.staging, name))) throw error;
    }
    step(`renamed ${path}`);
  }
  for (const folder of made) sync(join(root, folder));
  unlinkSync(places.journal);
  sync(places.own);
  step("journal removed");
  rmSync(places.staging, { recursive: true, force: true });
  step("staging removed");
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!["ENOENT", "ENOTDIR", "EISDIR", "EPERM"].includes(codeOf(error)) || lstat(file)?.isFile()) throw error;
  }
}

function removeEmptied(root: string, deletes: readonly string[], step: (step: string) => void): void {
  const folders = new Set<string>();
  for (const path of deletes) {
    for (let folder = parentOf(path); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    try {
      rmdirSync(join(root, folder));
      step(`removed ${folder}`);
    } catch (error) {
      if (!["ENOENT", "ENOTDIR", "ENOTEMPTY", "EEXIST"].includes(codeOf(error))) throw error;
    }
  }
}

function recoverLocked(root: string, places: Places, step: (step: string) => void): "none" | "completed" | "dropped" {
  for (const file of [places.journal, places.staging]) {
    if (lstat(file)?.isSymbolicLink())
      throw new OutputBlocked(file, "a symbolic link stands where the writer keeps its own files: delete it");
  }
  if (existsSync(places.journal)) {
    finish(root, places, parseJournal(readFileSync(places.journal, "utf8"), places.journal), step);
    return "completed";
  }
  if (lstat(places.staging) === undefined) return "none";
  rmSync(places.staging, { recursive: true, force: true });
  step("dropped");
  return "dropped";
}

function parseJournal(text: string, file: string): Journal {
  const journal = parsed(text);
  const [deletes, renames] = [property(journal, "deletes"), property(journal, "renames")];
  if (property(journal, "version") !== 1 || !isTextList(deletes) || !Array.isArray(renames) || !renames.every(isRename))
    throw new OutputBlocked(file, "not a journal of this version: finish the run with the version that began it");
  checkPaths([...deletes, ...renames.map(([, path]) => path).filter((path) => path !== RECORD_PATH)]);
  return { version: 1, deletes, renames };
}

function isRename(value: unknown): value is [string, string] {
  return isTextList(value) && value.length === 2 && /^(?:\d+|record)$/.test(value[0] ?? "");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
