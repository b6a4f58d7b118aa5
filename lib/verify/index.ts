import type { Finding } from "../checks/finding.ts";
import { check } from "../checks/index.ts";
import { missingForServer } from "../engines/control-plane.ts";
import { type Engine, findEngine } from "../engines/terraform.ts";
import { graphOf } from "../estate/graph.ts";
import { readEstate } from "../estate/index.ts";
import { stacksFolder } from "../estate/stacks.ts";
import { InvalidInput } from "../model/problem.ts";
import { type Cause, causes, type Source } from "./cause.ts";
import { judgeObjects } from "./objects.ts";
import { validateStacks } from "./stacks.ts";

export interface VerifyOptions {
  /** Folder that holds `cdktf.out` and `dist`. */
  readonly root: string;
  /** What the output was made from. @default only what the output itself shows is checked, and no leaf is named */
  readonly source?: Source | undefined;
  /** Path of Terraform or OpenTofu. @default the one on the path */
  readonly engine?: string | undefined;
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

/** Judges an output: every stack by the engine, every object by an API server, and both by our own checks. */
export async function verify({ root, source, engine: wanted, onProgress }: VerifyOptions): Promise<Verification> {
  const engine = findEngine(wanted);
  const estate = readEstate(root);
  const folder = stacksFolder(root);
  if (estate.stacks.length === 0)
    throw new InvalidInput([
      { code: "nothing-synthesized", path: folder, message: "there are no stacks", fix: "run `dodeca synth` first" },
    ]);
  const lacking = missingForServer();
  const server = lacking.length === 0 && estate.applications.length > 0;
  const [validated, refused] = await Promise.all([
    validateStacks({
      engine,
      folder,
      stacks: estate.stacks.map(({ name }) => name),
      ...(onProgress === undefined ? {} : { onProgress }),
    }),
    server ? judgeObjects(estate.applications) : [],
  ]);
  const causeOf = causes(estate, source);
  const findings = [...validated, ...refused, ...check(graphOf(estate), estate, source?.deployments)].map(
    (finding) => ({
      ...finding,
      cause: causeOf(finding),
    }),
  );
  const byPlace = Map.groupBy(findings, ({ place }) => place);
  const judged = (name: string): Judged => {
    const own = byPlace.get(name) ?? [];
    byPlace.delete(name);
    return { name, valid: own.every(({ severity }) => severity !== "error"), findings: own };
  };
  return {
    engine: { name: engine.name, version: engine.version },
    stacks: estate.stacks.map(({ name }) => judged(name)),
    applications: estate.applications.map(({ path }) => judged(path)),
    others: [...byPlace.values()].flat(),
    unjudged:
      lacking.length === 0
        ? []
        : [`objects were not judged by an API server, which is not built: run \`npx dodeca engines kube etcd crds\``],
  };
}
