import { resolve } from "node:path";
import { recover } from "../synth/writer.ts";
import { verify } from "../verify/index.ts";
import type { Diagnostic } from "../verify/report.ts";
import { progress } from "./progress.ts";
import { EXIT, type Exit } from "./run.ts";

export interface VerifyCommandOptions {
  readonly output: string;
  readonly engine?: string | undefined;
  readonly json: boolean;
}

/** `dodeca verify`: every stack on the real engine, and what it does not check. */
export async function verifyCommand(options: VerifyCommandOptions): Promise<Exit> {
  const root = resolve(options.output);
  recover(root);
  const bar = progress(!options.json);
  const { engine, stacks, applications } = await verify({ root, engine: options.engine, onProgress: bar.show });
  bar.clear();
  const invalid = stacks.filter(({ valid }) => !valid);
  const exit = invalid.length === 0 && applications.length === 0 ? EXIT.ok : EXIT.findings;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ engine, stacks, applications }, null, 2)}\n`);
    return exit;
  }
  for (const { stack, diagnostics } of stacks) {
    if (diagnostics.length === 0) continue;
    process.stdout.write(`${stack}\n${diagnostics.map(show).join("")}`);
  }
  if (applications.length > 0) process.stdout.write(`applications\n${applications.map(show).join("")}`);
  process.stdout.write(
    `${stacks.length - invalid.length} of ${stacks.length} stacks valid on ${engine.name} ${engine.version}${applications.length === 0 ? "" : `, ${applications.length} problems of applications`}\n`,
  );
  return exit;
}

function show({ severity, code, summary, detail, address, attribute, line }: Diagnostic): string {
  const place = [address, line === undefined ? undefined : `line ${line}`]
    .filter((part) => part !== undefined)
    .join(", ");
  return [
    `  ${severity}: ${summary} [${code}]`,
    place === "" ? undefined : `    ${place}`,
    attribute === undefined ? undefined : `    ${attribute}`,
    detail === undefined ? undefined : `    ${detail.replace(/\n+/g, "\n    ")}`,
  ]
    .filter((part) => part !== undefined)
    .join("\n")
    .concat("\n");
}
