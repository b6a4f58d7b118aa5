import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { load } from "js-yaml";
import { z } from "zod";
import type { Blueprint } from "./blueprint.ts";
import { account as accountSchema } from "./environment.ts";
import { type Ledger, readLedger } from "./ledger.ts";
import { locate } from "./locate.ts";
import { isObject, notJson, type Origin, type Provenance } from "./merge.ts";
import { InvalidInput, type Problem } from "./problem.ts";
import { nameRoot } from "./reads.ts";
import { mergeForks, originOf, type Resolution } from "./resolve.ts";

/** An account with the name that blueprints use. */
export interface NamedAccount extends z.infer<typeof accountSchema> {
  readonly name: string;
  readonly partition: "aws" | "aws-cn" | "aws-us-gov";
}

/** A blueprint as loaded: forks merged, nothing resolved yet. */
export interface LoadedBlueprint {
  readonly name: string;
  /** Path relative to the workspace's parent folder, for people. */
  readonly file: string;
  readonly merged: Resolution;
  /** Digests of released images by environment and repository, from `images.lock.yaml`. */
  readonly images: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The folder that holds blueprints, accounts and the ledger. */
export interface Workspace {
  readonly root: string;
  readonly accounts: ReadonlyMap<string, NamedAccount>;
  readonly blueprints: ReadonlyMap<string, LoadedBlueprint>;
  readonly ledger: Ledger;
  /** File and line of an origin, found on demand. */
  readonly locate: (origin: Origin | undefined) => { readonly file?: string; readonly line?: number };
  /** File and line of a path in a blueprint. */
  readonly place: (
    blueprint: LoadedBlueprint,
    path: readonly string[],
  ) => { readonly file?: string; readonly line?: number };
}

const forkStep = z.object({ name: z.string(), add: z.unknown(), change: z.unknown() });
const loaded = z.object({ name: z.string(), base: z.unknown(), forks: z.array(forkStep) });

/** Declares the accounts of a workspace. Types and returns data; the loader validates. */
export function accounts<const A extends { readonly [name: string]: z.input<typeof accountSchema> }>(declared: A): A {
  return declared;
}

/**
 * Loads a workspace: `accounts.ts`, `ledger.yaml` and a `blueprint.ts` in every folder.
 * @throws InvalidInput with everything that is wrong with the files themselves
 */
export async function loadWorkspace(
  root: string,
  options: {
    /** Folder that files are shown relative to. @default the folder above */
    readonly base?: string;
    /** Loads a module. @default Node does, once a process */
    readonly load?: LoadModule;
  } = {},
): Promise<Workspace> {
  const { base = join(root, ".."), load: loadModule = importModule } = options;
  const shown = (file: string): string => relative(base, file).replaceAll("\\", "/");
  const problems: Problem[] = [];
  const collect = async <T>(work: () => Promise<T> | T): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  if (!existsSync(root)) {
    throw new InvalidInput([
      {
        code: "no-workspace",
        path: "",
        file: shown(root),
        message: "there is no such folder",
        fix: "run in the folder above `blueprints/`, or name it with --workspace",
      },
    ]);
  }
  const ledger = await collect(() => readLedger(join(root, "ledger.yaml"), shown(join(root, "ledger.yaml"))));
  const declared = await collect(() => loadAccounts(root, shown, loadModule));
  const files = blueprintFiles(root);
  if (files.length === 0) {
    problems.push({
      code: "no-blueprint",
      path: "",
      file: shown(root),
      message: "no folder here holds a blueprint.ts",
      fix: "write blueprints/<name>/blueprint.ts",
    });
  }
  const fileOf = new WeakMap<object, string>();
  const blueprints = new Map<string, LoadedBlueprint>();
  for (const file of files) {
    const found = await collect(() => loadBlueprint(file, shown, loadModule));
    if (found === undefined) continue;
    remember(found, file, fileOf);
    const first = blueprints.get(found.name);
    if (first) {
      problems.push({
        code: "duplicate-blueprint",
        path: found.name,
        file: shown(file),
        ...lineOf(file, ["name"]),
        message: `the blueprint in ${first.file} has the same name`,
        given: found.name,
        fix: "give one of them another name",
      });
      continue;
    }
    const images = await collect(() => readImages(dirname(file), shown));
    blueprints.set(found.name, {
      name: found.name,
      file: shown(file),
      merged: mergeForks(found),
      images: images ?? {},
    });
  }
  if (problems.length > 0 || ledger === undefined || declared === undefined) throw new InvalidInput(problems);
  const locateOrigin = (origin: Origin | undefined): { file?: string; line?: number } => {
    const file = origin?.root === undefined ? undefined : fileOf.get(origin.root);
    if (origin === undefined || file === undefined) return {};
    const place = locate(file, origin.at);
    return { file: shown(place.file), line: place.line };
  };
  return {
    root,
    accounts: declared,
    blueprints,
    ledger,
    locate: locateOrigin,
    place: (blueprint, path) =>
      placeIn(locateOrigin, blueprint.merged.provenance, path) ?? { file: blueprint.file, line: 1 },
  };
}

/** File and line of a path, or of the nearest thing above it that something has set. */
export function placeIn(
  locateOrigin: Workspace["locate"],
  provenance: Provenance,
  path: readonly string[],
): ReturnType<Workspace["locate"]> | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = locateOrigin(originOf(provenance, path.slice(0, length)));
    if (found.file !== undefined) return found;
  }
  return undefined;
}

function lineOf(file: string, path: readonly string[]): { line: number } {
  return { line: locate(file, path).line };
}

