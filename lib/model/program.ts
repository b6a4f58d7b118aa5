import { hash } from "node:crypto";
import { existsSync, globSync, lstatSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { keyOf } from "./keys.ts";

/** Folder that holds the package: sources in a clone, what was built elsewhere. */
function packageFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder))
    if (existsSync(join(folder, "package.json"))) return folder;
}

/** Files of the code, relative to the folder of the package. */
function codeIn(root: string): readonly string[] {
  const code = existsSync(join(root, "lib")) ? "lib" : "dist/package";
  return globSync(`${code}/**/*.{ts,js,mjs,json,css}`, { cwd: root }).sort();
}

const textsIn = (root: string): readonly string[] =>
  ["package.json", "package-lock.json"].map((name) =>
    existsSync(join(root, name)) ? readFileSync(join(root, name), "utf8") : "",
  );

/**
 * Key of the program: what it makes of the same input may differ where its files, its dependencies or Node do. A clone is known
 * by the sizes and times of its files, since they change under it; so is a package, whose files carry their content in their
 * names.
 */
export function programKey(): string {
  const root = packageFolder();
  const files = codeIn(root).map((file) => {
    const { size, mtimeMs } = lstatSync(join(root, file));
    return [file, size, mtimeMs];
  });
  return keyOf(process.version, textsIn(root), files);
}

/** Key of the program that is the same on every machine: by what its files hold, since a checkout has times of its own. */
export function sharedProgramKey(): string {
  const root = packageFolder();
  const files = codeIn(root).map((file) => [
    file.replaceAll("\\", "/"),
    hash("sha256", readFileSync(join(root, file)), "hex"),
  ]);
  return keyOf(process.version, textsIn(root), files);
}
