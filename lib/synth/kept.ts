import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { type Deployments, deploymentsOf } from "../model/deployment.ts";
import { ledgerKey, workspaceKey } from "../model/keys.ts";
import type { Read } from "../model/reads.ts";
import type { Workspace } from "../model/workspace.ts";
import { codeOf } from "./disk.ts";
import { isSameEntry, type Mark, markAsLeft, markOf } from "./marks.ts";
import { OWN_FOLDER } from "./output-paths.ts";
import { RECORD_PATH } from "./own-files.ts";

/** Numbers of units and of what they hold. */
export interface Summary {
  readonly stacks: number;
  readonly resources: number;
  readonly applications: number;
  readonly objects: number;
}

/** A stack or application that a run synthesized, or a group of files that follow from all of them. */
export interface KeptUnit {
  /** Name of a stack, path of an application. */
  readonly name: string;
  /** Key of what the topology told it: where it lives and how it is marked. */
  readonly told: string;
  /** Resources and data sources, or objects. */
  readonly size: number;
  readonly files: readonly string[];
  readonly reads: readonly Read[];
}

/** The stacks or the applications that a layer had in a place. */
export interface KeptDraft {
  /** JSON of the draft, without what builds its units. */
  readonly data: string;
  /** What making it read. */
  readonly reads: readonly Read[];
  /** What the layer read of that to plan its units: what builds them may have captured any of it. */
  readonly planned: readonly Read[];
  readonly units: readonly KeptUnit[];
}

/** What is kept of one place: drafts by the id of their part. */
export type KeptPlace = ReadonlyMap<string, KeptDraft>;

/** What is known without a look at any place. */
export interface KeptHead {
  /** Key of the program. */
  readonly program: string;
  /** Key of the workspace; empty where the output has only a part of it. */
  readonly workspace: string;
  /** Key of accounts and ledger, as the run left them. */
  readonly ledger: string;
  /** Digest over the output. */
  readonly digest: string;
  /** Names of deployments in their order. */
  readonly deployments: string;
  readonly summary: Summary;
  /** When the run ended, in milliseconds since 1970. */
  readonly written: number;
  /** Keys of blueprints and deployments that were sound. */
  readonly sound: readonly string[];
  readonly places: Readonly<Record<string, PlaceHead>>;
}

/** What is known of a place without a look at it. */
export interface PlaceHead {
  /** Keys of the roots that anything in it has read, by name. */
  readonly roots: Readonly<Record<string, string>>;
  readonly summary: Summary;
}

/** Files as a run left them, by the place that they belong to and by path. */
export type Marks = Readonly<Record<string, Readonly<Record<string, Mark>>>>;

/** What the last run knew, read part by part as it is asked for. */
export interface Kept {
  readonly head: KeptHead;
  /** Files of the output by place and path. */
  readonly marks: Marks;
  readonly place: (name: string) => KeptPlace | undefined;
  /** The part of a place as it stands in the file. */
  readonly line: (name: string) => string | Buffer | undefined;
}

const FORMAT = "dodeca-kept-1";
const fileIn = (root: string): string => join(root, OWN_FOLDER, "kept");

/** Reads what the last run kept. @returns nothing where there is none, or it is of another version or damaged */
export function readKept(root: string): Kept | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(fileIn(root));
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
  const end = bytes.indexOf("\n");
  const [format, checksum] = bytes.toString("latin1", 0, end).split(" ");
  const body = bytes.subarray(end + 1);
  if (format !== FORMAT || Number(checksum) !== crc32(body)) return undefined;
  let from = 0;
  const line = (): Buffer => {
    const to = body.indexOf("\n", from);
    const found = body.subarray(from, to);
    from = to + 1;
    return found;
  };
  const head: KeptHead = JSON.parse(line().toString());
  const marks: Marks = JSON.parse(line().toString());
  const names = Object.keys(head.places);
  const lines = new Map(names.map((name) => [name, line()]));
  return {
    head,
    marks,
    place: (name) => {
      const found = lines.get(name);
      return found === undefined ? undefined : parsePlace(found.toString());
    },
    line: (name) => lines.get(name),
  };
}

/** What the last run of a program kept. @param program key of the program */
export function keptBy(program: string, root: string): Kept | undefined {
  const kept = readKept(root);
  // Without the writer's record nothing says which files are ours to delete: everything is written into it again.
  return kept?.head.program === program && existsSync(join(root, RECORD_PATH)) ? kept : undefined;
}

