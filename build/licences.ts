// Under which licences the code of others comes that is bundled.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const packageSchema = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  license: z.string().optional(),
  repository: z.union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)]).optional(),
});
type Package = z.infer<typeof packageSchema>;

/** Packages whose tarball has no licence text, and the package of the same repository that has it. */
const SAME_REPOSITORY: ReadonlyMap<string, string> = new Map([["cdktn", "cdktn-cli"]]);

const read = (folder: string): Package =>
  packageSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
const called = ({ name, version }: Package): string => `${name} ${version}`;

/** The folder of the package that a bundled file belongs to; nothing for files of ours. */
function packageOf(file: string): string | undefined {
  if (!/(?:^|\/)node_modules\//.test(file)) return undefined;
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    // Folders inside of a package may have a package.json without a name.
    if (existsSync(join(folder, "package.json")) && read(folder).name !== undefined) return folder;
  }
  throw new Error(`${file} belongs to no package`);
}

/** Where the sources are: packages write `git+https://`, `git://`, or only `owner/name` for GitHub. */
function sourceOf(found: Package): string {
  const bare = found.repository?.replace(/^(?:git\+)?\w+:\/\/|^github:|\.git$/g, "");
  if (bare === undefined) throw new Error(`${called(found)} says nowhere where its sources are`);
  return `https://${/^[\w-]+\/[\w.-]+$/.test(bare) ? "github.com/" : ""}${bare}`;
}

/** Texts of a package's licence, and its notice where there is one. */
function textsIn(folder: string): string[] {
  const files = readdirSync(folder).sort();
  const licences = files.filter((file) => /^(?:licen[cs]e|copying)/i.test(file));
  if (licences.length === 0) return [];
  const notices = files.filter((file) => /^notice/i.test(file));
  return [...licences, ...notices].map((file) => readFileSync(join(folder, file), "utf8").trim());
}

function textsOf(folder: string, found: Package): string[] {
  const texts = textsIn(folder);
  const other = SAME_REPOSITORY.get(found.name ?? "");
  if (texts.length > 0 || other === undefined) return texts;
  const instead = join(dirname(folder), other);
  const sibling = read(instead);
  if (sibling.version !== found.version || sourceOf(sibling) !== sourceOf(found))
    throw new Error(`${called(sibling)} is not of the same repository and version as ${called(found)}`);
  return textsIn(instead);
}

/**
 * The licences of all packages that the given files belong to.
 * @throws Error when one of them has no licence text: its code must not be passed on then
 */
export function licencesOf(files: readonly string[]): string {
  const folders = [...new Set(files.flatMap((file) => packageOf(file) ?? []))].sort();
  const parts = folders.map((folder) => {
    const found = read(folder);
    const texts = textsOf(folder, found);
    if (texts.length === 0) throw new Error(`${called(found)} is bundled, but has no licence text`);
    return [called(found), `Licence: ${found.license}. Source: ${sourceOf(found)}`, ...texts].join("\n\n");
  });
  const line = `\n\n${"-".repeat(80)}\n\n`;
  return `${[`This package contains code of ${folders.length} others.`, ...parts].join(line)}\n`;
}
