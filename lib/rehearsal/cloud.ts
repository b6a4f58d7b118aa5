import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { cliConfiguration, type Engine } from "../verify/engine.ts";
import { execute } from "../verify/execute.ts";
import { type LeftOut, partOf } from "./left-out.ts";
import type { Simulator } from "./simulator.ts";

const manifestSchema = z.looseObject({
  stacks: z.record(
    z.string(),
    z.looseObject({ dependencies: z.array(z.string()), wave: z.number(), account: z.string() }),
  ),
});

const stackSchema = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  data: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

/** A stack in the order in which it is applied. */
export interface Step {
  readonly name: string;
  readonly wave: number;
  readonly account: string;
}

/** What became of a stack. */
export interface Applied extends Step {
  readonly resources: number;
  readonly leftOut: readonly LeftOut[];
  readonly seconds: number;
  /** What the engine said. @default it was applied */
  readonly error?: string;
}

/** The stacks whose name begins with a prefix and all that they depend on, in apply order. @param folder `cdktf.out` */
export function stepsOf(folder: string, prefix: string): Step[] {
  const { stacks } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
  const wanted = new Set(Object.keys(stacks).filter((name) => name.startsWith(prefix)));
  // A set visits what is added while it is walked, so this reaches all dependencies.
  for (const name of wanted) for (const needed of stacks[name]?.dependencies ?? []) wanted.add(needed);
  return [...wanted]
    .map((name) => ({ name, wave: stacks[name]?.wave ?? 0, account: stacks[name]?.account ?? "" }))
    .sort((a, b) => a.wave - b.wave || (a.name < b.name ? -1 : 1));
}

export interface ApplyOptions {
  readonly engine: Engine;
  readonly simulator: Simulator;
  /** `cdktf.out/stacks`. */
  readonly stacks: string;
  /** Folder of this run: nothing is written outside it. */
  readonly run: string;
  readonly steps: readonly Step[];
  readonly onApplied?: (applied: Applied) => void;
}

/** Stacks applied at the same time: more only wait for each other on two cores. */
const AT_ONCE = 3;

/**
 * Applies synthesized stacks to the simulator, wave by wave, their exact bytes. A stack that makes a state bucket begins with
 * a local state and moves it there. Stops after the first wave in which a stack fails.
 */
export async function applyStacks(options: ApplyOptions): Promise<Applied[]> {
  const configuration = cliConfiguration(options.run);
  const done: Applied[] = [];
  for (const wave of [...new Set(options.steps.map((step) => step.wave))].sort((a, b) => a - b)) {
    const queue = options.steps.filter((step) => step.wave === wave);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
          const applied = await applyStack(options, configuration, step);
          done.push(applied);
          options.onApplied?.(applied);
        }
      }),
    );
    if (done.some(({ error }) => error !== undefined)) break;
  }
  return done;
}

async function applyStack(options: ApplyOptions, configuration: string, step: Step): Promise<Applied> {
  const start = performance.now();
  const folder = join(options.run, "stacks", step.name);
  mkdirSync(folder, { recursive: true });
  cpSync(join(options.stacks, step.name, "cdk.tf.json"), join(folder, "cdk.tf.json"));
  const part = partOf(stackSchema.parse(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"))));
  const env = {
    ...(await options.simulator.environmentFor(step.account)),
    TF_CLI_CONFIG_FILE: configuration,
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
  };
  const targets = part.leftOut.length === 0 ? [] : part.applied.map((address) => `-target=${address}`);
  const apply = ["apply", "-auto-approve", "-no-color", "-parallelism=30", ...targets];
  const commands = step.name.endsWith("-bootstrap")
    ? [() => localState(folder), ["init", "-no-color"], apply, () => remoteState(folder), MIGRATE]
    : [["init", "-no-color"], apply];
  let error: string | undefined;
  for (const command of commands) {
    if (typeof command === "function") command();
    else {
      const { status, output } = await execute(options.engine.path, command, folder, env);
      if (status !== 0) {
        error = output.trim();
        break;
      }
    }
  }
  return {
    ...step,
    resources: part.applied.length,
    leftOut: part.leftOut,
    seconds: (performance.now() - start) / 1000,
    ...(error === undefined ? {} : { error }),
  };
}

const MIGRATE = ["init", "-migrate-state", "-force-copy", "-no-color"];
const OVERRIDE = "backend_override.tf.json";

function localState(folder: string): void {
  writeFileSync(join(folder, OVERRIDE), JSON.stringify({ terraform: { backend: { local: {} } } }));
}

function remoteState(folder: string): void {
  if (existsSync(join(folder, OVERRIDE))) rmSync(join(folder, OVERRIDE));
}
