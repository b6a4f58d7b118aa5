import { join } from "node:path";
import type { AwsEndpoint } from "../engines/aws.ts";
import { cliConfiguration, type Engine } from "../engines/terraform.ts";
import { readStack } from "../estate/stacks.ts";
import type { Scan } from "./checkov.ts";
import { DIFFERENCES } from "./differences.ts";
import { leftovers } from "./leftovers.ts";
import { PlanScan } from "./plan-scan.ts";
import { seed } from "./seeds.ts";
import { type StackReport, StackRun, type StackRunOptions } from "./stack-run.ts";
import { inOrder, reversed, type Step } from "./steps.ts";

export interface CloudOptions {
  readonly engine: Engine;
  readonly endpoint: AwsEndpoint;
  readonly blueprint: string;
  readonly environment: string;
  /** `cdktf.out/stacks`. */
  readonly stacks: string;
  /** Folder of this run: nothing is written outside it. */
  readonly run: string;
  readonly steps: readonly Step[];
  /** Whether everything is taken down again at the end. */
  readonly destroy: boolean;
  /** Ends the engines when the user gives up. */
  readonly interrupted: AbortSignal;
  /** Ends the engines when the endpoint is gone; its reason says why. */
  readonly broken: AbortSignal;
  readonly onStart?: (what: "apply" | "destroy", name: string) => void;
  readonly onStack?: (report: StackReport) => void;
}

/** What became of the cloud side. */
export interface CloudReport {
  readonly stacks: readonly StackReport[];
  /** Stacks that were never started, since one that they depend on failed. */
  readonly notStarted: readonly string[];
  /** ARNs of what a destroyed environment has left. @default nothing was destroyed */
  readonly leftovers?: readonly string[];
  /** Types whose differences are said to be the simulator's, and that have none. */
  readonly unneeded: readonly string[];
  /** What a scanner said of the plans. @default there was none to judge */
  readonly scan?: Scan;
  /** Why the endpoint ended in the middle. @default it did not */
  readonly broken?: string;
  readonly cameUp: boolean;
}

/** Stacks worked on at the same time: they mostly wait, so more than there are cores. */
const AT_ONCE = 6;

/** Brings stacks up on an endpoint, their exact bytes, each as soon as what it depends on is there; and down again. */
export async function rehearseCloud(options: CloudOptions): Promise<CloudReport> {
  const { steps, broken, endpoint, blueprint, environment } = options;
  const run: StackRunOptions = {
    ...options,
    configuration: cliConfiguration(options.run),
    signal: AbortSignal.any([options.interrupted, broken]),
  };
  const reports = new Map<string, StackReport>();
  const plans = new PlanScan(join(options.run, "plans"), run.signal);
  await inOrder(steps, AT_ONCE, async (step) => {
    if (run.signal.aborted) return false;
    options.onStart?.("apply", step.name);
    const stack = new StackRun(run, step);
    const report = await stack.bringUp().then((made) => seeded(options, made));
    reports.set(step.name, report);
    options.onStack?.(report);
    if (report.error !== undefined) return false;
    const leftOut = report.leftOut.map(({ address }) => address);
    plans.add({ stack: readStack(options.stacks, step.name), leftOut }, () => stack.plan());
    return true;
  });
  // Calls fail before this process hears that what they go to has ended.
  if ([...reports.values()].some(({ error }) => error !== undefined)) await within(1000, broken);
  const up = steps.every(({ name }) => reports.has(name) && reports.get(name)?.error === undefined);
  const takeDown = async (): Promise<string[] | undefined> => {
    if (!options.destroy || !up || run.signal.aborted) return undefined;
    // What is the account's own stays, as it would: the trail, the state, and with it the proof that nothing else does.
    const own = steps.filter(isEnvironments);
    await inOrder(reversed(own), AT_ONCE, async (step) => {
      options.onStart?.("destroy", step.name);
      const error = await new StackRun(run, step).takeDown();
      const report = reports.get(step.name);
      if (report !== undefined)
        reports.set(step.name, {
          ...report,
          destroyed: error === undefined,
          ...(error === undefined ? {} : { error }),
        });
      return error === undefined;
    });
    if (run.signal.aborted) return undefined;
    const places = placesOf(own);
    return (await Promise.all(places.map((place) => leftovers(endpoint, { ...place, blueprint, environment })))).flat();
  };
  // Judging needs nothing of what is taken down.
  const [scan, left] = await Promise.all([plans.judge(), takeDown()]);
  const stacks = steps.flatMap(({ name }) => reports.get(name) ?? []);
  const unneeded = unneededIn(stacks);
  const why: unknown = broken.reason;
  return {
    stacks,
    notStarted: steps.flatMap(({ name }) => (reports.has(name) ? [] : [name])),
    ...(left === undefined ? {} : { leftovers: left }),
    unneeded,
    ...(scan === undefined ? {} : { scan }),
    ...(broken.aborted ? { broken: why instanceof Error ? why.message : String(why) } : {}),
    cameUp:
      up &&
      !broken.aborted &&
      unneeded.length === 0 &&
      (scan?.findings ?? []).length === 0 &&
      (left ?? []).length === 0 &&
      stacks.every(
        ({ error, differences }) => error === undefined && differences.every(({ because }) => because !== undefined),
      ),
  };
}

/** A stack that is up, with the secrets that it leaves to people seeded. */
async function seeded({ endpoint, stacks }: CloudOptions, report: StackReport): Promise<StackReport> {
  if (report.error !== undefined) return report;
  try {
    await seed(endpoint, stacks, report);
    return report;
  } catch (cause) {
    return { ...report, error: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Waits until a signal is aborted, or some milliseconds. */
const within = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });

const isEnvironments = ({ name }: Step): boolean => !name.startsWith("account-");

/** Accounts and regions that stacks are in, each once. */
function placesOf(steps: readonly Step[]): { readonly account: string; readonly region: string }[] {
  const places = new Map(steps.map(({ account, region }) => [`${account}/${region}`, { account, region }]));
  return [...places.values()];
}

/** Types that were applied and whose second plan was empty, although a difference is said to be the simulator's. */
function unneededIn(stacks: readonly StackReport[]): string[] {
  const typeOf = (address: string): string => address.slice(0, address.indexOf("."));
  const done = stacks.filter(({ error }) => error === undefined);
  const applied = new Set(done.flatMap((stack) => stack.applied.map(typeOf)));
  const different = new Set(done.flatMap(({ differences }) => differences.map(({ address }) => typeOf(address))));
  return Object.keys(DIFFERENCES).filter((type) => applied.has(type) && !different.has(type));
}
