import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Estate, readEstate } from "../lib/estate/index.ts";
import type { Document } from "./support.ts";

const ROOT = join(import.meta.dirname, "..");

/** The estate of this repository's workspace, from bytes that the command wrote. */
export function synthesized(): Estate {
  const folder = mkdtempSync(join(tmpdir(), "dodeca-estate-"));
  try {
    const command = [join(ROOT, "lib", "cli", "main.ts"), "synth", "--frozen", "--output", folder];
    const { status, stderr } = spawnSync(process.execPath, command, {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    if (status !== 0) throw new Error(stderr);
    return readEstate(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
