import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatLedger } from "../model/ledger.ts";
import { InvalidInput } from "../model/problem.ts";
import { loadWorkspace } from "../model/workspace.ts";
import { estateText, isOurs } from "../synth/seal.ts";
import { type Synthesized, synthesize } from "../synth/synthesize.ts";
import { recover, writeOutput } from "../synth/writer.ts";
import { progress } from "./progress.ts";
import { EXIT, type Exit } from "./run.ts";
import { parseSelection } from "./selection.ts";

export interface SynthOptions {
  readonly workspace: string;
  readonly output: string;
  readonly only?: readonly string[] | undefined;
  readonly frozen: boolean;
  readonly json: boolean;
}

/** `dodeca synth`: everything is synthesized in memory, then written as a whole. */
export async function synth(options: SynthOptions): Promise<Exit> {
  const root = resolve(options.output);
  const folder = resolve(options.workspace);
  recover(root);
  const workspace = await loadWorkspace(folder);
  const only = parseSelection(options.only);
  const bar = progress(!options.json);
  const output = synthesize(workspace, { only, onProgress: bar.show });
  bar.clear();
  const ledger = formatLedger(output.ledger);
  const changed = ledger !== formatLedger(workspace.ledger);
  if (options.frozen && changed) {
    throw new InvalidInput([
      {
        code: "ledger-frozen",
        path: "ledger.yaml",
        file: join(options.workspace, "ledger.yaml"),
        message: "the ledger would change",
        fix: "run `dodeca synth` and commit the ledger with your change",
      },
    ]);
  }
  const selected = Object.values(only).some((values) => values !== undefined && values.length > 0);
  const files = new Map(output.files);
  const seal = estateText(output, root, selected);
  files.set("dist/estate.json", seal.text);
  // The ledger first: addresses in an output that the ledger does not hold could be given away again.
  if (changed) writeFileSync(join(folder, "ledger.yaml"), ledger);
  const written = writeOutput(root, { files, owns: (path) => !selected || isOurs(path, output) });
  const summary = summarize(output.synthesized);
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ ...summary, digest: seal.digest, written: written.written.length, unchanged: written.unchanged, deleted: written.deleted, ledgerChanged: changed }, null, 2)}\n`,
    );
    return EXIT.ok;
  }
  const show = (path: string): string => join(options.output, path);
  process.stdout.write(
    [
      `${summary.stacks} stacks with ${summary.resources} resources    ${show("cdktf.out/stacks")}`,
      `${summary.applications} applications with ${summary.objects} objects    ${show("dist/kubernetes")}`,
      `Argo CD roots and pipelines    ${show("dist/delivery")}`,
      `${seal.digest}    ${show("dist/estate.json")}`,
      `${written.written.length} files written, ${written.unchanged} unchanged, ${written.deleted.length} deleted${changed ? "; the ledger has changed, commit it" : ""}`,
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

function summarize(synthesized: readonly Synthesized[]) {
  const of = (kind: Synthesized["kind"]) => synthesized.filter((one) => one.kind === kind);
  const total = (kind: Synthesized["kind"]): number => of(kind).reduce((sum, { size }) => sum + size, 0);
  return {
    stacks: of("stack").length,
    resources: total("stack"),
    applications: of("application").length,
    objects: total("application"),
  };
}
