import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { filesBelow } from "../estate/files.ts";
import { estateOf } from "../estate/index.ts";
import { at, object, parsed, text } from "../estate/json.ts";
import { programKey } from "../model/program.ts";
import { loadWorkspace, type Workspace } from "../model/workspace.ts";
import type { Side } from "../review/evidence.ts";
import { synthesizeChanged } from "../synth/incremental.ts";
import { deploymentsSince, keptBy } from "../synth/kept.ts";
import { ESTATE } from "../synth/seal.ts";
import { commitOf, outputAt } from "./output-at.ts";
import { sharedPlaces } from "./sharing.ts";

/** The working tree as one side of a review, with the workspace that it was made from. */
export interface WorkingTree extends Side {
  readonly workspace: Workspace;
  /** Keys of what is known to be sound in it. */
  readonly sound: ReadonlySet<string>;
}

/**
 * The working tree: its blueprints as they are now. What `dodeca synth` has left in this folder is taken as it is where
 * nothing has changed; nothing is written.
 * @param base what it is compared with, whose files are shared where they are the same
 * @throws InvalidInput with everything that is wrong with the blueprints
 */
export async function workingTree(folder: string, base?: Side): Promise<WorkingTree> {
  const workspace = await loadWorkspace(folder);
  const root = resolve(".");
  const program = programKey();
  const kept = keptBy(program, root);
  const deployments = deploymentsSince(kept, workspace);
  const { digests, texts, digest, sound } = synthesizeChanged({
    workspace,
    deployments,
    root,
    kept,
    stored: await (await sharedPlaces(root))?.fetch(workspace, deployments, kept),
    program,
  });
  const others = object(at(parsed(base?.files.get(ESTATE) ?? ""), "files"));
  const textOf = (path: string): string =>
    texts.get(path) ??
    (others[path] === digests[path] ? base?.files.get(path) : undefined) ??
    readFileSync(join(root, path), "utf8");
  const files = new Map(
    Object.keys(digests)
      .sort()
      .map((path) => [path, textOf(path)]),
  );
  return { name: "working tree", digest, estate: estateOf(files, base), workspace, files, sound };
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
