import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { InvalidInput } from "../model/problem.ts";
import { backendProblems } from "./backends.ts";
import { contractProblems, podReaders } from "./contracts.ts";
import { readStack } from "./documents.ts";
import { type Engine, findEngine } from "./engine.ts";
import type { Diagnostic, StackReport } from "./report.ts";
import { validateStacks } from "./terraform.ts";

export interface VerifyOptions {
  /** Folder that holds `cdktf.out` and `dist`. */
  readonly root: string;
  /** Path of Terraform or OpenTofu. @default the one on the path */
  readonly engine?: string | undefined;
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

export interface Verification {
  readonly engine: Engine;
  readonly stacks: readonly StackReport[];
  /** Problems of applications. */
  readonly applications: readonly Diagnostic[];
}

/** Validates every stack of an output: the engine's judgement, and ours about backends and contracts. */
export async function verify({ root, engine: wanted, onProgress }: VerifyOptions): Promise<Verification> {
  const engine = findEngine(wanted);
  const folder = join(root, "cdktf.out", "stacks");
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, "cdk.tf.json")))
        .sort((a, b) => (a < b ? -1 : 1))
    : [];
  if (names.length === 0)
    throw new InvalidInput([
      { code: "nothing-synthesized", path: folder, message: "there are no stacks", fix: "run `dodeca synth` first" },
    ]);
  const documents = names.map((name) => readStack(folder, name));
  const backends = backendProblems(documents);
  const contracts = contractProblems(documents, podReaders(join(root, "dist", "kubernetes")));
  const validated = await validateStacks({
    engine,
    folder,
    stacks: names,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const stacks = names.map((stack): StackReport => {
    const diagnostics = [
      ...(validated.get(stack) ?? []),
      ...(backends.get(stack) ?? []),
      ...(contracts.stacks.get(stack) ?? []),
    ];
    return { stack, valid: diagnostics.every(({ severity }) => severity !== "error"), diagnostics };
  });
  return { engine, stacks, applications: contracts.pods };
}
