import { affectedUnits, githubOutputs } from "../review/affected.ts";
import { EXIT, type Exit } from "./run.ts";
import { sideAt, workingTree } from "./sides.ts";

export interface AffectedOptions {
  readonly workspace: string;
  readonly base: string;
  readonly head?: string | undefined;
  readonly format: "text" | "json" | "github";
}

/** `dodeca affected`: the stacks and applications whose bytes are not what they were, in the order in which they are applied. */
export async function affectedCommand(options: AffectedOptions): Promise<Exit> {
  const base = sideAt(options.base, options.workspace, options.head ?? "HEAD");
  const head =
    options.head === undefined ? await workingTree(options.workspace, base) : sideAt(options.head, options.workspace);
  const affected = affectedUnits(base, head);
  process.stdout.write(
    {
      text: () =>
        [...affected.stacks.map(({ stack }) => stack), ...affected.applications].map((one) => `${one}\n`).join(""),
      json: () => `${JSON.stringify(affected, null, 2)}\n`,
      github: () => githubOutputs(affected),
    }[options.format](),
  );
  return EXIT.ok;
}
