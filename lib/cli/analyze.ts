import { resolve } from "node:path";
import type { Analysis, Table } from "../analysis/analysis.ts";
import { ANALYSES } from "../analysis/index.ts";
import { subjectOf } from "../analysis/subject.ts";
import { readEstate } from "../estate/index.ts";
import { type Deployment, deploymentsOf } from "../model/deployment.ts";
import { InvalidInput, nearest, type Problem } from "../model/problem.ts";
import { loadWorkspace } from "../model/workspace.ts";
import { recover } from "../synth/writer.ts";
import { EXIT, type Exit } from "./run.ts";

export interface AnalyzeOptions {
  readonly environment: string;
  readonly workspace: string;
  readonly output: string;
  readonly format: "text" | "markdown" | "json";
}

/** `dodeca analyze BLUEPRINT [ANALYSIS...]`: what an output says of a deployment's load, latency, layers and defences. */
export async function analyzeCommand(
  blueprint: string,
  wanted: readonly string[],
  options: AnalyzeOptions,
): Promise<Exit> {
  const analyses = analysesOf(wanted);
  const deployments = deploymentsOf(await loadWorkspace(resolve(options.workspace)));
  const deployment = deploymentOf(deployments.all, blueprint, options.environment);
  const root = resolve(options.output);
  recover(root);
  const subject = subjectOf(readEstate(root), deployment);
  if (subject.graph.nodes.size === 0)
    throw new InvalidInput([
      {
        code: "nothing-synthesized",
        path: `${blueprint}.environments.${options.environment}`,
        message: `there is no output of it in ${options.output}`,
        fix: "synthesize it first: npx dodeca synth",
      },
    ]);
  const tables = analyses.map((analysis) => ({ analysis, table: analysis.of(subject) }));
  process.stdout.write(printed(tables, options.format));
  return EXIT.ok;
}

function analysesOf(wanted: readonly string[]): readonly Analysis[] {
  const ids = ANALYSES.map(({ id }) => id);
  const problems = wanted.flatMap((id) => (ids.includes(id) ? [] : [unknown("analysis", "analyze", id, ids)]));
  if (problems.length > 0) throw new InvalidInput(problems);
  return wanted.length === 0 ? ANALYSES : ANALYSES.filter(({ id }) => wanted.includes(id));
}

function deploymentOf(all: readonly Deployment[], blueprint: string, environment: string): Deployment {
  const found = all.find((one) => one.name === blueprint && one.environment === environment);
  if (found !== undefined) return found;
  const names = [...new Set(all.map(({ name }) => name))];
  if (!names.includes(blueprint)) throw new InvalidInput([unknown("blueprint", "analyze", blueprint, names)]);
  const environments = all.filter(({ name }) => name === blueprint).map((one) => one.environment);
  throw new InvalidInput([unknown("environment", `${blueprint}.environments`, environment, environments)]);
}

function unknown(what: string, path: string, given: string, allowed: readonly string[]): Problem {
  const near = nearest(given, allowed);
  return {
    code: `unknown-${what}`,
    path,
    message: `there is no such ${what}`,
    given,
    allowed,
    ...(near === undefined ? {} : { nearest: near }),
    fix: near === undefined ? "write one of them" : `write ${near}`,
  };
}

type Titled = { readonly analysis: Analysis; readonly table: Table };

function printed(tables: readonly Titled[], format: AnalyzeOptions["format"]): string {
  if (format === "json")
    return `${JSON.stringify(
      tables.map(({ analysis: { id, title }, table }) => ({ id, title, ...table })),
      null,
      2,
    )}\n`;
  return `${tables.map(format === "markdown" ? markdown : plain).join("\n\n")}\n`;
}

function markdown({ analysis: { title }, table: { columns, rows, notes = [] } }: Titled): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\|/g, "\\|")).join(" | ")} |`;
  return [
    `## ${title}`,
    "",
    line(columns),
    `|${"---|".repeat(columns.length)}`,
    ...rows.map(line),
    ...notes.flatMap((note) => ["", note]),
  ].join("\n");
}

function plain({ analysis: { id, title }, table: { columns, rows, notes = [] } }: Titled): string {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd();
  return [`${title} (${id})`, line(columns), ...rows.map(line), ...notes.map((note) => `  ${note}`)].join("\n");
}
