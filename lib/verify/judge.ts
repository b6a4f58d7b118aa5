import type { Finding } from "../checks/finding.ts";
import { type Engine, mirroredVersion } from "../engines/terraform.ts";
import type { Files } from "../estate/files.ts";
import type { Application } from "../estate/objects.ts";
import { stackFile } from "../estate/stacks.ts";
import { objectsKey, stacksKey } from "./digests.ts";
import { judgeObjects } from "./objects.ts";
import { validateStacks } from "./stacks.ts";
import { type Judgements, keptBy, type Verdicts, verdictsAfter } from "./verdicts.ts";

/** What earlier runs found, and what units consist of now. */
interface Known<T extends Verdicts> {
  readonly before: T | undefined;
  readonly digests: ReadonlyMap<string, string>;
}

interface JudgeOptions {
  /** @default false: what an engine found nothing in is not judged again */
  readonly all?: boolean | undefined;
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/**
 * Lets the engine judge the stacks that it has not found valid as they are. @param names of the stacks that are asked about
 * @returns what it found, which stacks it was not asked about, and its verdicts for later runs
 */
export async function judgeStacks(
  engine: Engine,
  files: Files,
  names: readonly string[],
  { before, digests }: Known<NonNullable<Judgements["stacks"]>>,
  { all = false, onProgress }: JudgeOptions,
) {
  const validate = (stacks: readonly string[]) =>
    validateStacks({
      engine,
      stacks: new Map(stacks.map((name) => [name, files.get(stackFile(name)) ?? ""])),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  let provider = mirroredVersion() ?? before?.provider ?? "";
  let kept = all ? new Set<string>() : keptBy(before, stacksKey(engine, provider), digests, names);
  const open = names.filter((name) => !kept.has(name));
  const findings: Finding[] = [];
  if (open.length > 0) {
    const first = await validate(open);
    findings.push(...first.findings);
    if (first.provider !== undefined && first.provider !== provider) {
      // The registry has another provider than it had: what was judged with that one is judged with this one.
      provider = first.provider;
      if (kept.size > 0) findings.push(...(await validate([...kept])).findings);
      kept = new Set();
    }
  }
  const judged = names.filter((name) => !kept.has(name));
  const verdicts = verdictsAfter(before, stacksKey(engine, provider), digests, judged, findings);
  return { findings, kept, verdicts: { ...verdicts, provider } };
}

/** The same for applications and the API server. */
export async function judgeApplications(
  applications: readonly Application[],
  { before, digests }: Known<Verdicts>,
  { all = false }: JudgeOptions,
) {
  const key = objectsKey();
  const names = applications.map(({ path }) => path);
  const kept = all ? new Set<string>() : keptBy(before, key, digests, names);
  const open = applications.filter(({ path }) => !kept.has(path));
  const findings = open.length > 0 ? await judgeObjects(open) : [];
  const judged = open.map(({ path }) => path);
  return { findings, kept, verdicts: verdictsAfter(before, key, digests, judged, findings) };
}
