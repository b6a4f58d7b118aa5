import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { deploymentsOf } from "../model/deployment.ts";
import { loadWorkspace } from "../model/workspace.ts";
import { sealProblems } from "../synth/seal.ts";
import { recover } from "../synth/writer.ts";
import { isSelected } from "../topology/plan.ts";
import type { Source } from "../verify/cause.ts";
import { type Explained, type Judged, verify } from "../verify/index.ts";
import { progress } from "./progress.ts";
import { EXIT, type Exit } from "./run.ts";
import { parseSelection } from "./selection.ts";

export interface VerifyCommandOptions {
  readonly workspace: string;
  readonly output: string;
  readonly engine?: string | undefined;
  readonly digest?: string | undefined;
  readonly only?: readonly string[] | undefined;
  /** Whether engines judge what they have judged before. */
  readonly all: boolean;
  readonly strict: boolean;
  readonly json: boolean;
}

/**
 * `dodeca verify`: stacks on the real engine and objects on a real API server, unless these found nothing in the same bytes
 * before, and our own checks of both.
 */
export async function verifyCommand(options: VerifyCommandOptions): Promise<Exit> {
  const only = options.only === undefined ? undefined : isSelected(parseSelection(options.only));
  const root = resolve(options.output);
  recover(root);
  const altered = sealProblems(root, options.digest);
  for (const { code, place, summary } of options.json ? [] : altered)
    process.stdout.write(`${place}\n  error: ${summary} [${code}]\n`);
  // Whatever else is to be said about it, it is not what was reviewed.
  if (altered.some(({ code }) => code === "digest-differs")) {
    if (options.json) process.stdout.write(`${JSON.stringify({ altered }, null, 2)}\n`);
    return EXIT.findings;
  }
  const source = await sourceOf(resolve(options.workspace));
  const bar = progress(!options.json);
  const found = await verify({
    root,
    engine: options.engine,
    source,
    only,
    all: options.all,
    onProgress: bar.show,
  });
  bar.clear();
  const unjudged =
    source === undefined
      ? [...found.unjudged, `${options.workspace} does not exist: permissions were not held against what services use`]
      : found.unjudged;
  const { engine, stacks, applications, others } = found;
  const all = [...stacks, ...applications];
  const sound =
    altered.length === 0 &&
    all.every(({ valid }) => valid) &&
    others.every(({ severity }) => severity !== "error") &&
    !(options.strict && unjudged.length > 0);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...found, altered, unjudged }, null, 2)}\n`);
  else {
    for (const { name, findings } of all)
      if (findings.length > 0) process.stdout.write(`${name}\n${findings.map(show).join("")}`);
    for (const one of others) process.stdout.write(`${one.place}\n${show(one)}`);
    const count = (judged: readonly Judged[]): string =>
      `${judged.filter(({ valid }) => valid).length} of ${judged.length}`;
    process.stdout.write(
      `${count(stacks)} stacks and ${count(applications)} applications valid on ${engine.name} ${engine.version}${found.unjudged.length === 0 ? " and a Kubernetes API server" : ""}\n`,
    );
    const now = (judged: readonly Judged[]): string =>
      `${judged.filter(({ kept }) => !kept).length} of ${judged.length}`;
    if (all.some(({ kept }) => kept))
      process.stdout.write(
        `${now(stacks)} stacks and ${now(applications)} applications judged now, the others as before: --all judges them again\n`,
      );
    for (const what of unjudged) process.stdout.write(`not judged: ${what}\n`);
  }
  return sound ? EXIT.ok : EXIT.findings;
}

async function sourceOf(folder: string): Promise<Source | undefined> {
  if (!existsSync(folder)) return undefined;
  const workspace = await loadWorkspace(folder);
  return { workspace, deployments: deploymentsOf(workspace) };
}

function show({ severity, code, summary, detail, address, attribute, line, fix, cause }: Explained): string {
  const place = [address, line === undefined ? undefined : `line ${line}`]
    .filter((part) => part !== undefined)
    .join(", ");
  const from = [
    cause.component,
    cause.leaf,
    cause.file === undefined ? undefined : `${cause.file}:${cause.line ?? 1}`,
  ].filter((part) => part !== undefined);
  return [
    `  ${severity}: ${summary} [${code}]`,
    place === "" ? undefined : `    ${place}`,
    attribute === undefined ? undefined : `    ${attribute}`,
    from.length === 0 ? undefined : `    from ${from.join(", ")}`,
    detail === undefined ? undefined : `    ${detail.replace(/\n+/g, "\n    ")}`,
    fix === undefined ? undefined : `    fix: ${fix}`,
  ]
    .filter((part) => part !== undefined)
    .join("\n")
    .concat("\n");
}
