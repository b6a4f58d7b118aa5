import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { newFolder } from "./folders.ts";

export const REPOSITORY = join(import.meta.dirname, "..");
const BLUEPRINTS = join(REPOSITORY, "blueprints");

/** The command as a user runs it in a project. */
export interface Program {
  readonly name: string;
  /** Script of the command. */
  readonly script: string;
  /** What blueprints import. */
  readonly library: string;
  /** Folder of the project. */
  readonly project: string;
}

/** A clone, which runs its sources. */
export const clone = (): Program => ({
  name: "clone",
  script: join(REPOSITORY, "bin", "dodeca.mjs"),
  library: join(REPOSITORY, "lib", "index.ts"),
  project: newFolder(),
});

/** The package as it is installed in a project. @returns why there is none, where it cannot be built */
export function installed(): Program | string {
  const { status, stderr } = spawnSync(process.execPath, [join(REPOSITORY, "build", "package.ts")], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
  if (status !== 0) return `the package cannot be built: ${stderr.trim().split("\n").at(-1)}`;
  const project = newFolder();
  const folder = join(project, "node_modules", "dodeca");
  for (const part of ["package.json", "bin", "dist/package"])
    cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
  return { name: "package", script: join(folder, "bin", "dodeca.mjs"), library: "dodeca", project };
}

/** Values of the leaves that a run finds changed. */
export interface Leaves {
  /** Most pods of a service in one region. */
  readonly region: number;
  /** Memory of a service in an environment, in MiB. */
  readonly environment: number;
}

/** Writes the blueprints of this repository into a project, with a value for each of two leaves. */
export function writeBlueprints({ project, library }: Program, leaves: Leaves): void {
  for (const path of globSync("**/*.{ts,yaml}", { cwd: BLUEPRINTS })) {
    const text = readFileSync(join(BLUEPRINTS, path), "utf8").replaceAll(
      /"(?:\.\.\/)+lib\/index\.ts"/g,
      JSON.stringify(library),
    );
    const file = join(project, "blueprints", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path === "reference/blueprint.ts" ? withLeaves(text, leaves) : text);
  }
}

function withLeaves(text: string, { region, environment }: Leaves): string {
  const replaced = (whole: string, old: string, now: string): string => {
    if (whole.split(old).length !== 2) throw new Error(`the reference has no single ${old}: mend bench/programs.ts`);
    return whole.replace(old, now);
  };
  const inRegion = replaced(
    text,
    `"eu-west-1": "active"`,
    `"eu-west-1": { role: "active", overrides: { services: { user: { scaling: { max: ${region} } } } } }`,
  );
  return replaced(
    inRegion,
    "overrides: { layers: { edge: prodEdge",
    `overrides: { services: { user: { resources: { memory: "${environment}Mi" } } }, layers: { edge: prodEdge`,
  );
}
