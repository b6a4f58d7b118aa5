import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, type Stats, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parentOf } from "./output-paths.ts";

/** Thrown when something that is not ours stands where the output, or the record of it, has to be. */
export class OutputBlocked extends Error {
  override readonly name = "OutputBlocked";
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.path = path;
  }
}

/** What stands at a path, without following links; nothing below a file. */
export function lstat(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Text of a file; nothing where there is none. */
export function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ESRCH") return undefined;
    throw error;
  }
}

/** Whether a file, as it was found, has this content. */
export function hasContent(file: string, found: Stats, content: string | Uint8Array): boolean {
  if (!found.isFile() || found.size !== Buffer.byteLength(content)) return false;
  const there = readFileSync(file);
  return typeof content === "string" ? Buffer.from(content).equals(there) : there.equals(content);
}

/** Tells what folders are now, links not followed; looks at each once. */
export function folderKinds(root: string): (folder: string) => "folder" | "missing" | "other" {
  const known = new Map<string, "folder" | "missing" | "other">([["", "folder"]]);
  const kindOf = (folder: string): "folder" | "missing" | "other" => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    let kind = kindOf(parentOf(folder));
    if (kind === "folder") {
      const found = lstat(join(root, folder));
      kind = found === undefined ? "missing" : found.isDirectory() ? "folder" : "other";
    }
    known.set(folder, kind);
    return kind;
  };
  return kindOf;
}

/** Writes a file and waits until it is on the disk. */
export function writeSynced(file: string, content: Uint8Array): void {
  const handle = openSync(file, "w");
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Waits until a file is on the disk. */
export function syncFile(file: string): void {
  const handle = openSync(file, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Waits until the names in a folder are on the disk, where the system can. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Code of an error of the system, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
