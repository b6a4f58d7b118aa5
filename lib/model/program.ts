import { existsSync, globSync, lstatSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { keyOf } from "./keys.ts";

/** Folder that holds the package: sources in a clone, what was built elsewhere. */
function packageFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder))
    if (existsSync(join(folder, "package.json"))) return folder;
}

/**
 * Key of the program: what it makes of the same input may differ where its files, its dependencies or Node do. A clone is known
 * by the sizes and times of its files, since they change under it; so is a package, whose files carry their content in their
 * names.
 */
export function programKey(): string {
  const root = packageFolder();
  const code = existsSync(join(root, "lib")) ? "lib" : "dist/package";
  const files = globSync(`${code}/**/*.{ts,js,mjs,json,css}`, { cwd: root })
    .sort()
    .map((file) => {
      const { size, mtimeMs } = lstatSync(join(root, file));
      return [file, size, mtimeMs];
    });
  const texts = ["package.json", "package-lock.json"].map((name) =>
    existsSync(join(root, name)) ? readFileSync(join(root, name), "utf8") : "",
  );
  return keyOf(process.version, texts, files);
}
