// esbuild gives classes other names where two have the same (`Table2`) or one mentions itself (`_Token`). What is read as
// `constructor.name` must stay. Its own option for that (keepNames) names every function each time that it is made, which
// costs a twenty-fifth of a synthesis.
import { existsSync, readFileSync } from "node:fs";

/** A class as esbuild prints it: the variable that it is assigned to, and the name that it has inside. */
const CLASS = /(?:(?<![\w$])([\w$]+) = )?\bclass(?: (?!extends\b)([\w$]+))?(?: extends [^{}]+)? \{/g;

/** Names of classes in the sources of what is bundled. */
export function classNames(files: readonly string[]): ReadonlySet<string> {
  const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  const found = texts.flatMap((text) => [...text.matchAll(/\bclass\s+([\w$]+)|(?<![\w$])([\w$]+)\s*=\s*class\b/g)]);
  return new Set(found.map(([, name, variable]) => name ?? variable ?? ""));
}

/**
 * Gives classes their names back.
 * @throws Error when it is not known what a class was called
 */
export function withNames(code: string, known: ReadonlySet<string>): string {
  return code.replace(CLASS, (text: string, variable: string | undefined, inside: string | undefined) => {
    const name = inside ?? variable;
    if (name === undefined || known.has(name)) return text;
    const was = [/^_/, /\d+$/, /^_|\d+$/g].map((added) => name.replace(added, "")).find((one) => known.has(one));
    if (was === undefined) throw new Error(`no source has a class ${name}`);
    return `${text} static { Object.defineProperty(this, "name", { value: "${was}", configurable: true }); }`;
  });
}