const EXTENSIONS = ["ts", "mts", "js", "mjs"];

function moduleFile(folder: string, name: string): string | undefined {
  return EXTENSIONS.map((extension) => join(folder, `${name}.${extension}`)).find((file) => existsSync(file));
}

function blueprintFiles(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => moduleFile(join(root, name), "blueprint") ?? []);
}

const imagesSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: "a digest is sha256: and 64 hexadecimal digits" }),
  ),
);

function readImages(folder: string, shown: (file: string) => string): z.infer<typeof imagesSchema> {
  const file = join(folder, "images.lock.yaml");
  if (!existsSync(file)) return {};
  const fail = (message: string): InvalidInput =>
    new InvalidInput([
      { code: "invalid-image-lock", path: "", file: shown(file), message, fix: "let the pipeline write the file" },
    ]);
  let data: unknown;
  try {
    data = load(readFileSync(file, "utf8"));
  } catch (error) {
    throw fail(`the file is no YAML: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
  }
  const parsed = imagesSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(
    parsed.error.issues.map((issue) => ({
      code: "invalid-image-lock",
      path: issue.path.join("."),
      file: shown(file),
      message: issue.message,
      fix: "let the pipeline write the file",
    })),
  );
}

/** Loads the module of a file. */
export type LoadModule = (file: string) => Promise<unknown>;

const importModule: LoadModule = (file) => import(pathToFileURL(file).href);

async function importDefault(file: string, shown: (file: string) => string, load: LoadModule): Promise<unknown> {
  try {
    const module: unknown = await load(file);
    return isObject(module) || (typeof module === "object" && module !== null && "default" in module)
      ? Reflect.get(module, "default")
      : undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const line = new RegExp(`${file.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}:(\\d+)`).exec(`${stack}\n${message}`)?.[1];
    throw new InvalidInput([
      {
        code: "malformed-module",
        path: "",
        file: shown(file),
        ...(line === undefined ? {} : { line: Number(line) }),
        message: `the file cannot be loaded: ${message.trim()}`,
        fix: "mend the TypeScript; `npx tsc --noEmit` says more",
      },
    ]);
  }
}

async function loadAccounts(
  root: string,
  shown: (file: string) => string,
  load: LoadModule,
): Promise<Map<string, NamedAccount>> {
  const file = moduleFile(root, "accounts");
  if (file === undefined) {
    throw new InvalidInput([
      {
        code: "no-accounts",
        path: "",
        file: shown(join(root, "accounts.ts")),
        message: "the workspace declares no accounts",
        fix: 'write `export default accounts({ "name": { id: "123456789012" } })`',
      },
    ]);
  }
  const parsed = z.record(z.string(), accountSchema).safeParse(await importDefault(file, shown, load));
  if (!parsed.success) {
    throw new InvalidInput(
      parsed.error.issues.map((issue) => ({
        code: "invalid-account",
        path: issue.path.join("."),
        file: shown(file),
        ...lineOf(file, issue.path.map(String)),
        message: issue.message,
        fix: 'an account is { id: "123456789012" }',
      })),
    );
  }
  const byId = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name, { id }] of Object.entries(parsed.data)) {
    const other = byId.get(id);
    if (other !== undefined) {
      problems.push({
        code: "duplicate-account",
        path: name,
        file: shown(file),
        ...lineOf(file, [name]),
        message: `${other} is the same account`,
        given: id,
        fix: "declare an account once and use its name",
      });
    }
    byId.set(id, name);
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return new Map(
    Object.entries(parsed.data).map(([name, value]) => [
      name,
      nameRoot(`account/${name}`, { ...value, name, partition: value.partition ?? "aws" }),
    ]),
  );
}

async function loadBlueprint(file: string, shown: (file: string) => string, load: LoadModule): Promise<Blueprint> {
  const value = await importDefault(file, shown, load);
  const parsed = loaded.safeParse(value);
  if (!parsed.success) {
    throw new InvalidInput([
      {
        code: "no-default-blueprint",
        path: "",
        file: shown(file),
        line: 1,
        message: "the file has no blueprint as its default export",
        fix: "write `export default blueprint({ ... })` or `export default fork(base, { ... })`",
      },
    ]);
  }
  const parts: readonly (readonly [unknown, readonly string[]])[] = [
    [parsed.data.base, []],
    ...parsed.data.forks.flatMap(({ add, change }) => [[add, ["add"]] as const, [change, ["change"]] as const]),
  ];
  const problems = parts.flatMap(([part, prefix]): Problem[] => {
    const bad = notJson(part);
    return bad === undefined
      ? []
      : [
          {
            code: "not-data",
            path: [...prefix, ...bad].join("."),
            file: shown(file),
            ...lineOf(file, [...prefix, ...bad]),
            message: "a blueprint is plain data: no functions, class instances, dates or NaN",
            fix: "write the value itself",
          },
        ];
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  // The parsed copy has lost the identity of the objects, by which their files are known.
  return isBlueprint(value) ? value : { ...parsed.data };
}

function isBlueprint(value: unknown): value is Blueprint {
  return loaded.safeParse(value).success;
}

function remember(blueprint: Blueprint, file: string, fileOf: WeakMap<object, string>): void {
  const own = blueprint.forks.at(-1) ?? blueprint.base;
  if (typeof own === "object" && own !== null) fileOf.set(own, file);
  for (const part of [blueprint.base, ...blueprint.forks]) {
    if (typeof part === "object" && part !== null && !fileOf.has(part)) fileOf.set(part, file);
  }
}
