import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const MEMORY = "/dev/shm";

/**
 * Where everything is written: a file system in memory. On a disk a run of many files takes as long as the disk likes, and ext4
 * makes files ten times slower in the minutes after as many were removed.
 */
export const inMemory = isWritable(MEMORY);
const top = mkdtempSync(join(inMemory ? MEMORY : tmpdir(), "dodeca-bench-"));
process.once("exit", () => rmSync(top, { recursive: true, force: true }));

/** A new empty folder that is removed when the bench ends. */
export const newFolder = (): string => mkdtempSync(join(top, "f-"));

export const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Writes files below a folder as any program would: no staging, no journal, no lock. */
export function writePlainly(folder: string, files: ReadonlyMap<string, string>): void {
  const made = new Set<string>();
  for (const [path, text] of files) {
    const file = join(folder, path);
    const parent = dirname(file);
    if (!made.has(parent)) {
      mkdirSync(parent, { recursive: true });
      made.add(parent);
    }
    writeFileSync(file, text);
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
