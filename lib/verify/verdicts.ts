import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Finding } from "../checks/finding.ts";
import { parsed } from "../estate/json.ts";

/** Units in which an engine found nothing, and all that its verdict depends on besides them. */
const verdictsSchema = z.object({
  /** Digest of the engine, of what it judges with, and of the program that asks it. */
  key: z.string(),
  /** Digest of the files of each unit. */
  valid: z.record(z.string(), z.string()),
});
export type Verdicts = z.infer<typeof verdictsSchema>;

const recordSchema = z.object({
  version: z.literal(1),
  /** With the version of the provider that stacks were judged with. */
  stacks: verdictsSchema.extend({ provider: z.string() }).optional(),
  applications: verdictsSchema.optional(),
});

/** What `verify` knows of an output from earlier runs. */
export type Judgements = z.infer<typeof recordSchema>;

const fileIn = (root: string): string => join(root, ".dodeca", "judged.json");

/** Verdicts of earlier runs; none where the file is missing or damaged. */
export function readJudgements(root: string): Judgements {
  let text: string;
  try {
    text = readFileSync(fileIn(root), "utf8");
  } catch {
    return { version: 1 };
  }
  const record = recordSchema.safeParse(parsed(text));
  return record.success ? record.data : { version: 1 };
}

/** Keeps verdicts for later runs: the file is whole at any time. Where nothing can be written all is judged again. */
export function writeJudgements(root: string, judgements: Judgements): void {
  const file = fileIn(root);
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, `${JSON.stringify(judgements)}\n`);
    renameSync(draft, file);
  } catch (error) {
    if (!isReadOnly(error)) throw error;
  }
}

const isReadOnly = (error: unknown): boolean =>
  error instanceof Error && "code" in error && ["EACCES", "EPERM", "EROFS"].includes(String(error.code));

/** Names of the units that need no judgement, since an engine has found nothing in the same bytes under the same key. */
export const keptBy = (
  before: Verdicts | undefined,
  key: string,
  digests: ReadonlyMap<string, string>,
  names: readonly string[],
): ReadonlySet<string> =>
  new Set(before?.key === key ? names.filter((name) => (before.valid[name] ?? "") === digests.get(name)) : []);

/** Verdicts after a run. @param digests of all units that there are @param judged names of those that were judged now */
export function verdictsAfter(
  before: Verdicts | undefined,
  key: string,
  digests: ReadonlyMap<string, string>,
  judged: readonly string[],
  findings: readonly Finding[],
): Verdicts {
  const now = new Set(judged);
  const refused = new Set(findings.map(({ place }) => place));
  const earlier = before?.key === key ? before.valid : {};
  const valid = [...digests].flatMap(([name, digest]): [string, string][] => {
    if (now.has(name)) return refused.has(name) ? [] : [[name, digest]];
    const known = earlier[name];
    return known === undefined ? [] : [[name, known]];
  });
  return { key, valid: Object.fromEntries(valid) };
}
