import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../checks/finding.ts";
import { type AwsEndpoint, namedEndpoint } from "../engines/aws.ts";
import { missingForCluster } from "../engines/control-plane.ts";
import { missingEngines } from "../engines/missing.ts";
import { runFolder } from "../engines/run-folder.ts";
import { simulatorPython, startSimulator } from "../engines/simulator.ts";
import { type Engine, findEngine } from "../engines/terraform.ts";
import { missingTools } from "../engines/tools.ts";
import { InvalidInput, nearest } from "../model/problem.ts";
import { type CloudReport, rehearseCloud } from "./cloud.ts";
import type { ClusterReport } from "./cluster.ts";
import { isUp, rehearseRegion } from "./region.ts";
import type { StackReport } from "./stack-run.ts";
import { stepsOf } from "./steps.ts";
import { lintWorkflows } from "./workflows.ts";

export interface RehearseOptions {
  /** Folder that holds `cdktf.out` and `dist`. */
  readonly root: string;
  readonly blueprint: string;
  readonly environment: string;
  /** Regions to bring up. @default all of the environment */
  readonly regions?: readonly string[] | undefined;
  /** Which side to rehearse. @default both */
  readonly only?: "cloud" | "cluster" | undefined;
  readonly destroy: boolean;
  /** Terraform or OpenTofu. @default the first on the path */
  readonly engine?: string | undefined;
  /** An AWS API of the user's own. @default a simulator on this machine */
  readonly awsEndpoint?: string | undefined;
  /** Whether the endpoint may be on another machine. */
  readonly remoteEndpoint: boolean;
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
  readonly cloud?: CloudReport;
  readonly clusters: readonly ClusterReport[];
  /** What is wrong with generated workflows. */
  readonly workflows: readonly Finding[];
  readonly cameUp: boolean;
}

/**
 * Brings an environment up on engines that cost nothing: its stacks and all that they depend on, on an AWS simulator; its
 * applications, region by region, on a Kubernetes control plane. Everything is started on loopback and ended afterwards.
 * @throws InvalidInput when there is no such environment in the output, an engine is missing, or an endpoint is refused
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const { root, blueprint, environment } = options;
  const regions = regionsOf(options);
  const named =
    options.awsEndpoint === undefined ? undefined : namedEndpoint(options.awsEndpoint, options.remoteEndpoint);
  const engine = options.only === "cluster" ? undefined : findEngine(options.engine);
  if (options.only !== "cluster" && named === undefined) simulatorPython();
  const lacking =
    options.only === "cloud"
      ? missingTools(["checkov"])
      : [...(options.kubeconfig === undefined ? missingForCluster() : []), ...missingTools()];
  if (lacking.length > 0) throw missingEngines(lacking);
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
    let cloud: CloudReport | undefined;
    if (engine !== undefined) {
      const broken = new AbortController();
      const endpoint = named ?? (await startedSimulator(options, run, stops, (why) => broken.abort(new Error(why))));
      cloud = await rehearseCloud({
        engine,
        endpoint,
        blueprint,
        environment,
        stacks: join(root, "cdktf.out", "stacks"),
        run,
        steps: stepsOf(join(root, "cdktf.out"), { blueprint, environment, regions: options.regions }),
        destroy: options.destroy,
        interrupted: options.signal,
        broken: broken.signal,
        onStart: (what, name) => options.onStart?.(`${what} ${name}`),
        ...(options.onStack === undefined ? {} : { onStack: options.onStack }),
      });
      await stop();
    }
    const workflows = options.only === "cloud" ? [] : await lintWorkflows(root, run);
    const clusters: ClusterReport[] = [];
    for (const region of options.only === "cloud" ? [] : regions) {
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
    return {
      ...(engine === undefined ? {} : { engine: { name: engine.name, version: engine.version } }),
      ...(cloud === undefined ? {} : { cloud }),
      clusters,
      workflows,
      cameUp: workflows.length === 0 && (cloud?.cameUp ?? true) && clusters.every(isUp),
    };
  } finally {
    await stop();
    remove();
  }
}

async function startedSimulator(
  { onStart }: RehearseOptions,
  run: string,
  stops: (() => Promise<void>)[],
  onDeath: (why: string) => void,
): Promise<AwsEndpoint> {
  onStart?.("AWS simulator");
  const simulator = await startSimulator(run, onDeath);
  stops.push(() => simulator.stop());
  return simulator;
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
