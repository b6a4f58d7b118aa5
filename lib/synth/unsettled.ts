import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { remove, removeEmptied } from "./carry-out.ts";
import { folderKinds, hasContent, lstat, read, syncFile, syncFolder } from "./disk.ts";
import { emitJson } from "./json.ts";
import { parentOf } from "./output-paths.ts";
import type { OwnFiles } from "./own-files.ts";
import { type Pack, unpacked } from "./pack.ts";
import { parsed, property } from "./unknown-json.ts";

// A finished run has written files that may be in memory only. Until they are on the disk its pack, which is, stays: if the
// power is lost before, the next command finds another boot and writes again what was lost. Later runs have packs of their
// own, so packs count in the order of the runs, and of each path the last word.

/** Which start of the system this is, and how long it runs. */
export interface Machine {
  /** Differs after each start; undefined where the system does not tell, and then every file is synced at once. */
  readonly boot: string | undefined;
  /** Seconds on a clock that only goes on. */
  readonly seconds: number;
}

export function thisMachine(): Machine {
  return { boot: bootId(), seconds: process.hrtime()[0] };
}

function bootId(): string | undefined {
  try {
    return read("/proc/sys/kernel/random/boot_id")?.trim();
  } catch {
    return undefined;
  }
}

/** Linux writes to the disk what is in memory after half a minute, or ten where it saves a battery: twice the latter. */
const SETTLED_AFTER = 1200;
/** Bytes that packs may have besides the newest, unless that is large itself: beyond, files are synced. */
const MOST = 32 * 1024 * 1024;

/** Packs of finished runs. */
export interface Unsettled {
  /** Runs by number, oldest first. */
  readonly runs: readonly number[];
  /** The boot in which they finished. */
  readonly boot: string | undefined;
  /** Seconds of that boot by run. A run that is missing was cut off, or its mark was lost with the power. */
  readonly finished: ReadonlyMap<number, number>;
  /** Time of the disk when the last of them had finished. */
  readonly time: number;
}

export function readUnsettled(own: OwnFiles): Unsettled {
  const runs = readdirSync(own.own)
    .flatMap((name) => Number(/^pack\.(\d+)$/.exec(name)?.[1] ?? []))
    .filter((run) => run > 0)
    .sort((a, b) => a - b);
  const marks = runs.length === 0 ? undefined : parsed(read(own.marks) ?? "");
  const [boot, finished] = [property(marks, "boot"), property(marks, "finished")];
  return {
    runs,
    boot: typeof boot === "string" ? boot : undefined,
    finished: new Map(
      runs.flatMap((run): [number, number][] => {
        const seconds = property(finished, String(run));
        return typeof seconds === "number" ? [[run, seconds]] : [];
      }),
    ),
    time: lstat(own.marks)?.mtimeMs ?? 0,
  };
}

/** Whether the system may have been started since a run finished, so that files may be lost. */
export function isRestarted({ runs, boot, finished }: Unsettled, machine: Machine): boolean {
  return runs.length > 0 && (machine.boot === undefined || boot !== machine.boot || runs.length > finished.size);
}

/** Runs whose files are on the disk by now; the oldest, as those before a run that is not settled are still needed. */
export function settledRuns({ runs, finished }: Unsettled, machine: Machine): readonly number[] {
  const first = runs.findIndex((run) => (finished.get(run) ?? Infinity) > machine.seconds - SETTLED_AFTER);
  return runs.slice(0, first < 0 ? runs.length : first);
}

/** Removes packs. The oldest first: one may never be the last word on a path for which there was a later one. */
export function dropRuns(own: OwnFiles, runs: readonly number[], step: (step: string) => void): void {
  for (const run of runs) {
    unlinkSync(own.finished(run));
    step(`dropped pack ${run}`);
  }
  if (runs.length > 0 && readUnsettled(own).runs.length === 0) remove(own.marks);
}

