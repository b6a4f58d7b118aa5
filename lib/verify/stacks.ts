import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Finding } from "../checks/finding.ts";
import { execute } from "../engines/execute.ts";
import { cliConfiguration, type Engine, providerBelow, versionOfProvider } from "../engines/terraform.ts";
import { parsed } from "../estate/json.ts";

/** Stacks that one root module carries: more would not be faster. */
const BATCH = 150;

const validation = z.looseObject({
  valid: z.boolean(),
  diagnostics: z.array(
    z.looseObject({
      severity: z.enum(["error", "warning"]),
      summary: z.string(),
      detail: z.string().optional(),
      range: z.looseObject({ filename: z.string(), start: z.looseObject({ line: z.number() }) }).optional(),
      snippet: z.looseObject({ context: z.string().nullish(), code: z.string() }).nullish(),
    }),
  ),
});

export interface ValidateOptions {
  readonly engine: Engine;
  /** Text of each stack, by name. */
  readonly stacks: ReadonlyMap<string, string>;
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

export interface Validated {
  readonly findings: readonly Finding[];
  /** Version of the AWS provider; undefined where no stack could be initialized. */
  readonly provider: string | undefined;
}

/**
 * Validates stacks on the real engine, many at once: their exact bytes as modules of one root, and one provider that stays
 * up. A stack alone takes seconds, nearly all of them the provider's start.
 */
export async function validateStacks(options: ValidateOptions): Promise<Validated> {
  const found: Finding[] = [];
  const names = [...options.stacks.keys()];
  const root = mkdtempSync(join(tmpdir(), "dodeca-verify-"));
  let provider: Provider | undefined;
  let version: string | undefined;
  try {
    const configuration = cliConfiguration(root);
    const queue = batchesOf(names);
    for (let batch = queue.shift(), number = 0; batch !== undefined; batch = queue.shift(), number += 1) {
      options.onProgress?.(names.indexOf(batch[0] ?? ""), names.length, batch[0] ?? "");
      const folder = join(root, `batch-${number}`);
      const modules = prepare(folder, options.stacks, batch);
      const env = {
        ...process.env,
        TF_CLI_CONFIG_FILE: configuration,
        TF_IN_AUTOMATION: "1",
        TF_INPUT: "0",
        CHECKPOINT_DISABLE: "1",
      };
      const init = await execute(options.engine.path, ["init", "-backend=false", "-no-color"], folder, env);
      if (init.status !== 0) {
        const problems = initProblems(init.output);
        report(found, batch, modules, problems);
        // One unreadable stack stops the whole batch: the others have not been judged yet.
        const guilty = new Set(problems.flatMap(({ module }) => (module === undefined ? [] : [modules.get(module)])));
        const rest = batch.filter((stack) => !guilty.has(stack));
        if (guilty.size > 0 && rest.length > 0) queue.unshift(rest);
        continue;
      }
      const binary = providerBelow(join(folder, ".terraform"), 8);
      version ??= binary === undefined ? undefined : versionOfProvider(binary);
      provider ??= binary === undefined ? undefined : await startProvider(binary, options.engine);
      const reattach = provider === undefined ? {} : { TF_REATTACH_PROVIDERS: provider.reattach };
      const done = await execute(options.engine.path, ["validate", "-json"], folder, { ...env, ...reattach });
      report(found, batch, modules, parse(done.output));
    }
    return { findings: found, provider: version };
  } finally {
    await provider?.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

const batchesOf = (stacks: readonly string[]): (readonly string[])[] =>
  Array.from({ length: Math.ceil(stacks.length / BATCH) }, (_, index) =>
    stacks.slice(index * BATCH, (index + 1) * BATCH),
  );

/** Writes the stacks of a batch below a root that has them as modules. @returns stack by module folder */
function prepare(
  folder: string,
  texts: ReadonlyMap<string, string>,
  stacks: readonly string[],
): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  const declared: Record<string, { source: string }> = {};
  for (const [index, stack] of stacks.entries()) {
    const name = `s${String(index).padStart(4, "0")}`;
    mkdirSync(join(folder, name), { recursive: true });
    // What was read, not what the file holds by now: the verdict is kept with its digest.
    writeFileSync(join(folder, name, "cdk.tf.json"), texts.get(stack) ?? "");
    declared[name] = { source: `./${name}` };
    modules.set(name, stack);
  }
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ module: declared }));
  return modules;
}

