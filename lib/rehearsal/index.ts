import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../checks/finding.ts";
import { runFolder } from "../engines/run-folder.ts";
import { startSimulator } from "../engines/simulator.ts";
import { type Engine, findEngine } from "../engines/terraform.ts";
import { InvalidInput, nearest } from "../model/problem.ts";
import { rehearseCloud, type StackReport } from "./cloud.ts";
import type { ClusterReport } from "./cluster.ts";
import { isUp, rehearseRegion } from "./region.ts";
import { stepsOf } from "./steps.ts";
import { lintWorkflows } from "./workflows.ts";

export interface RehearseOptions {
  /** Folder that holds `cdktf.out` and `dist`. */
  readonly root: string;
  readonly blueprint: string;
  readonly environment: string;
  /** Regions whose clusters come up. @default all of the environment */
  readonly regions?: readonly string[] | undefined;
  /** Which side to rehearse. @default both */
  readonly only?: "cloud" | "cluster" | undefined;
  readonly destroy: boolean;
  /** Terraform or OpenTofu. @default the first on the path */
  readonly engine?: string | undefined;
  /** A cluster of the user's own. @default a control plane on this machine */
  readonly kubeconfig?: string | undefined;
  /** Stops what was started when it is aborted. */
  readonly signal: AbortSignal;
  readonly onStart?: (what: string) => void;
  readonly onStack?: (report: StackReport) => void;
  readonly onCluster?: (report: ClusterReport) => void;
}

/** What came up and what did not. */
export interface Rehearsal {
  readonly engine?: Pick<Engine, "name" | "version">;
  readonly stacks: readonly StackReport[];
  /** Stacks that were never started, since one before them failed. */
  readonly notStarted: readonly string[];
  readonly clusters: readonly ClusterReport[];
  /** What is wrong with generated workflows. */
  readonly workflows: readonly Finding[];
  readonly cameUp: boolean;
}

/**
 * Brings an environment up on engines that cost nothing: its stacks and all that they depend on, on an AWS simulator; its
 * applications, region by region, on a Kubernetes control plane. Everything is started on loopback and ended afterwards.
 * @throws InvalidInput when there is no such environment in the output
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const { root, blueprint, environment } = options;
  const regions = regionsOf(options);
  const { path: run, remove } = runFolder("rehearsal");
  const stops: (() => Promise<void>)[] = [];
  let ending: Promise<void> = Promise.resolve();
  // Whoever asks waits for all that is ending already: the folder must not go before what works in it.
  const stop = (): Promise<void> => {
    ending = ending.then(async () => {
      for (let end = stops.pop(); end !== undefined; end = stops.pop()) await end();
    });
    return ending;
  };
  options.signal.addEventListener("abort", () => void stop(), { once: true });
  try {
    let engine: Engine | undefined;
    let stacks: StackReport[] = [];
    let notStarted: string[] = [];
    if (options.only !== "cluster") {
      engine = findEngine(options.engine);
      const steps = stepsOf(join(root, "cdktf.out"), `${blueprint}-${environment}-`);
      options.onStart?.("AWS simulator");
      const simulator = await startSimulator(run);
      stops.push(() => simulator.stop());
      stacks = await rehearseCloud({
        engine,
        simulator,
        stacks: join(root, "cdktf.out", "stacks"),
        run,
        steps,
        destroy: options.destroy,
        signal: options.signal,
        onStart: (what, name) => options.onStart?.(`${what} ${name}`),
        ...(options.onStack === undefined ? {} : { onStack: options.onStack }),
      });
      const started = new Set(stacks.map(({ name }) => name));
      notStarted = steps.flatMap(({ name }) => (started.has(name) ? [] : [name]));
      await stop();
    }
    const clusters: ClusterReport[] = [];
    const workflows = await lintWorkflows(root);
    if (options.only !== "cloud") {
      for (const region of regions) {
        if (options.signal.aborted) break;
        const report = await rehearseRegion({
          root,
          place: `${blueprint}/${environment}/${region}`,
          run: join(run, region),
          kubeconfig: options.kubeconfig,
          onStop: (end) => stops.push(end),
          onProgress: (what) => options.onStart?.(`${region}: ${what}`),
        });
        clusters.push(report);
        options.onCluster?.(report);
        await stop();
      }
    }
    return {
      ...(engine === undefined ? {} : { engine: { name: engine.name, version: engine.version } }),
      stacks,
      notStarted,
      clusters,
      workflows,
      cameUp:
        workflows.length === 0 &&
        notStarted.length === 0 &&
        stacks.every(
          ({ error, differences }) => error === undefined && differences.every(({ because }) => because !== undefined),
        ) &&
        clusters.every(isUp),
    };
  } finally {
    await stop();
    remove();
  }
}

/** Regions of the environment that has been synthesized. */
function regionsOf({ root, blueprint, environment, regions }: RehearseOptions): string[] {
  const base = join(root, "dist", "kubernetes");
  const below = (...path: readonly string[]): string[] =>
    existsSync(join(base, ...path)) ? readdirSync(join(base, ...path)).sort() : [];
  const pick = (what: string, given: string, allowed: readonly string[]): void => {
    if (allowed.includes(given)) return;
    const near = nearest(given, allowed);
    throw new InvalidInput([
      {
        code: `unknown-${what}`,
        path: what,
        message: `the output has no ${what} of this name`,
        given,
        allowed,
        ...(near === undefined ? {} : { nearest: near }),
        fix: allowed.length === 0 ? "run `dodeca synth` first" : `write ${near ?? "one of them"}`,
      },
    ]);
  };
  pick("blueprint", blueprint, below());
  pick("environment", environment, below(blueprint));
  const all = below(blueprint, environment);
  for (const region of regions ?? []) pick("region", region, all);
  return regions === undefined || regions.length === 0 ? all : [...regions];
}
