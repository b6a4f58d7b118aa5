import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { execute } from "../engines/execute.ts";
import type { Simulator } from "../engines/simulator.ts";
import { cliConfiguration, type Engine } from "../engines/terraform.ts";
import { DIFFERENCES } from "./differences.ts";
import { type LeftOut, partOf } from "./left-out.ts";
import { inOrder, reversed, type Step } from "./steps.ts";

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
  readonly resources: number;
  readonly leftOut: readonly LeftOut[];
  readonly differences: readonly Difference[];
  readonly seconds: number;
  /** Whether it was taken down again. @default it was not asked for */
  readonly destroyed?: boolean;
  /** What the engine said. @default everything came up */
  readonly error?: string;
}

export interface CloudOptions {
  readonly engine: Engine;
  readonly simulator: Simulator;
  /** `cdktf.out/stacks`. */
  readonly stacks: string;
  /** Folder of this run: nothing is written outside it. */
  readonly run: string;
  readonly steps: readonly Step[];
  /** Whether everything is taken down again at the end. */
  readonly destroy: boolean;
  /** Ends the engines when it is aborted. */
  readonly signal: AbortSignal;
  readonly onStart?: (what: "apply" | "destroy", name: string) => void;
  readonly onStack?: (report: StackReport) => void;
}

/** Stacks worked on at the same time: more only wait for each other on two cores. */
const AT_ONCE = 3;

/** Brings stacks up on the simulator, their exact bytes, each as soon as what it depends on is there; and down again. */
export async function rehearseCloud(options: CloudOptions): Promise<StackReport[]> {
  const configuration = cliConfiguration(options.run);
  const reports = new Map<string, StackReport>();
  await inOrder(options.steps, AT_ONCE, async (step) => {
    options.onStart?.("apply", step.name);
    const report = await new StackRun(options, configuration, step).bringUp();
    reports.set(step.name, report);
    options.onStack?.(report);
    return report.error === undefined;
  });
  const complete = options.steps.every(({ name }) => reports.get(name)?.error === undefined && reports.has(name));
  if (options.destroy && complete)
    // What is the account's own stays, as it would: the trail, the state, and with it the proof that nothing else does.
    await inOrder(reversed(options.steps.filter(isEnvironments)), AT_ONCE, async (step) => {
      options.onStart?.("destroy", step.name);
      const error = await new StackRun(options, configuration, step).takeDown();
      const report = reports.get(step.name);
      if (report !== undefined)
        reports.set(step.name, {
          ...report,
          ...(error === undefined ? { destroyed: true } : { destroyed: false, error }),
        });
      return error === undefined;
    });
  return options.steps.flatMap(({ name }) => reports.get(name) ?? []);
}

const isBootstrap = ({ name }: Step): boolean => name.endsWith("-bootstrap");
const isEnvironments = ({ name }: Step): boolean => !name.startsWith("account-");

/** One stack in a folder of its own. */
class StackRun {
  private readonly folder: string;
  private readonly options: CloudOptions;
  private readonly configuration: string;
  private readonly step: Step;

  constructor(options: CloudOptions, configuration: string, step: Step) {
    this.options = options;
    this.configuration = configuration;
    this.step = step;
    this.folder = join(options.run, "stacks", step.name);
  }

  /** Init, apply, and a second plan that has to be empty. A stack that makes a state bucket moves its state there. */
  async bringUp(): Promise<StackReport> {
    const start = performance.now();
    mkdirSync(this.folder, { recursive: true });
    const file = join(this.folder, "cdk.tf.json");
    cpSync(join(this.options.stacks, this.step.name, "cdk.tf.json"), file);
    const part = partOf(stackSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
    const targets = part.leftOut.length === 0 ? [] : part.applied.map((address) => `-target=${address}`);
    let error: string | undefined;
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
      const { status, output } = await this.engine(["plan", "-detailed-exitcode", "-parallelism=30", ...targets]);
      if (status === 1) error = firstError(output);
      if (status === 2) differences = differencesIn(output);
    }
    return {
      ...this.step,
      resources: part.applied.length,
      leftOut: part.leftOut,
      differences,
      seconds: (performance.now() - start) / 1000,
      ...(error === undefined ? {} : { error }),
    };
  }

  /** Takes everything down again. @returns what the engine said when it failed */
  async takeDown(): Promise<string | undefined> {
    const { status, output } = await this.engine(["destroy", "-auto-approve", "-parallelism=30"]);
    return status === 0 ? undefined : firstError(output);
  }

  private async engine(args: readonly string[]): Promise<{ readonly status: number; readonly output: string }> {
    const [command = "", ...rest] = args;
    const { engine, simulator, signal } = this.options;
    if (signal.aborted) return { status: 1, output: "Error: interrupted" };
    const env = {
      ...(await simulator.environmentFor(this.step.account)),
      TF_CLI_CONFIG_FILE: this.configuration,
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
    };
    return execute(engine.path, [command, "-no-color", ...rest], this.folder, env, { signal });
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
