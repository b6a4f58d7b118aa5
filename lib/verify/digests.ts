import { hash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { definitionsFolder } from "../engines/control-plane.ts";
import { script } from "../engines/scripts.ts";
import { type Engine, enginesFolder } from "../engines/terraform.ts";
import type { Files } from "../estate/files.ts";
import { applicationOfFile } from "../estate/objects.ts";
import { stackOfFile } from "../estate/stacks.ts";
import { programKey } from "../model/program.ts";

/** Digest of texts: each is preceded by its length, so that no two lists have the same. */
const digestOf = (texts: readonly string[]): string =>
  `sha256:${hash("sha256", texts.map((text) => `${text.length}:${text}`).join(""))}`;

/** Digest of the files of each unit of an output, by name of stack or path of application. */
export function unitDigests(files: Files): {
  readonly stacks: ReadonlyMap<string, string>;
  readonly applications: ReadonlyMap<string, string>;
} {
  const by = (unitOf: (path: string) => string | undefined): ReadonlyMap<string, string> => {
    const units = Map.groupBy(files, ([path]) => unitOf(path) ?? "");
    units.delete("");
    return new Map([...units].map(([unit, own]) => [unit, digestOf(own.flat())]));
  };
  return { stacks: by(stackOfFile), applications: by(applicationOfFile) };
}

/** All that the verdict about a stack depends on besides the stack. @param provider version of the AWS provider */
export const stacksKey = ({ name, version }: Pick<Engine, "name" | "version">, provider: string): string =>
  digestOf([...program(), name, version, provider]);

/** All that the verdict about an object depends on besides the object: the server as it was built, and what it is told. */
export function objectsKey(): string {
  const { size, mtimeMs } = statSync(join(enginesFolder(), "kube-apiserver"));
  const scripts = dirname(script("kubernetes", "control-plane.sh"));
  return digestOf([
    ...program(),
    `${size} ${mtimeMs}`,
    ...contents(definitionsFolder(), "**/*.{yaml,yml}"),
    ...contents(scripts, "*.*"),
  ]);
}

/** The code that asks engines and reads what they say: the program itself where it is bundled. */
function program(): string[] {
  const sources = contents(join(import.meta.dirname, ".."), "{verify,engines,estate}/**/*.ts");
  return sources.length === 0 ? [programKey()] : sources;
}

const contents = (folder: string, pattern: string): string[] =>
  globSync(pattern, { cwd: folder })
    .sort()
    .flatMap((path) => [path, readFileSync(join(folder, path), "utf8")]);