/** What a workspace deploys; what the last run found sound is not judged again. @throws InvalidInput with everything that is wrong */
export const deploymentsSince = (kept: Kept | undefined, workspace: Workspace): Deployments =>
  deploymentsOf(workspace, new Set(kept?.head.ledger === ledgerKey(workspace) ? kept.head.sound : []));

/** Number of files of the output. */
export const fileCount = ({ marks }: Kept): number =>
  Object.values(marks).reduce((sum, files) => sum + Object.keys(files).length, 0);

/** Most files that are read to see that nothing has changed: a run that has looked at more leaves better marks. */
export const MOST_READ = 100;

/** Whether the workspace is what it was, and every file of the output is as it was left. */
export function isUnchanged(workspace: Workspace, root: string, { head, marks }: Kept): boolean {
  if (head.workspace !== workspaceKey(workspace)) return false;
  let read = 0;
  for (const files of Object.values(marks))
    for (const [path, mark] of Object.entries(files)) {
      if (isSameEntry(mark, markOf(root, path, mark[0]), head.written)) continue;
      read += 1;
      if (read > MOST_READ || markAsLeft(root, path, mark, head.written) === undefined) return false;
    }
  return true;
}

/** Keeps what a run knows. */
export function writeKept(
  root: string,
  head: Omit<KeptHead, "places">,
  marks: Marks,
  places: ReadonlyMap<string, { readonly head: PlaceHead; readonly line: string | Buffer }>,
): void {
  const whole: KeptHead = {
    ...head,
    places: Object.fromEntries([...places].map(([name, place]) => [name, place.head])),
  };
  const lines = [JSON.stringify(whole), JSON.stringify(marks), ...[...places.values()].map(({ line }) => line)];
  // Lines of places that nothing has touched stay the bytes that they are.
  const body = lines.flatMap((line) => [typeof line === "string" ? Buffer.from(line) : line, NEWLINE]);
  const checksum = body.reduce((sum, bytes) => crc32(bytes, sum), 0);
  const file = fileIn(root);
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(`${file}.new`, "w");
  try {
    for (const bytes of [Buffer.from(`${FORMAT} ${checksum}\n`), ...body]) writeFileSync(handle, bytes);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
}

const NEWLINE = Buffer.from("\n");

/** A place with each text once, and reads as numbers of their root, path and value. */
interface PlaceLine {
  readonly texts: readonly string[];
  /** Three numbers of texts for each read. */
  readonly reads: readonly number[];
  readonly drafts: readonly DraftLine[];
}
type DraftLine = readonly [
  id: string,
  data: string,
  reads: readonly number[],
  planned: readonly number[],
  units: readonly UnitLine[],
];
type UnitLine = readonly [name: string, told: string, size: number, files: readonly string[], reads: readonly number[]];

/** The part of a place as it is kept. */
export function placeText(place: KeptPlace): string {
  const texts = new Numbered<string>();
  const reads = new Numbered<Read>();
  const numbers = (of: readonly Read[]): number[] => of.map((read) => reads.of(read));
  const drafts = [...place].map(
    ([layer, draft]): DraftLine => [
      layer,
      draft.data,
      numbers(draft.reads),
      numbers(draft.planned),
      draft.units.map(({ name, told, size, files, reads: own }) => [name, told, size, files, numbers(own)]),
    ],
  );
  const triples = reads.all.flatMap(({ root, path, value }) => [texts.of(root), texts.of(path), texts.of(value)]);
  const line: PlaceLine = { texts: texts.all, reads: triples, drafts };
  return JSON.stringify(line);
}

export function parsePlace(text: string): KeptPlace {
  const line: PlaceLine = JSON.parse(text);
  const textAt = (index: number): string => line.texts[line.reads[index] ?? -1] ?? "";
  const reads = Array.from(
    { length: line.reads.length / 3 },
    (_, index): Read => ({
      root: textAt(index * 3),
      path: textAt(index * 3 + 1),
      value: textAt(index * 3 + 2),
    }),
  );
  const of = (numbers: readonly number[]): Read[] => numbers.flatMap((number) => reads[number] ?? []);
  return new Map(
    line.drafts.map(([id, data, own, planned, units]) => [
      id,
      {
        data,
        reads: of(own),
        planned: of(planned),
        units: units.map(([name, told, size, files, read]) => ({ name, told, size, files, reads: of(read) })),
      },
    ]),
  );
}

/** Things by the number that each gets when it is first seen. */
class Numbered<T> {
  readonly all: T[] = [];
  private readonly numbers = new Map<T, number>();

  of(thing: T): number {
    const known = this.numbers.get(thing);
    if (known !== undefined) return known;
    this.numbers.set(thing, this.all.length);
    this.all.push(thing);
    return this.all.length - 1;
  }
}
