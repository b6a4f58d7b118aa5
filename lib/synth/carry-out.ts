import { mkdirSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf, lstat } from "./disk.ts";
import { parentOf } from "./output-paths.ts";
import type { OwnFiles } from "./own-files.ts";
import type { Pack } from "./pack.ts";

/**
 * Does what a pack says. May be cut off anywhere and called again, since it then does everything again.
 *
 * A file that is not there is written in place; one that is there is replaced by a rename, so that what reads it meanwhile
 * sees its old content or its new.
 */
export function carryOut(root: string, own: OwnFiles, pack: Pack, step: (step: string) => void): void {
  for (const path of pack.deletes) {
    remove(join(root, path));
    step(`deleted ${path}`);
  }
  removeEmptied(root, pack.deletes, step);
  mkdirSync(own.staging, { recursive: true });
  const isNew = newFolders(root);
  const aside: [file: string, path: string][] = [];
  for (const [index, [path, content]] of pack.writes.entries()) {
    const file = join(root, path);
    if (isNew(parentOf(path)) || lstat(file) === undefined) {
      writeFileSync(file, content, { flag: "wx" });
      step(`written ${path}`);
    } else {
      const staged = join(own.staging, String(index));
      writeFileSync(staged, content);
      aside.push([staged, path]);
      step(`staged ${path}`);
    }
  }
  // After all is written: ext4 is slow to make a file soon after another was replaced.
  for (const [staged, path] of aside) {
    renameSync(staged, join(root, path));
    step(`renamed ${path}`);
  }
}

/** Makes folders that are missing, and tells of each whether it did: nothing can be in the way in such a folder. */
function newFolders(root: string): (folder: string) => boolean {
  const known = new Map([["", false]]);
  return (folder) => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const made = mkdirSync(join(root, folder), { recursive: true }) !== undefined;
    known.set(folder, made);
    return made;
  };
}

/** Deletes a file; what is no file stays. */
export function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!["ENOENT", "ENOTDIR", "EISDIR", "EPERM"].includes(codeOf(error)) || lstat(file)?.isFile()) throw error;
  }
}

/** Removes folders in which nothing is left after deletions. */
export function removeEmptied(root: string, deletes: readonly string[], step: (step: string) => void): void {
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