interface Found extends Omit<Finding, "place"> {
  readonly module?: string;
}

function parse(output: string): Found[] {
  const start = output.indexOf("{");
  const judged = start < 0 ? undefined : validation.safeParse(parsed(output.slice(start)));
  if (judged?.success !== true)
    return [
      { severity: "error", code: "engine", summary: "the engine did not answer", detail: output.trim().slice(-2000) },
    ];
  return judged.data.diagnostics
    .filter(({ summary }) => summary !== "Backend configuration ignored")
    .map(({ severity, summary, detail, range, snippet }) => ({
      severity,
      code: "terraform",
      summary,
      ...(detail === undefined || detail === "" ? {} : { detail }),
      ...(range === undefined ? {} : { module: range.filename.split("/")[0] ?? "", line: range.start.line }),
      ...(snippet?.context
        ? { address: snippet.context.replace(/^(?:resource|data)\./, (prefix) => (prefix === "data." ? "data." : "")) }
        : {}),
      ...(snippet?.code ? { attribute: snippet.code.trim() } : {}),
    }));
}

/** What `init` says in prose about modules that it cannot read. */
function initProblems(output: string): Found[] {
  const problems = output.split(/\n(?=.*Error: )/).filter((part) => part.includes("Error: "));
  if (problems.length === 0) problems.push(`Error: init failed\n${output.trim().slice(-1000)}`);
  return problems.map((part) => {
    const module = /on (s\d{4})\//.exec(part)?.[1];
    const line = /line (\d+)/.exec(part)?.[1];
    return {
      severity: "error" as const,
      code: "terraform",
      summary: /Error: (.*)/.exec(part)?.[1]?.trim() ?? "init failed",
      detail: part
        .replace(/^[╷│╵ ]+/gm, "")
        .trim()
        .slice(0, 1000),
      ...(module === undefined ? {} : { module }),
      ...(line === undefined ? {} : { line: Number(line) }),
    };
  });
}

/** Gives each diagnostic to its stack; what names none concerns the whole batch. */
function report(
  found: Finding[],
  batch: readonly string[],
  modules: ReadonlyMap<string, string>,
  diagnostics: readonly Found[],
): void {
  for (const { module, ...diagnostic } of diagnostics) {
    const stack = module === undefined ? undefined : modules.get(module);
    for (const place of stack === undefined ? batch : [stack]) found.push({ ...diagnostic, place });
  }
}

interface Provider {
  /** Value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  readonly stop: () => Promise<void>;
}

/** Starts one provider for all validations. Undefined where it cannot be: then the engine starts its own each time. */
async function startProvider(binary: string, engine: Engine): Promise<Provider | undefined> {
  const child = spawn(binary, ["-debug"], { stdio: ["ignore", "pipe", "ignore"] });
  const stop = stopper(child);
  const said = await new Promise<string | undefined>((resolve) => {
    let text = "";
    const timer = setTimeout(() => resolve(undefined), 30_000);
    const end = (value: string | undefined): void => {
      clearTimeout(timer);
      resolve(value);
    };
    child.once("exit", () => end(undefined));
    child.once("error", () => end(undefined));
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = /TF_REATTACH_PROVIDERS='([^']+)'/.exec(text);
      if (match?.[1] !== undefined) end(match[1]);
    });
  });
  if (said === undefined) {
    await stop();
    return undefined;
  }
  return {
    reattach: engine.name === "tofu" ? said.replaceAll("registry.terraform.io", "registry.opentofu.org") : said,
    stop,
  };
}

/** Ends the provider, also when this process is interrupted: it would outlive us otherwise. */
function stopper(child: ChildProcess): () => Promise<void> {
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  const interrupted = (): void => {
    kill();
    process.exit(130);
  };
  process.once("exit", kill);
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  return async () => {
    process.off("exit", kill);
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
    // One that could not be started has no end.
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    kill();
    await gone;
  };
}
