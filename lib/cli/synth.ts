import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatLedger } from "../model/ledger.ts";
import { InvalidInput } from "../model/problem.ts";
import { programKey } from "../model/program.ts";
import { loadWorkspace, type Workspace } from "../model/workspace.ts";
import type { ChangedOutput } from "../synth/incremental.ts";
import { deploymentsSince, fileCount, isUnchanged, keptBy, type Summary } from "../synth/kept.ts";
import { recover, type Written } from "../synth/writer.ts";
import { progress } from "./progress.ts";
import { EXIT, type Exit } from "./run.ts";
import { isWhole, parseSelection } from "./selection.ts";

export interface SynthOptions {
  readonly workspace: string;
  readonly output: string;
  readonly only?: readonly string[] | undefined;
  readonly frozen: boolean;
  readonly json: boolean;
}

/** `dodeca synth`: what has changed is synthesized in memory, then written as a whole. */
export async function synth(options: SynthOptions): Promise<Exit> {
  const root = resolve(options.output);
  recover(root);
  const workspace = await loadWorkspace(resolve(options.workspace));
  const program = programKey();
  const only = parseSelection(options.only);
  const kept = keptBy(program, root);
  if (kept !== undefined && isWhole(only) && isUnchanged(workspace, root, kept)) {
    const { summary, digest } = kept.head;
    return say(options, { summary, digest, written: 0, unchanged: fileCount(kept), deleted: [], ledgerChanged: false });
  }
  const deployments = deploymentsSince(kept, workspace);
  // Layers are loaded for a workspace that is sound, and has changed.
  const { synthesizeChanged } = await import("../synth/incremental.ts");
  const bar = progress(!options.json);
  const output = synthesizeChanged({ workspace, deployments, root, kept, only, program, onProgress: bar.show });
  bar.clear();
  const { written, unchanged, deleted, ledgerChanged } = writeChanged(options, workspace, output);
  const { summary, digest } = output;
  return say(options, { summary, digest, written: written.length, unchanged, deleted, ledgerChanged });
}

/** Writes what a run has made, with the ledger. @throws InvalidInput where the ledger may not change, and would */
export function writeChanged(
  { workspace: folder, frozen }: Pick<SynthOptions, "workspace" | "frozen">,
  workspace: Workspace,
  output: ChangedOutput,
): Written & { readonly ledgerChanged: boolean } {
  const ledger = formatLedger(output.ledger);
  const file = join(folder, "ledger.yaml");
  const ledgerChanged = ledger !== formatLedger(workspace.ledger);
  if (frozen && ledgerChanged) {
    throw new InvalidInput([
      {
        code: "ledger-frozen",
        path: "ledger.yaml",
        file,
        message: "the ledger would change",
        fix: "run `dodeca synth` and commit the ledger with your change",
      },
    ]);
  }
  // The ledger first: addresses in an output that the ledger does not hold could be given away again.
  if (ledgerChanged) writeFileSync(resolve(file), ledger);
  return { ...output.write(), ledgerChanged };
}

/** What a run says at its end. */
interface Said {
  readonly summary: Summary;
  readonly digest: string;
  readonly written: number;
  readonly unchanged: number;
  readonly deleted: readonly string[];
  readonly ledgerChanged: boolean;
}

function say(options: SynthOptions, { summary, digest, ...counts }: Said): Exit {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...summary, digest, ...counts }, null, 2)}\n`);
    return EXIT.ok;
  }
  const { written, unchanged, deleted, ledgerChanged } = counts;
  const show = (path: string): string => join(options.output, path);
  process.stdout.write(
    [
      `${summary.stacks} stacks with ${summary.resources} resources    ${show("cdktf.out/stacks")}`,
      `${summary.applications} applications with ${summary.objects} objects    ${show("dist/kubernetes")}`,
      `Argo CD roots and pipelines    ${show("dist/delivery")}`,
      `${digest}    ${show("dist/estate.json")}`,
      `${written} files written, ${unchanged} unchanged, ${deleted.length} deleted${ledgerChanged ? "; the ledger has changed, commit it" : ""}`,
      "",
      "Next:",
      "  npx dodeca verify          validate every stack on Terraform or OpenTofu",
      "  npx dodeca list            stacks and applications in the order in which they are applied",
      "  docs/apply.md              how to apply them",
      "",
    ].join("\n"),
  );
  return EXIT.ok;
}
