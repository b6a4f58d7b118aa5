import { resolve } from "node:path";
import type { CloudReport } from "../rehearsal/cloud.ts";
import type { ClusterReport } from "../rehearsal/cluster.ts";
import { type Rehearsal, rehearse } from "../rehearsal/index.ts";
import { isUp } from "../rehearsal/region.ts";
import type { StackReport } from "../rehearsal/stack-run.ts";
import { recover } from "../synth/writer.ts";
import { EXIT, type Exit } from "./run.ts";

export interface RehearseCommandOptions {
  readonly output: string;
  readonly environment: string;
  readonly region?: readonly string[] | undefined;
  readonly only?: "cloud" | "cluster" | undefined;
  readonly destroy: boolean;
  readonly engine?: string | undefined;
  readonly awsEndpoint?: string | undefined;
  readonly remoteEndpoint: boolean;
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
      awsEndpoint: options.awsEndpoint,
      remoteEndpoint: options.remoteEndpoint,
      kubeconfig: options.kubeconfig,
      signal: aborted.signal,
      onStart: (what) => say(`${elapsed()}  ${what}\n`),
      onStack: ({ name, error }) => say(`${elapsed()}  ${error === undefined ? "up" : "FAILED"} ${name}\n`),
      onCluster: (report) => say(`${elapsed()}  ${isUp(report) ? "up" : "NOT UP"} ${report.place}\n`),
    });
  } finally {
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
  }
  if (aborted.signal.aborted) process.stderr.write("interrupted: everything that was started has ended\n");
  if (options.json) process.stdout.write(`${JSON.stringify(rehearsal, null, 2)}\n`);
  else say(reportOf(rehearsal));
  return rehearsal.cameUp && !aborted.signal.aborted ? EXIT.ok : EXIT.findings;
}

function reportOf({ engine, cloud, clusters, workflows, cameUp }: Rehearsal): string {
  const lines: string[] = [""];
  if (engine !== undefined && cloud !== undefined)
    lines.push(`${engine.name} ${engine.version}`, ...cloudLines(cloud), "");
  for (const cluster of clusters) lines.push(...clusterLines(cluster));
  for (const { place, line, summary, code } of workflows) lines.push(`error: ${place}:${line}: ${summary} [${code}]`);
  lines.push(cameUp ? "everything came up" : "not everything came up", "");
  return lines.join("\n");
}

function cloudLines({ stacks, notStarted, leftovers, unneeded, scan, broken }: CloudReport): string[] {
  const lines = table(stacks);
  for (const name of notStarted) lines.push(`not started: ${name}`);
  for (const { name, leftOut } of stacks)
    for (const { address, because } of leftOut) lines.push(`left out: ${name}: ${address}: ${because}`);
  for (const { name, differences } of stacks)
    for (const { address, because } of differences)
      lines.push(`second plan: ${name}: ${address}: ${because ?? "changes although nothing has changed"}`);
  for (const type of unneeded)
    lines.push(`second plan: ${type} is said to differ because of the simulator, and does not: take it off the list`);
  for (const { name, error } of stacks) if (error !== undefined) lines.push(`failed: ${name}`, indented(error));
  for (const { place, address, summary, code } of scan?.findings ?? [])
    lines.push(`error: ${place}: ${address ?? ""}: ${summary} [${code}]`);
  for (const arn of leftovers ?? []) lines.push(`left after destroy: ${arn}`);
  if (broken !== undefined) lines.push("the cloud side broke off:", indented(broken));
  const up = stacks.filter(({ error }) => error === undefined);
  const resources = up.reduce((sum, { applied }) => sum + applied.length, 0);
  const left = stacks.reduce((sum, { leftOut }) => sum + leftOut.length, 0);
  const down = stacks.filter(({ destroyed }) => destroyed === true).length;
  return [
    ...lines,
    `${up.length} of ${stacks.length + notStarted.length} stacks came up, ${resources} resources, ${left} left out${
      leftovers === undefined ? "" : `; ${down} taken down again, ${leftovers.length} resources left`
    }`,
    ...(scan === undefined ? [] : [scanLine(scan)]),
  ];
}

function table(stacks: readonly StackReport[]): string[] {
  const row = (wave: string, applied: string, leftOut: string, seconds: string, second: string, name: string): string =>
    `${wave.padStart(4)} ${applied.padStart(8)} ${leftOut.padStart(9)} ${seconds.padStart(8)} ${second.padStart(12)}  ${name}`;
  return [
    row("wave", "applied", "left out", "seconds", "second plan", "stack"),
    ...stacks.map(({ wave, applied, leftOut, seconds, differences, error, name }) =>
      row(
        String(wave),
        error === undefined ? String(applied.length) : "FAILED",
        String(leftOut.length),
        seconds.toFixed(0),
        differences.length === 0 ? "empty" : `${differences.length} changes`,
        name,
      ),
    ),
  ];
}

function clusterLines(report: ClusterReport): string[] {
  const { place, objects, refused, readiness, scan, findings, seconds, broken } = report;
  return [
    `${place}: ${objects - refused.length} of ${objects} objects accepted, ${readiness.workloads} workloads, ${readiness.podsReady} of ${readiness.pods} pods ready, ${seconds.toFixed(0)} s`,
    ...(scan === undefined ? [] : [scanLine(scan)]),
    ...(broken === undefined ? [] : ["  the cluster side broke off:", indented(broken)]),
    ...refused.map(({ object, because }) => `  refused: ${object}: ${because}`),
    ...readiness.missing.map(({ object, because }) => `  not ready: ${object}: ${because}`),
    ...findings.map(({ severity, address, summary, code }) => `  ${severity}: ${address ?? ""}: ${summary} [${code}]`),
  ];
}

const indented = (text: string): string => text.replace(/^/gm, "    ");

/** How many checks a scanner passed, and which fail on purpose. Their severities are known to its vendor's service only. */
function scanLine({ passed, waived }: NonNullable<ClusterReport["scan"]>): string {
  const byCheck = Object.entries(waived).sort(([a], [b]) => (a < b ? -1 : 1));
  const on = byCheck.map(([check, count]) => `${count} ${check}`);
  return `  checkov: ${passed} checks passed${on.length === 0 ? "" : `, waived with a reason: ${on.join(", ")}`}`;
}
