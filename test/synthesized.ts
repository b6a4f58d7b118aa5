import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { promisify } from "node:util";
import { type Graph, graphOf } from "../lib/estate/graph.ts";
import { type Estate, readEstate } from "../lib/estate/index.ts";
import { frozen } from "./frozen.ts";
import type { Document } from "./support.ts";

const ROOT = join(import.meta.dirname, "..");

let folder: Promise<string> | undefined;
let estate: Promise<Estate> | undefined;
let graph: Promise<Graph> | undefined;

/** The folder into which the command wrote the output of this repository's workspace: once a run, for all tests. */
export function outputFolder(): Promise<string> {
  folder ??= write();
  return folder;
}

/** The estate of this repository's workspace, from bytes that the command wrote. It is shared: see `Broken`. */
export function synthesized(): Promise<Estate> {
  estate ??= outputFolder().then((at) => frozen(readEstate(at)));
  return estate;
}

/** The graph of that estate. */
export function synthesizedGraph(): Promise<Graph> {
  graph ??= synthesized().then(graphOf);
  return graph;
}

/** Every file of that output, by its path. */
export async function outputFiles(): Promise<ReadonlyMap<string, string>> {
  const root = await outputFolder();
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => relative(root, join(parentPath, name)));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** The first worker that asks synthesizes; the others wait for it. */
async function write(): Promise<string> {
  const run = process.env["DODECA_TEST_RUN"];
  if (run === undefined) throw new Error("no folder for the run: see test/setup.mjs");
  const output = join(run, "output");
  const failure = join(run, "failure");
  const done = join(run, "done");
  try {
    mkdirSync(output);
  } catch {
    while (!existsSync(done) && !existsSync(failure)) await later(50);
    if (existsSync(failure)) throw new Error("the workspace has not been synthesized: another test says why");
    return output;
  }
  const command = [join(ROOT, "lib", "cli", "main.ts"), "synth", "--frozen", "--output", output];
  try {
    await promisify(execFile)(process.execPath, command, { cwd: ROOT });
  } catch (error) {
    writeFileSync(failure, "");
    throw error;
  }
  writeFileSync(done, "");
  return output;
}

/** A copy of a part of an estate that a test can break: the stacks and applications whose names match. */
export class Broken {
  readonly estate: Estate;

  constructor(whole: Estate, blueprint: string, environment: string) {
    this.estate = {
      blueprints: whole.blueprints,
      ...structuredClone({
        stacks: whole.stacks.filter((one) => one.blueprint === blueprint && one.environment === environment),
        applications: whole.applications.filter(
          (one) => one.blueprint === blueprint && one.environment === environment,
        ),
      }),
    };
  }

  /** The document of the stack whose name ends so. */
  stack(end: string): Document {
    const found = this.estate.stacks.find(({ name }) => name.endsWith(end));
    if (found === undefined) throw new Error(`no stack ${end}: ${this.estate.stacks.map(({ name }) => name)}`);
    return found.document;
  }

  /** The first resource of a type in a stack whose id matches, and its id. */
  resource(stack: string, type: string, id = /./): Document {
    const found = Object.entries(this.stack(stack).resource?.[type] ?? {}).find(([key]) => id.test(key));
    if (found === undefined) throw new Error(`${stack} has no ${type} ${id}`);
    return found[1];
  }

  /** Takes resources of a type out of a stack. */
  remove(stack: string, type: string, id = /./): void {
    const all = this.stack(stack).resource?.[type] ?? {};
    for (const key of Object.keys(all)) if (id.test(key)) delete all[key];
  }

  /** The object of a kind and name. */
  object(kind: string, name: string, namespace?: string): Document {
    const found = this.estate.applications
      .flatMap(({ objects }) => objects)
      .find(
        (object) =>
          object.kind === kind &&
          object.metadata.name === name &&
          (namespace === undefined || object.metadata.namespace === namespace),
      );
    if (found === undefined) throw new Error(`no ${kind} ${name}`);
    return found;
  }
}
