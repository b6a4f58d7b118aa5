import { resolve } from "node:path";
import type { StackReport } from "../rehearsal/cloud.ts";
import type { ClusterReport } from "../rehearsal/cluster.ts";
import { type Rehearsal, rehearse } from "../rehearsal/index.ts";
import { isUp } from "../rehearsal/region.ts";
import { recover } from "../synth/writer.ts";
import { EXIT, type Exit } from "./run.ts";

export interface RehearseCommandOptions {
  readonly output: string;
  readonly environment: string;
  readonly region?: readonly string[] | undefined;
  readonly only?: "cloud" | "cluster" | undefined;
  readonly destroy: boolean;
  readonly engine?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly json: boolean;
}

/** `dodeca rehearse`: brings an environment up on engines that cost nothing, and says what happened. */
export async function rehearseCommand(blueprint: string, options: RehearseCommandOptions): Promise<Exit> {
  const root = resolve(options.output);
  recover(root);
  const aborted = new AbortController();
  const abort = (): void => aborted.abort();
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  const start = performance.now();
  const say = (text: string): void => {
    if (!options.json) process.stdout.write(text);
  };
  const elapsed = (): string => `${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s`;
  let rehearsal: Rehearsal;
  try {
    rehearsal = await rehearse({
      root,
      blueprint,
      environment: options.environment,
      regions: options.region,
      only: options.only,
      destroy: options.destroy,
      engine: options.engine,
      kubeconfig: options.kubeconfig,
      signal: aborted.signal,
      onStart: (what) => say(`${elapsed()}  ${what}\n`),
      onStack: ({ name, error }) => say(`${elapsed()}  ${error === undefined ? "up" : "FAILED"} ${name}\n`),
      onCluster: (report) => say(`${elapsed()}  ${isUp(report) ? "up" : "NOT UP"} ${report.place}\n`),
    });
  } catch (error) {
    if (!aborted.signal.aborted) throw error;
    process.stderr.write("interrupted: everything that was started has ended\n");
    return EXIT.findings;
  } finally {
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(rehearsal, null, 2)}\n`);
  else say(reportOf(rehearsal));
  return rehearsal.cameUp && !aborted.signal.aborted ? EXIT.ok : EXIT.findings;
}

function reportOf({ engine, stacks, notStarted, clusters, workflows, cameUp }: Rehearsal): string {
  const lines: string[] = [""];
  if (engine !== undefined) {
    lines.push(`${engine.name} ${engine.version}`, ...table(stacks));
    for (const name of notStarted) lines.push(`not started: ${name}`);
    for (const { name, leftOut } of stacks)
      for (const { address, because } of leftOut) lines.push(`left out: ${name}: ${address}: ${because}`);
    for (const { name, differences } of stacks)
      for (const { address, because } of differences)
        lines.push(`second plan: ${name}: ${address}: ${because ?? "changes although nothing has changed"}`);
    for (const { name, error } of stacks) if (error !== undefined) lines.push(`failed: ${name}`, indented(error));
    const resources = stacks.reduce((sum, one) => sum + (one.error === undefined ? one.resources : 0), 0);
    const up = stacks.filter(({ error }) => error === undefined).length;
    const down = stacks.filter(({ destroyed }) => destroyed === true).length;
    lines.push(
      `${up} of ${stacks.length + notStarted.length} stacks came up, ${resources} resources${down === 0 ? "" : `; ${down} taken down again`}`,
      "",
    );
  }
  for (const cluster of clusters) lines.push(...clusterLines(cluster));
  for (const { place, line, summary, code } of workflows) lines.push(`error: ${place}:${line}: ${summary} [${code}]`);
  lines.push(cameUp ? "everything came up" : "not everything came up", "");
  return lines.join("\n");
}

function table(stacks: readonly StackReport[]): string[] {
  const row = (wave: string, applied: string, leftOut: string, seconds: string, second: string, name: string): string =>
    `${wave.padStart(4)} ${applied.padStart(8)} ${leftOut.padStart(9)} ${seconds.padStart(8)} ${second.padStart(12)}  ${name}`;
  return [
    row("wave", "applied", "left out", "seconds", "second plan", "stack"),
    ...stacks.map(({ wave, resources, leftOut, seconds, differences, error, name }) =>
      row(
        String(wave),
        error === undefined ? String(resources) : "FAILED",
        String(leftOut.length),
        seconds.toFixed(0),
        differences.length === 0 ? "empty" : `${differences.length} changes`,
        name,
      ),
    ),
  ];
}

function clusterLines({ place, objects, refused, readiness, findings, seconds }: ClusterReport): string[] {
  return [
    `${place}: ${objects - refused.length} of ${objects} objects accepted, ${readiness.workloads} workloads, ${readiness.podsReady} of ${readiness.pods} pods ready, ${seconds.toFixed(0)} s`,
    ...refused.map(({ object, because }) => `  refused: ${object}: ${because}`),
    ...readiness.missing.map(({ object, because }) => `  not ready: ${object}: ${because}`),
    ...findings.map(({ severity, address, summary, code }) => `  ${severity}: ${address ?? ""}: ${summary} [${code}]`),
  ];
}

const indented = (text: string): string => text.replace(/^/gm, "    ");
