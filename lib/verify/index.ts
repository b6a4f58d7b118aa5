import { isDeepStrictEqual } from "node:util";
import type { Finding } from "../checks/finding.ts";
import { check } from "../checks/index.ts";
import { missingForServer } from "../engines/control-plane.ts";
import { type Engine, findEngine } from "../engines/terraform.ts";
import { filesBelow } from "../estate/files.ts";
import { type Graph, graphOf } from "../estate/graph.ts";
import { estateOf } from "../estate/index.ts";
import type { Node } from "../estate/node.ts";
import { stacksFolder } from "../estate/stacks.ts";
import { InvalidInput } from "../model/problem.ts";
import { type Cause, causes, type Source } from "./cause.ts";
import { unitDigests } from "./digests.ts";
import { judgeApplications, judgeStacks } from "./judge.ts";
import { type Judgements, readJudgements, writeJudgements } from "./verdicts.ts";

export interface VerifyOptions {
  /** Folder that holds `cdktf.out` and `dist`. */
  readonly root: string;
  /** What the output was made from. @default only what the output itself shows is checked, and no leaf is named */
  readonly source?: Source | undefined;
  /** Path of Terraform or OpenTofu. @default the one on the path */
  readonly engine?: string | undefined;
  /** Which stacks and applications to judge. @default all */
  readonly only?: ((unit: Node) => boolean) | undefined;
  /** Whether engines judge again what they have found nothing in before. @default only what is not as it was then */
  readonly all?: boolean | undefined;
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** A finding with what caused it. */
export interface Explained extends Finding {
  readonly cause: Cause;
}

/** A stack or application with everything that was found. */
export interface Judged {
  readonly name: string;
  readonly valid: boolean;
  /** Whether its engine found nothing in the same bytes in an earlier run, and was not asked again. */
  readonly kept: boolean;
  readonly findings: readonly Explained[];
}

export interface Verification {
  readonly engine: Pick<Engine, "name" | "version">;
  readonly stacks: readonly Judged[];
  readonly applications: readonly Judged[];
  /** Findings about no stack or application that there is. */
  readonly others: readonly Explained[];
  /** What was not judged, and why. */
  readonly unjudged: readonly string[];
}

/**
 * Judges an output: its stacks by the engine, its objects by an API server, and both by our own checks. Engines are asked
 * about what is not as it was when they found nothing; checks look at all, since each concerns several units.
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { root, source, only } = options;
  const engine = findEngine(options.engine);
  const files = filesBelow(root);
  const estate = estateOf(files);
  if (estate.stacks.length === 0)
    throw new InvalidInput([
      {
        code: "nothing-synthesized",
        path: stacksFolder(root),
        message: "there are no stacks",
        fix: "run `dodeca synth` first",
      },
    ]);
  const graph = graphOf(estate);
  const wanted = only === undefined ? undefined : unitsOf(graph, only);
  const isWanted = (name: string): boolean => wanted?.has(name) ?? true;
  const stackNames = estate.stacks.map(({ name }) => name).filter(isWanted);
  const applications = estate.applications.filter(({ path }) => isWanted(path));
  const lacking = missingForServer();
  const before = readJudgements(root);
  const digests = unitDigests(files);
  const [stacks, objects] = await Promise.all([
    judgeStacks(engine, files, stackNames, { before: before.stacks, digests: digests.stacks }, options),
    lacking.length === 0
      ? judgeApplications(applications, { before: before.applications, digests: digests.applications }, options)
      : undefined,
  ]);
  const applicationsAfter = objects?.verdicts ?? before.applications;
  const after: Judgements = {
    version: 1,
    stacks: stacks.verdicts,
    ...(applicationsAfter === undefined ? {} : { applications: applicationsAfter }),
  };
  if (!isDeepStrictEqual(before, after)) writeJudgements(root, after);
  const causeOf = causes(estate, source);
  const findings = [...stacks.findings, ...(objects?.findings ?? []), ...check(graph, estate, source?.deployments)].map(
    (finding) => ({ ...finding, cause: causeOf(finding) }),
  );
  const byPlace = Map.groupBy(findings, ({ place }) => place);
  const judged = (name: string, kept: ReadonlySet<string> | undefined): Judged => {
    const own = byPlace.get(name) ?? [];
    return {
      name,
      valid: own.every(({ severity }) => severity !== "error"),
      kept: kept?.has(name) ?? false,
      findings: own,
    };
  };
  const units = new Set([...digests.stacks.keys(), ...digests.applications.keys()]);
  return {
    engine: { name: engine.name, version: engine.version },
    stacks: stackNames.map((name) => judged(name, stacks.kept)),
    applications: applications.map(({ path }) => judged(path, objects?.kept)),
    others: findings.filter(({ place }) => !units.has(place)),
    unjudged:
      lacking.length === 0
        ? []
        : [`objects were not judged by an API server, which is not built: run \`npx dodeca engines kube etcd crds\``],
  };
}

/** Names of the stacks and paths of the applications that are wanted. @throws InvalidInput when there is none */
function unitsOf(graph: Graph, only: (unit: Node) => boolean): ReadonlySet<string> {
  const units = graph.where(({ kind }) => kind === "stack" || kind === "application").filter(only);
  if (units.length === 0)
    throw new InvalidInput([
      {
        code: "nothing-selected",
        path: "--only",
        message: "the output has no stack and no application in this part",
        fix: "name a part that it has: `dodeca list` shows them",
      },
    ]);
  return new Set(units.map(({ unit }) => unit));
}
