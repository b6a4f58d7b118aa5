import { existsSync, type FSWatcher, readdirSync, readFileSync, watch as watchFolder } from "node:fs";
import { join, resolve } from "node:path";
import type { Files } from "../estate/files.ts";
import { estateOf } from "../estate/index.ts";
import { applicationOfFile } from "../estate/objects.ts";
import { stackOfFile } from "../estate/stacks.ts";
import { formatProblem, InvalidInput, type Problem } from "../model/problem.ts";
import { programKey } from "../model/program.ts";
import { loadWorkspace } from "../model/workspace.ts";
import { review } from "../review/index.ts";
import { reportOf } from "../review/report.ts";
import { counted, placeParts, placesIn, SIGNS, titleOf, valueText } from "../review/wording.ts";
import { type ChangedOutput, synthesizeChanged } from "../synth/incremental.ts";
import { deploymentsSince, isUnchanged, type Kept, keptBy } from "../synth/kept.ts";
import { recover } from "../synth/writer.ts";
import { FreshModules } from "./fresh-modules.ts";
import { EXIT, type Exit } from "./run.ts";
import { writeChanged } from "./synth.ts";

export interface WatchOptions {
  readonly workspace: string;
  readonly output: string;
  readonly frozen: boolean;
}

/** Editors write a file in several steps: what follows so soon belongs to the same save, in milliseconds. */
const SAVE_MS = 30;

/**
 * `dodeca synth --watch`: what a saved file touches is synthesized at once, and told in the words of a review. It goes on
 * until it is interrupted.
 */
export async function watch(options: WatchOptions): Promise<Exit> {
  const folder = resolve(options.workspace);
  const program = programKey();
  const modules = new FreshModules();
  const watched = new Map<string, FSWatcher>();
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  process.once("SIGTERM", () => interrupted.abort());
  let saved = Promise.withResolvers<void>();
  // Folders one by one: a file that is replaced by another of its name is lost to a watcher of Linux that goes below.
  const listen = (path: string): void => {
    if (!watched.has(path))
      watched.set(
        path,
        watchFolder(path, () => saved.resolve()),
      );
  };
  interrupted.signal.addEventListener("abort", () => saved.resolve());
  let problems: readonly Problem[] = [];
  while (!interrupted.signal.aborted) {
    saved = Promise.withResolvers();
    const start = performance.now();
    modules.startRound();
    const { lines, problems: found } = await roundOf(options, program, modules, problems);
    problems = found;
    const ms = Math.round(performance.now() - start);
    // Before anything is said: whoever reads it may save at once.
    for (const one of [...foldersOf(folder), ...modules.folders]) listen(one);
    if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n(${ms} ms)\n\n`);
    await saved.promise;
    await new Promise((done) => setTimeout(done, SAVE_MS));
  }
  for (const watcher of watched.values()) watcher.close();
  return EXIT.ok;
}

/** A workspace's folder and those of its blueprints. */
const foldersOf = (workspace: string): readonly string[] => [
  workspace,
  ...readdirSync(workspace, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(workspace, name)),
];

interface Round {
  readonly lines: readonly string[];
  readonly problems: readonly Problem[];
}

/** Synthesizes what is not as it was, and says what that is, which problems have come and which are gone. */
async function roundOf(
  options: WatchOptions,
  program: string,
  modules: FreshModules,
  before: readonly Problem[],
): Promise<Round> {
  try {
    const root = resolve(options.output);
    recover(root);
    const workspace = await loadWorkspace(resolve(options.workspace), { load: modules.load });
    const kept = keptBy(program, root);
    const gone = comings(before, []);
    if (kept !== undefined && isUnchanged(workspace, root, kept)) return { lines: gone, problems: [] };
    const deployments = deploymentsSince(kept, workspace);
    const output = synthesizeChanged({ workspace, deployments, root, kept, program });
    const sides = kept === undefined ? undefined : sidesOf(root, kept, output);
    const { written, deleted, ledgerChanged } = writeChanged(options, workspace, output);
    if (written.length + deleted.length === 0) return { lines: gone, problems: [] };
    const counts = `${counted(written.length, "file")} written, ${deleted.length} deleted`;
    return {
      lines: [
        ...gone,
        ...(sides === undefined ? [] : changesIn(sides)),
        `${counts}${ledgerChanged ? "; the ledger has changed, commit it" : ""}`,
      ],
      problems: [],
    };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const lines = comings(before, error.problems);
    return { lines: lines.length === 0 ? [] : [...lines, "nothing was written"], problems: error.problems };
  }
}

/** Problems that have come, in full, and those that are gone. */
function comings(before: readonly Problem[], after: readonly Problem[]): string[] {
  const [old, now] = [new Set(before.map(formatProblem)), new Set(after.map(formatProblem))];
  return [
    ...before
      .filter((problem) => !now.has(formatProblem(problem)))
      .map(({ path, message }) => `mended: ${path}  ${message}`),
    ...after.map(formatProblem).filter((text) => !old.has(text)),
  ];
}

interface Sides {
  readonly before: Files;
  readonly after: Files;
}

/** The files of what a run has changed, as they are on the disk and as they will be. */
function sidesOf(root: string, kept: Kept, output: ChangedOutput): Sides {
  const gone = Object.values(kept.marks)
    .flatMap((files) => Object.keys(files))
    .filter((path) => output.digests[path] === undefined);
  const isJudged = (path: string): boolean =>
    stackOfFile(path) !== undefined || applicationOfFile(path) !== undefined || path.startsWith("dist/blueprints/");
  const old = [...output.texts.keys(), ...gone].filter((path) => isJudged(path) && existsSync(join(root, path)));
  return {
    before: new Map(old.map((path) => [path, readFileSync(join(root, path), "utf8")])),
    after: new Map([...output.texts].filter(([path]) => isJudged(path))),
  };
}

/** Leaves that moved and things that are different, as a review names them. */
function changesIn({ before, after }: Sides): string[] {
  const side = (name: string, files: Files) => ({ name, digest: "", estate: estateOf(files), files });
  const { moves, rows } = reportOf(review(side("before", before), side("after", after)), "medium");
  return [
    ...moves.map(
      ({ path, before: was, after: is, places }) =>
        `${path}  ${valueText(was)} → ${valueText(is)}  (${placesIn(places.map(placeParts))})`,
    ),
    ...rows.map((row) => {
      const attributes = row.attributes.slice(0, 2).map(({ path }) => path);
      const more = row.attributes.length - attributes.length;
      return `${SIGNS[row.kind]} ${row.blueprint} ${titleOf(row)}  [${placesIn(row.places)}]  ${attributes.join(", ")}${more > 0 ? ` +${more}` : ""}`.trimEnd();
    }),
  ];
}
