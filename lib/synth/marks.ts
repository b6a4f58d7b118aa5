import { hash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A file as a run left it: its digest, and what a look at its entry tells, so that it need not be read again. */
export type Mark = readonly [digest: string, size: number, mtime: number, ctime: number, inode: number];

/** The mark of a file with a known digest; nothing where there is no file. */
export function markOf(root: string, path: string, digest: string): Mark | undefined {
  const found = lstatSync(join(root, path), { throwIfNoEntry: false });
  return found?.isFile() ? [digest, found.size, found.mtimeMs, found.ctimeMs, found.ino] : undefined;
}

/** A file system may not tell times apart that are nearer: what changed so soon after a run has to be read. */
const TICK_MS = 20;

/** Waits until no time that a file has been given can be mistaken for that of a later change. */
export function letTimesPass(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TICK_MS + 5);
}

/** Whether the entry of a file says that it is as a run left it. @param written when that run ended, in milliseconds since 1970 */
export function isSameEntry(mark: Mark, now: Mark | undefined, written: number): boolean {
  return now !== undefined && mark.every((value, index) => value === now[index]) && mark[3] < written - TICK_MS;
}

/** The mark of a file now, where it has the content with which a run left it. */
export function markAsLeft(root: string, path: string, mark: Mark, written: number): Mark | undefined {
  const [digest] = mark;
  const now = markOf(root, path, digest);
  if (now === undefined || isSameEntry(mark, now, written)) return now;
  return `sha256:${hash("sha256", readFileSync(join(root, path)), "hex")}` === digest ? now : undefined;
}
