import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { AwsEndpoint } from "../engines/aws.ts";
import { execute } from "../engines/execute.ts";
import type { Engine } from "../engines/terraform.ts";
import { DIFFERENCES } from "./differences.ts";
import { contractsLeftOut, type LeftOut, partOf } from "./left-out.ts";
import type { Step } from "./steps.ts";

const stackSchema = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  data: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

/** A resource that a second plan wants to change although nothing has changed. */
export interface Difference {
  readonly address: string;
  /** Why that is the simulator's fault. @default it is not known to be, which is a finding */
  readonly because?: string;
}

/** What became of a stack. */
export interface StackReport extends Step {
  /** Resources that were applied, by address. */
  readonly applied: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly differences: readonly Difference[];
  readonly seconds: number;
  /** Whether it was taken down again. @default it was not asked for */
  readonly destroyed?: boolean;
  /** What the engine said. @default everything came up */
  readonly error?: string;
}

export interface StackRunOptions {
  readonly engine: Engine;
  readonly endpoint: AwsEndpoint;
  /** `cdktf.out/stacks`. */
  readonly stacks: string;
  /** Folder of this run: nothing is written outside it. */
  readonly run: string;
  /** The engine's CLI configuration. */
  readonly configuration: string;
  /** Ends the engine when it is aborted. */
  readonly signal: AbortSignal;
}

/** The second plan, in the stack's folder. */
const PLAN = "tfplan";

const isBootstrap = ({ name }: Step): boolean => name.endsWith("-bootstrap");

/** One stack in a folder of its own. */
export class StackRun {
  private readonly folder: string;
  private readonly options: StackRunOptions;
  private readonly step: Step;

  constructor(options: StackRunOptions, step: Step) {
    this.options = options;
    this.step = step;
    this.folder = join(options.run, "stacks", step.name);
  }

  /** Init, apply, and a second plan that has to be empty. A stack that makes a state bucket moves its state there. */
  async bringUp(): Promise<StackReport> {
    const start = performance.now();
    mkdirSync(this.folder, { recursive: true });
    const file = join(this.folder, "cdk.tf.json");
    cpSync(join(this.options.stacks, this.step.name, "cdk.tf.json"), file);
    const stack = stackSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const part = partOf(stack);
    const targets = part.leftOut.length === 0 ? [] : part.applied.map((address) => `-target=${address}`);
    const contracts = contractsLeftOut(stack, part);
    let error = contracts.length === 0 ? undefined : `contracts depend on what is left out: ${contracts.join(", ")}`;
    let differences: readonly Difference[] = [];
    const run = async (...args: readonly string[]): Promise<void> => {
      if (error !== undefined) return;
      const { status, output } = await this.engine(args);
      if (status !== 0) error = firstError(output);
    };
    const override = join(this.folder, "backend_override.tf.json");
    if (isBootstrap(this.step)) writeFileSync(override, JSON.stringify({ terraform: { backend: { local: {} } } }));
    await run("init");
    await run("apply", "-auto-approve", "-parallelism=30", ...targets);
    if (isBootstrap(this.step)) {
      rmSync(override);
      await run("init", "-migrate-state", "-force-copy");
    }
    if (error === undefined) {
      const { status, output } = await this.engine([
        "plan",
        "-detailed-exitcode",
        `-out=${PLAN}`,
        "-parallelism=30",
        ...targets,
      ]);
      if (status === 1) error = firstError(output);
      if (status === 2) differences = differencesIn(output);
    }
    return {
      ...this.step,
      applied: part.applied,
      leftOut: part.leftOut,
      differences,
      seconds: (performance.now() - start) / 1000,
      ...(error === undefined ? {} : { error }),
    };
  }

  /** The second plan as JSON, once the stack is up: nothing in it is unknown. @throws with what the engine said when it failed */
  async plan(): Promise<string> {
    const { status, output } = await this.engine(["show", "-json", PLAN]);
    if (status !== 0) throw new Error(firstError(output));
    return output;
  }

  /** Takes everything down again. @returns what the engine said when it failed */
  async takeDown(): Promise<string | undefined> {
    const { status, output } = await this.engine(["destroy", "-auto-approve", "-parallelism=30"]);
    return status === 0 ? undefined : firstError(output);
  }

  private async engine(args: readonly string[]): Promise<{ readonly status: number; readonly output: string }> {
    const [command = "", ...rest] = args;
    const { engine, endpoint, configuration, run, signal } = this.options;
    if (signal.aborted) return { status: 1, output: "Error: interrupted" };
    let env: NodeJS.ProcessEnv;
    try {
      env = await endpoint.environmentFor(this.step.account);
    } catch (cause) {
      return { status: 1, output: `Error: ${cause instanceof Error ? cause.message : String(cause)}` };
    }
    return execute(
      engine.path,
      [command, "-no-color", ...rest],
      this.folder,
      {
        ...env,
        TF_CLI_CONFIG_FILE: configuration,
        TF_IN_AUTOMATION: "1",
        TF_INPUT: "0",
        CHECKPOINT_DISABLE: "1",
        TMPDIR: run,
      },
      { signal },
    );
  }
}

/** What an engine said, from its first error on. */
const firstError = (output: string): string => output.slice(Math.max(0, output.search(/^.*Error: /m))).trim();

/** Resources that a plan wants to change, with the reason where it is the simulator's. */
export function differencesIn(plan: string): Difference[] {
  return [...plan.matchAll(/^ {2}# (\S+) (?:will|must) be (?!read)/gm)].map(([, address = ""]) => {
    const because = DIFFERENCES[address.slice(0, address.indexOf("."))];
    return because === undefined ? { address } : { address, because };
  });
}
