import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { valueAt } from "../model/merge.ts";
import { InvalidInput } from "../model/problem.ts";
import { resolveIn } from "../model/resolve.ts";
import { placeIn, type Workspace } from "../model/workspace.ts";
import { htmlOf } from "../review/html/index.ts";
import { review } from "../review/index.ts";
import { markdownOf } from "../review/markdown.ts";
import { leafOf, type Move } from "../review/moves.ts";
import { ownerRulesIn } from "../review/owners.ts";
import { type Report, reportJsonSchema, reportOf } from "../review/report.ts";
import type { Severity } from "../review/risk.ts";
import { sarifOf } from "../review/sarif.ts";
import { whatIf } from "../synth/what-if.ts";
import { EXIT, type Exit } from "./run.ts";
import { sideAt, workingTree } from "./sides.ts";

export interface ReviewCommandOptions {
  readonly workspace: string;
  readonly base: string;
  readonly head?: string | undefined;
  readonly report: string;
  readonly plan?: string | undefined;
  readonly reportUrl?: string | undefined;
  readonly failOn: Severity;
  readonly date?: string | undefined;
  readonly json: boolean;
  readonly schema: boolean;
}

/** `dodeca review`: what changed between two outputs, why, and whether it is safe. */
export async function reviewCommand(options: ReviewCommandOptions): Promise<Exit> {
  if (options.schema) {
    process.stdout.write(reportJsonSchema());
    return EXIT.ok;
  }
  const say = (what: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`${what}\n`);
  };
  const folder = resolve(options.workspace);
  const base = sideAt(options.base, options.workspace, options.head ?? "HEAD", say);
  const tree = options.head === undefined ? await workingTree(folder, base) : undefined;
  const head = tree ?? sideAt(options.head ?? "", options.workspace, undefined, say);
  const judged = review(base, head, {
    date: options.date,
    owners: ownersIn(folder),
    plans: options.plan === undefined ? undefined : plansIn(resolve(options.plan)),
    whatIf: tree && ((suppositions, units) => whatIf(tree.workspace, suppositions, units, tree.sound)),
  });
  const report = reportOf(judged, options.failOn, tree && locatorOf(tree.workspace));
  const comment = markdownOf(report, { reportUrl: options.reportUrl });
  writeReport(resolve(options.report), report, comment);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : comment);
  if (!options.json) process.stderr.write(`\nThe full report: ${join(options.report, "report.html")}\n`);
  return { safe: EXIT.ok, decide: EXIT.findings, error: EXIT.invalid }[report.verdict];
}

/** Plans in a folder, with the digests of what was planned. @throws InvalidInput when there is no such folder */
function plansIn(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder))
    throw new InvalidInput([
      {
        code: "no-plans",
        path: "--plan",
        message: "there is no such folder",
        given: folder,
        fix: "name the folder that holds <stack>.json and <stack>.sha256",
      },
    ]);
  return new Map(
    globSync("*.{json,sha256}", { cwd: folder })
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

/** `OWNERS` of a workspace: who should look at what. */
function ownersIn(workspace: string) {
  const file = join(workspace, "OWNERS");
  return existsSync(file) ? ownerRulesIn(readFileSync(file, "utf8")) : undefined;
}

/** File and line of a leaf that moved, or of the nearest thing above it. */
function locatorOf(workspace: Workspace) {
  return ({ path, places: [place] }: Move): { file?: string; line?: number } => {
    const blueprint = place && workspace.blueprints.get(place.blueprint);
    if (place === undefined || blueprint === undefined) return {};
    const keys = leafOf(path).split(".");
    if (keys[0] === "environments") return workspace.place(blueprint, keys);
    if (valueAt(blueprint.merged.data, ["environments", place.environment]) === undefined)
      return workspace.place(blueprint, keys);
    const region = place.region === "global" ? undefined : place.region;
    const { provenance } = resolveIn(blueprint.merged, place.environment, region);
    return placeIn(workspace.locate, provenance, keys) ?? workspace.place(blueprint, keys);
  };
}

function writeReport(folder: string, report: Report, comment: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "comment.md"), comment);
  writeFileSync(join(folder, "report.html"), htmlOf(report));
  writeFileSync(join(folder, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, "report.sarif"), `${JSON.stringify(sarifOf(report), null, 2)}\n`);
}
