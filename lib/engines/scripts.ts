import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** A script of the `engines` folder: beside `lib` in a clone, beside what was built in the published package. */
export function script(...path: readonly string[]): string {
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const file = join(folder, "engines", ...path);
    if (existsSync(file)) return file;
  }
  throw new Error(`engines/${path.join("/")} is missing: the package is not whole`);
}
