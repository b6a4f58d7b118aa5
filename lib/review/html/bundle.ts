/** Modules by path, as they are written. */
export type Sources = ReadonlyMap<string, string>;

const IMPORT = /^import \{([^}]*)\} from\s"\.\/([\w-]+\.js)";\n/gm;
const EXPORT = /^export (?=(?:async )?(?:function|const) (\w+))/gm;

/**
 * One script from modules that import each other by name, each in a scope of its own.
 *
 * A page that is opened from disk may import nothing, and the few forms that its own modules use need no bundler.
 *
 * @param entry the module that runs last
 */
export function bundle(sources: Sources, entry: string): string {
  return ordered(sources, entry)
    .map((path) => scoped(path, sources.get(path) ?? ""))
    .join("\n");
}

/** A module and those that it imports, each after its own. */
function ordered(sources: Sources, entry: string): string[] {
  const found = new Set<string>();
  const open = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    const source = sources.get(path);
    if (source === undefined) throw new Error(`there is no module ${path}`);
    if (open.has(path)) throw new Error(`${path} imports itself`);
    open.add(path);
    for (const [, , imported = ""] of source.matchAll(IMPORT)) visit(imported);
    found.add(path);
  };
  visit(entry);
  return [...found];
}

function scoped(path: string, source: string): string {
  const exported = [...source.matchAll(EXPORT)].map(([, name]) => name);
  const body = source
    .replace(IMPORT, (_, names: string, from: string) => `const {${names.replace(/ as /g, ": ")}} = ${nameOf(from)};\n`)
    .replace(EXPORT, "")
    .replace(/^export \{\};\n/gm, "");
  const left = /^(?:import|export)\b.*/m.exec(body);
  if (left !== null) throw new Error(`${path} has a form of module that the bundle does not know: ${left[0]}`);
  return `const ${nameOf(path)} = (() => {\n${body}return { ${exported.join(", ")} };\n})();\n`;
}

const nameOf = (path: string): string => `$${path.replace(/\.js$/, "").replaceAll("-", "_")}`;
