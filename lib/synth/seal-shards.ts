import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InvalidInput, type Problem } from "../model/problem.ts";
import { digestOf, digestOne } from "./digest.ts";
import { lstat } from "./disk.ts";
import { emitJson } from "./json.ts";
import { checkPaths, OWN_FOLDER } from "./output-paths.ts";
import { ESTATE, sealOf } from "./seal.ts";
import { SHARDS, type Shard, shardFile, shardName } from "./shard.ts";
import { parsed } from "./unknown-json.ts";
import { type Written, writeOutput } from "./writer.ts";

/** From what a shard was made: only shards of the same are one output. */
export interface ShardOrigin {
  /** Key of the program that is the same on any machine. */
  readonly program: string;
  /** Key of the workspace. */
  readonly workspace: string;
}

const shardSchema = z.object({
  version: z.literal(1),
  program: z.string(),
  workspace: z.string(),
  digest: z.string(),
  files: z.record(z.string().refine(isPath), z.string()),
});

/** Whether a path stays in the output. */
function isPath(path: string): boolean {
  try {
    checkPaths([path]);
    return true;
  } catch {
    return false;
  }
}

interface FoundShard extends Shard, ShardOrigin {
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What a shard says of itself: a digest of every file, and one over all of them. */
export function sealOfShard(
  { program, workspace }: ShardOrigin,
  files: Readonly<Record<string, string>>,
): { readonly text: string; readonly digest: string } {
  const digest = digestOf(new Map(Object.entries(files)));
  return { text: emitJson({ version: 1, program, workspace, digest, files }), digest };
}

/** What came of several shards. */
export interface Sealed extends Written {
  readonly shards: number;
  readonly files: number;
  /** That of a run over the whole. */
  readonly digest: string;
}

/**
 * Makes one output of shards whose files were brought together in a folder.
 * @throws InvalidInput where a shard is missing or of something else, or a file is not as its shard left it
 */
export function sealShards(root: string): Sealed {
  const shards = shardsIn(root);
  refuse(strangersAmong(shards));
  const contents = new Map<string, string | Uint8Array>();
  const digests: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const shard of shards)
    for (const [path, digest] of Object.entries(shard.files)) {
      const content = contentOf(root, path);
      if (content === undefined || digestOne(content) !== digest)
        problems.push({
          code: content === undefined ? "shard-incomplete" : "output-altered",
          path,
          message: `the file is ${content === undefined ? "missing" : `not as shard ${shardName(shard)} left it`}`,
          ...(content === undefined ? {} : { given: digestOne(content) }),
          allowed: [digest],
          fix: `bring the output of shard ${shardName(shard)} here once more, after the others`,
        });
      else contents.set(path, content);
      digests[path] = digest;
    }
  refuse(problems);
  const { text, digest } = sealOf(digests);
  contents.set(ESTATE, text);
  const written = writeOutput(root, {
    files: contents,
    // What shards say of themselves goes at once, after the seal: until then the command can be run again.
    owns: (path) => !path.startsWith(`${SHARDS}/`),
  });
  const aside = join(root, OWN_FOLDER, "shards");
  rmSync(aside, { recursive: true, force: true });
  renameSync(join(root, SHARDS), aside);
  rmSync(aside, { recursive: true });
  return { ...written, shards: shards.length, files: Object.keys(digests).length, digest };
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InvalidInput(problems);
}

function contentOf(root: string, path: string): Uint8Array | undefined {
  const file = join(root, path);
  return lstat(file)?.isFile() ? readFileSync(file) : undefined;
}

/** Every shard that is there. @throws InvalidInput where one cannot be read, or one of their number is missing */
function shardsIn(root: string): readonly FoundShard[] {
  const folder = join(root, SHARDS);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const problems: Problem[] = [];
  const found = names.flatMap((name): FoundShard[] => {
    const [, number = "", of = ""] = /^(\d+)-of-(\d+)\.json$/.exec(name) ?? [];
    if (of === "") return [];
    const shard = { number: Number(number), of: Number(of) };
    const path = `${SHARDS}/${name}`;
    const read = readShard(join(folder, name));
    if (read !== undefined) return [{ ...shard, ...read, path }];
    problems.push({
      code: "shard-damaged",
      path,
      message: "the file does not say what a shard consists of",
      fix: `bring the output of shard ${shardName(shard)} here once more`,
    });
    return [];
  });
  refuse(problems);
  const first = found[0];
  if (first === undefined)
    throw new InvalidInput([
      {
        code: "shards-missing",
        path: SHARDS,
        message: "there is no shard in this folder",
        fix: "bring the outputs of all runs of `dodeca synth --shard K/N` together in it, or name another with --output",
      },
    ]);
  const numbers = [...new Set(found.map(({ of }) => of))];
  if (numbers.length > 1)
    throw new InvalidInput([
      {
        code: "shards-differ",
        path: SHARDS,
        message: "these are not the shards of one run: they are of different numbers",
        given: found.map(shardName).join(", "),
        allowed: numbers.map((of) => `1-of-${of} to ${of}-of-${of}`),
        fix: "start with an empty folder, and bring the shards of one run into it",
      },
    ]);
  const there = new Set(found.map(shardName));
  refuse(
    Array.from({ length: first.of }, (_, index) => ({ number: index + 1, of: first.of }))
      .filter((shard) => !there.has(shardName(shard)))
      .map((shard) => ({
        code: "shard-missing",
        path: shardFile(shard),
        message: `shard ${shard.number} of ${shard.of} is missing`,
        given: [...there].join(", "),
        fix: `run \`dodeca synth --shard ${shard.number}/${shard.of}\`, and bring its output here`,
      })),
  );
  return found.sort((a, b) => a.number - b.number);
}

function readShard(file: string): (ShardOrigin & Pick<FoundShard, "files">) | undefined {
  const read = shardSchema.safeParse(parsed(readFileSync(file, "utf8")));
  if (!read.success || read.data.digest !== digestOf(new Map(Object.entries(read.data.files)))) return undefined;
  return read.data;
}

/** Shards that were made from something else than most are. */
function strangersAmong(shards: readonly FoundShard[]): readonly Problem[] {
  const groups = [...Map.groupBy(shards, originOf)].sort(([, a], [, b]) => b.length - a.length);
  const [origin, most = []] = groups[0] ?? [];
  if (groups.length < 2 || origin === undefined) return [];
  return groups.slice(1).flatMap(([other, strangers]) =>
    strangers.map((shard) => ({
      code: "shard-of-another-commit",
      path: shard.path,
      message: `shard ${shardName(shard)} was made from another ${shard.program === most[0]?.program ? "workspace" : "version of dodeca"} than ${most.map(shardName).join(", ")}`,
      given: other,
      allowed: [origin],
      fix: "synthesize all shards from the same commit, with the same version of Node",
    })),
  );
}

const originOf = ({ program, workspace }: ShardOrigin): string =>
  `program ${program.slice(0, 12)}, workspace ${workspace.slice(0, 12)}`;
