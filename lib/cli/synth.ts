import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatLedger } from "../model/ledger.ts";
import { InvalidInput } from "../model/problem.ts";
import { programKey } from "../model/program.ts";
import { loadWorkspace, type Workspace } from "../model/workspace.ts";
import type { ChangedOutput } from "../synth/incremental.ts";
import { deploymentsSince, fileCount, isUnchanged, keptBy, type Summary } from "../synth/kept.ts";
import { hasRest, shardFile } from "../synth/shard.ts";
import { recover, type Written } from "../synth/writer.ts";
import { isWhole } from "../topology/whole.ts";
import { progress } from "./progress.ts";
import { EXIT, type Exit } from "./run.ts";
import { parseSelection, parseShard } from "./selection.ts";
import { sharedPlaces } from "./sharing.ts";

export interface SynthOptions {
  readonly workspace: string;
  readonly output: string;
  readonly only?: readonly string[] | undefined;
  /** Such as `3/8`. */
  readonly shard?: string | undefined;
  /** Where places are shared with other machines: a folder, or `s3://bucket/prefix`. @default what the environment says */
  readonly store?: string | undefined;
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
  const shard = options.shard === undefined ? undefined : parseShard(options.shard);
  const kept = keptBy(program, root);
  if (kept !== undefined && isWhole(only) && shard === undefined && isUnchanged(workspace, root, kept)) {
    const { summary, digest } = kept.head;
    return say(options, { summary, digest, written: 0, unchanged: fileCount(kept), deleted: [], ledgerChanged: false });
  }
  const deployments = deploymentsSince(kept, workspace);
  // Layers are loaded for a workspace that is sound, and has changed.
  const { synthesizeChanged } = await import("../synth/incremental.ts");
  const shared = await sharedPlaces(root, options.store, shard);
  const stored = await shared?.fetch(workspace, deployments, kept);
  const bar = progress(!options.json);
  const output = synthesizeChanged({
    workspace,
    deployments,
    root,
    kept,
    stored,
    only,
    shard,
    program,
    onProgress: bar.show,
  });
  bar.clear();
  const { written, unchanged, deleted, ledgerChanged } = writeChanged(options, workspace, output);
  await shared?.put(output);
  const { summary, digest } = output;
  return say(options, {
    summary,
    digest,
    written: written.length,
    unchanged,
    deleted,
    ledgerChanged,
    ...(stored === undefined ? {} : { stored: stored.size }),
  });
}

/** Writes what a run has made, with the ledger. @throws InvalidInput where the ledger may not change, and would */
export function writeChanged(
  { workspace: folder, frozen, shard }: Pick<SynthOptions, "workspace" | "frozen" | "shard">,
  workspace: Workspace,
  output: ChangedOutput,
): Written & { readonly ledgerChanged: boolean } {
  const ledger = formatLedger(output.ledger);
  const file = join(folder, "ledger.yaml");
  const ledgerChanged = ledger !== formatLedger(workspace.ledger);
  if ((frozen || shard !== undefined) && ledgerChanged) {
    throw new InvalidInput([
      {
        code: "ledger-frozen",
        path: "ledger.yaml",
        file,
        message: frozen
          ? "the ledger would change"
          : "the ledger would change, and what other shards would make of it is not known here",
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
  /** Number of places that came from a store; nothing where there is none. */
  readonly stored?: number;
}

function say(options: SynthOptions, { summary, digest, ...counts }: Said): Exit {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...summary, digest, ...counts }, null, 2)}\n`);
    return EXIT.ok;
  }
  const { written, unchanged, deleted, ledgerChanged, stored } = counts;
  const show = (path: string): string => join(options.output, path);
  const shard = options.shard === undefined ? undefined : parseShard(options.shard);
  process.stdout.write(
    [
      `${summary.stacks} stacks with ${summary.resources} resources    ${show("cdktf.out/stacks")}`,
      `${summary.applications} applications with ${summary.objects} objects    ${show("dist/kubernetes")}`,
      ...(shard === undefined || hasRest(shard) ? [`Argo CD roots and pipelines    ${show("dist/delivery")}`] : []),
      `${digest}    ${show(shard === undefined ? "dist/estate.json" : shardFile(shard))}`,
      `${written} files written, ${unchanged} unchanged, ${deleted.length} deleted${ledgerChanged ? "; the ledger has changed, commit it" : ""}`,
      ...(stored === undefined ? [] : [`${stored} places came from the store`]),
      "",
      "Next:",
      ...(shard === undefined
        ? NEXT
        : ["  npx dodeca seal            once the outputs of all shards are in one folder: makes them one output"]),
      "",
    ].join("\n"),
  );
  return EXIT.ok;
}

const NEXT = [
  "  npx dodeca verify          validate every stack on Terraform or OpenTofu",
  "  npx dodeca list            stacks and applications in the order in which they are applied",
  "  docs/apply.md              how to apply them",
];
