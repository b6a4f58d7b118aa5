import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { filesBelow } from "../estate/files.ts";
import { estateOf } from "../estate/index.ts";
import { at, parsed, text } from "../estate/json.ts";
import { loadWorkspace, type Workspace } from "../model/workspace.ts";
import type { Side } from "../review/evidence.ts";
import { digestsOf } from "../synth/digest.ts";
import { ESTATE, sealOf } from "../synth/seal.ts";
import { synthesize } from "../synth/synthesize.ts";
import { commitOf, outputAt } from "./output-at.ts";

/** The working tree as one side of a review, with the workspace that it was made from. */
export interface WorkingTree extends Side {
  readonly workspace: Workspace;
}

/** The working tree: its blueprints as they are now, synthesized in memory. @throws InvalidInput with everything that is wrong with them */
export async function workingTree(folder: string): Promise<WorkingTree> {
  const workspace = await loadWorkspace(folder);
  const output = synthesize(workspace);
  const { text: sealed, digest } = sealOf(digestsOf(output.files));
  const files = new Map(output.files).set(ESTATE, sealed);
  return { name: "working tree", digest, estate: estateOf(files), workspace, files };
}

/**
 * An output that has been written as one side of a review: in a folder, or in the history of the project.
 * @param since for a ref, the side that it is compared with
 */
export function sideAt(
  given: string,
  workspace: string,
  since?: string,
  onProgress: (what: string) => void = () => undefined,
): Side {
  if (existsSync(join(given, "dist", "estate.json"))) return writtenSide(resolve(given), given);
  const project = process.cwd();
  const commit = commitOf(project, given, since);
  const folder = outputAt({ project, workspace: relative(project, resolve(workspace)), commit }, onProgress);
  return writtenSide(folder, `${given} (${commit.slice(0, 9)})`);
}

function writtenSide(folder: string, name: string): Side {
  const files = filesBelow(folder);
  return {
    name,
    digest: text(at(parsed(files.get("dist/estate.json") ?? ""), "digest")) ?? "",
    estate: estateOf(files),
    files,
  };
}
