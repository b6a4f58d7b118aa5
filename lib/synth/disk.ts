import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, type Stats } from "node:fs";

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

/** Waits until a file or folder is on the disk; not every system can for folders. */
export function sync(path: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(path, "r+");
  } catch (error) {
    if (codeOf(error) !== "EISDIR") throw error;
    handle = process.platform === "win32" ? undefined : openSync(path, "r");
  }
  if (handle === undefined) return;
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