/** Turns the pack of a run that has just finished into one that is kept, or syncs its files where that cannot be. */
export function keepPack(root: string, own: OwnFiles, machine: Machine, step: (step: string) => void): void {
  const before = readUnsettled(own);
  const { boot, seconds } = machine;
  const pending = existsSync(own.pack);
  if (boot === undefined) {
    settle(root, own, before.runs, step);
    return;
  }
  const next = (before.runs.at(-1) ?? 0) + 1;
  const runs = pending ? [...before.runs, next] : before.runs;
  const known = before.boot === boot ? before.finished : new Map<number, number>();
  const finished = Object.fromEntries(runs.map((run) => [run, (run === next ? undefined : known.get(run)) ?? seconds]));
  mkdirSync(own.staging, { recursive: true });
  const draft = join(own.staging, "packs.json");
  writeFileSync(draft, emitJson({ boot, finished }));
  renameSync(draft, own.marks);
  step("marked");
  if (pending) renameSync(own.pack, own.finished(next));
  step("finished");
  const sizes = runs.map((run) => statSync(own.finished(run)).size);
  const older = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
  if (older > Math.max(MOST, 4 * Math.max(...sizes))) settle(root, own, runs, step);
}

/** Waits until every file of the runs is on the disk, and drops their packs. */
function settle(root: string, own: OwnFiles, runs: readonly number[], step: (step: string) => void): void {
  const packs = runs.map((run) => readPack(own.finished(run)));
  if (existsSync(own.pack)) packs.push(readPack(own.pack));
  const kindOf = folderKinds(root);
  const folders = new Set([""]);
  for (const [path, { content }] of lastWords(packs.map((pack) => ({ pack, time: 0 })))) {
    for (let folder = parentOf(path); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      if (kindOf(folder) === "folder") folders.add(folder);
    const file = join(root, path);
    if (content !== undefined && folders.has(parentOf(path)) && lstat(file)?.isFile()) syncFile(file);
  }
  for (const folder of folders) syncFolder(join(root, folder));
  step("synced");
  dropRuns(own, runs, step);
  if (existsSync(own.pack)) {
    unlinkSync(own.pack);
    step("dropped pack");
  }
  syncFolder(own.own);
}

/**
 * Writes again what was lost with the power: of each path that a kept pack has, the last content, unless it is there, or
 * something else was put there after the last run had finished. That is told by the time of the change, which a loss of
 * power does not make later. A file written again gets a time before that, as otherwise a second loss of power would make
 * it look like a change of others.
 *
 * @param pending pack that is going to be carried out: it knows better
 * @returns whether anything had to be written or deleted
 */
export function restore(
  root: string,
  own: OwnFiles,
  unsettled: Unsettled,
  pending: Pack | undefined,
  step: (step: string) => void,
): boolean {
  const words = lastWords(
    unsettled.runs.map((run) => ({
      pack: readPack(own.finished(run)),
      time: unsettled.finished.has(run) ? unsettled.time : Infinity,
    })),
  );
  for (const path of [...(pending?.deletes ?? []), ...(pending?.writes.map(([written]) => written) ?? [])])
    words.delete(path);
  mkdirSync(own.staging, { recursive: true });
  let restored = false;
  const kindBefore = folderKinds(root);
  const gone = [...words].flatMap(([path, { content }]) => (content === undefined ? [path] : []));
  for (const path of gone) {
    const found = kindBefore(parentOf(path)) === "folder" ? lstat(join(root, path)) : undefined;
    // A file that others moved here keeps the time of its content.
    if (found === undefined || found.isDirectory() || found.ctimeMs > (words.get(path)?.time ?? 0)) continue;
    remove(join(root, path));
    restored = true;
    step(`deleted ${path}`);
  }
  removeEmptied(
    root,
    gone.filter((path) => kindBefore(parentOf(path)) === "folder"),
    step,
  );
  const kindOf = folderKinds(root);
  const aside = join(own.staging, "restored");
  for (const [path, { content, time }] of words) {
    const folder = parentOf(path);
    if (content === undefined || kindOf(folder) === "other") continue;
    const file = join(root, path);
    const found = lstat(file);
    if (found !== undefined && (found.isDirectory() || found.mtimeMs > time || hasContent(file, found, content)))
      continue;
    if (kindOf(folder) === "missing") mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(aside, content);
    if (Number.isFinite(time)) utimesSync(aside, (time - 1) / 1000, (time - 1) / 1000);
    renameSync(aside, file);
    restored = true;
    step(`restored ${path}`);
  }
  return restored;
}

/** Of each path what the last of the packs says: its content, or that it is deleted. */
function lastWords(packs: readonly { readonly pack: Pack; readonly time: number }[]) {
  const words = new Map<string, { readonly content?: Uint8Array; readonly time: number }>();
  for (const { pack, time } of packs) {
    for (const path of pack.deletes) words.set(path, { time });
    for (const [path, content] of pack.writes) words.set(path, { content, time });
  }
  return words;
}

export function readPack(file: string): Pack {
  return unpacked(readFileSync(file), file);
}
