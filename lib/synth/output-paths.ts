/** Folder below the root in which the writer keeps its own files. */
export const OWN_FOLDER = ".dodeca";

/** What engines keep in the folders of stacks. */
const FILES_OF_ENGINES = /(?:^|\/)(?:\.terraform(?:\/|$)|\.terraform\.lock\.hcl$|terraform\.tfstate(?:\.|$))/;

/** Throws for a path that leads out of the output, or to files that are not ours. */
export function checkPaths(paths: Iterable<string>): void {
  for (const path of paths) {
    const fault = faultOf(path);
    if (fault !== undefined) throw new Error(`${JSON.stringify(path)} cannot be written: ${fault}`);
  }
}

/** Throws for paths that exclude each other on some disk. */
export function checkTogether(paths: Iterable<string>): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const fold = folded(path);
    const other = seen.get(fold);
    if (other !== undefined) throw new Error(`${other} and ${path} are the same file on disks that ignore case`);
    seen.set(fold, path);
  }
  const folders = new Set<string>();
  for (const [fold, path] of seen) {
    for (let folder = parentOf(fold); folder !== "" && !folders.has(folder); folder = parentOf(folder)) {
      const other = seen.get(folder);
      if (other !== undefined) throw new Error(`${other} is a file and a folder, because of ${path}`);
      folders.add(folder);
    }
  }
}

function faultOf(path: string): string | undefined {
  if (path === "" || !path.isWellFormed() || path.includes("\0")) return "not a path";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "it has to be relative to the root";
  if (path.includes("\\")) return "folders are separated by /";
  if (/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return "an empty step, `.` or `..` in it";
  const fold = folded(path);
  if (fold === OWN_FOLDER || fold.startsWith(`${OWN_FOLDER}/`)) return "the writer keeps its own files there";
  if (FILES_OF_ENGINES.test(fold)) return "Terraform keeps its own files there";
  return undefined;
}

export function folded(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
