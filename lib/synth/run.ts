import { record } from "../model/reads.ts";
import { digestOne } from "./digest.ts";
import {
  type Kept,
  type KeptDraft,
  type KeptUnit,
  type Marks,
  type PlaceHead,
  placeText,
  type Summary,
} from "./kept.ts";
import { type Mark, markAsLeft, markOf } from "./marks.ts";
import type { StaleReads } from "./stale-reads.ts";
import type { StoredPlace } from "./stored-place.ts";
import type { UnitFiles } from "./synthesize.ts";

/** A stack, an application, or a group of files that follow from others. */
export interface Unit {
  readonly kind: "stack" | "application" | "rest";
  /** Name of a stack, path of an application. */
  readonly name: string;
  /** Key of what the topology told it. */
  readonly told: string;
  /** Whether it is built where it cannot be kept. */
  readonly wanted: boolean;
  readonly build: () => UnitFiles;
}

/** Units that were planned together. */
export interface Work extends Omit<KeptDraft, "units"> {
  /** What distinguishes it in its place: the id of a layer. */
  readonly id: string;
  readonly units: readonly Unit[];
  /** Units of the last run, of which those may be kept that read the same now. */
  readonly before: readonly KeptUnit[];
}

/** A place whose every unit has been kept or built. */
export interface SettledPlace {
  readonly head: PlaceHead;
  /** The place as it is kept for the next run. */
  readonly line: string | Buffer;
  /** Digests of its files by path. */
  readonly digests: ReadonlyMap<string, string>;
  /** Whether none of its units was left out. */
  readonly complete: boolean;
}

/** Goes through the places of a workspace: which units are kept, which are built, and what the output consists of then. */
export class Run {
  readonly places = new Map<string, SettledPlace>();
  /** What is not on the disk yet, by path. */
  readonly texts = new Map<string, string>();
  /** Names of the stacks and paths of the applications that were built. */
  readonly built: string[] = [];
  /** What was asked for. */
  readonly summary = emptySummary();
  /** Whether a unit was left out that would have to be built. */
  incomplete = false;
  private readonly root: string;
  private readonly kept: Kept | undefined;
  private readonly stored: ReadonlyMap<string, StoredPlace>;
  private readonly stale: StaleReads;
  private readonly onBuild: (name: string) => void;
  /** Marks of the files that are as they were left. */
  private readonly asLeft = new Map<string, Mark>();

  /**
   * @param stored places that `kept` has from elsewhere, with their files
   * @param onBuild called before each unit that is built
   */
  constructor(
    root: string,
    kept: Kept | undefined,
    stored: ReadonlyMap<string, StoredPlace>,
    stale: StaleReads,
    onBuild: (name: string) => void,
  ) {
    this.root = root;
    this.kept = kept;
    this.stored = stored;
    this.stale = stale;
    this.onBuild = onBuild;
  }

  /** Whether all files of a place are as the last run left them. */
  isOnDisk(name: string): boolean {
    const marks = this.kept?.marks[name];
    return marks !== undefined && Object.keys(marks).every((path) => this.isAsLeft(name, path));
  }

  /** Takes a place over as it was. */
  keep(name: string): void {
    const head = this.kept?.head.places[name];
    const line = this.kept?.line(name);
    if (head === undefined || line === undefined) return;
    const digests = new Map(Object.entries(this.kept?.marks[name] ?? {}).map(([path, [digest]]) => [path, digest]));
    this.places.set(name, { head, line, digests, complete: true });
    for (const key of SUMMARY) this.summary[key] += head.summary[key];
  }

  /** Keeps or builds every unit of a place. @param roots names of roots that it depends on besides what is read */
  settle(name: string, works: readonly Work[], roots: readonly string[] = []): void {
    const before = this.kept?.head.places[name]?.roots ?? {};
    const digests = new Map<string, string>();
    const drafts = new Map<string, KeptDraft>();
    const summary = emptySummary();
    let complete = true;
    for (const { id, data, reads, planned, units, before: candidates } of works) {
      const known = new Map(candidates.map((unit) => [unit.name, unit]));
      const settled: KeptUnit[] = [];
      for (const unit of units) {
        const found = this.keptUnit(name, unit, known.get(unit.name), before) ?? this.builtUnit(name, unit, digests);
        if (found === undefined) {
          complete = false;
          continue;
        }
        settled.push(found);
        for (const path of found.files) if (!digests.has(path)) digests.set(path, this.taken(name, path));
        count(summary, unit.kind, found.size);
        if (unit.wanted) count(this.summary, unit.kind, found.size);
      }
      drafts.set(id, { data, reads, planned, units: settled });
    }
    const read = [...drafts.values()].flatMap((draft) => [draft.reads, ...draft.units.map((unit) => unit.reads)]);
    const names = new Set([...roots, ...read.flatMap((reads) => reads.map(({ root }) => root))]);
    const head = { roots: this.stale.keysOf(names), summary };
    this.places.set(name, { head, line: placeText(drafts), digests, complete });
  }

  private keptUnit(
    place: string,
    { told, wanted }: Unit,
    unit: KeptUnit | undefined,
    before: Readonly<Record<string, string>>,
  ): KeptUnit | undefined {
    if (unit?.told !== told || this.stale.anyStale(unit.reads, before)) return undefined;
    const stored = this.stored.get(place)?.files;
    const isThere = (path: string): boolean => {
      if (stored === undefined) return this.isAsLeft(place, path);
      const file = stored.get(path);
      // What is not asked for is not written either.
      return file !== undefined && (wanted || this.hasAsLeft(place, path, file.digest));
    };
    return unit.files.every(isThere) ? unit : undefined;
  }

  /** Takes over a file that is kept. @returns its digest */
  private taken(place: string, path: string): string {
    const file = this.stored.get(place)?.files.get(path);
    if (file === undefined) return this.digestBefore(place, path);
    if (!this.hasAsLeft(place, path, file.digest)) this.texts.set(path, file.text);
    return file.digest;
  }

  private builtUnit(place: string, unit: Unit, digests: Map<string, string>): KeptUnit | undefined {
    if (!unit.wanted) {
      this.incomplete = true;
      return undefined;
    }
    if (unit.kind !== "rest") {
      this.onBuild(unit.name);
      this.built.push(unit.name);
    }
    const { result, reads } = record(unit.build);
    for (const [path, text] of result.files) {
      const digest = digestOne(text);
      digests.set(path, digest);
      if (!this.hasAsLeft(place, path, digest)) this.texts.set(path, text);
    }
    return {
      name: unit.name,
      told: unit.told,
      size: result.size,
      files: [...result.files.keys()],
      reads: [...new Set(reads)],
    };
  }

  private digestBefore(place: string, path: string): string {
    return this.kept?.marks[place]?.[path]?.[0] ?? "";
  }

  /** Whether a file is as the last run left it, and that is with this content. */
  private hasAsLeft(place: string, path: string, digest: string): boolean {
    return this.digestBefore(place, path) === digest && this.isAsLeft(place, path);
  }

  private isAsLeft(place: string, path: string): boolean {
    const mark = this.kept?.marks[place]?.[path];
    if (mark === undefined || this.kept === undefined) return false;
    const now = this.asLeft.get(path) ?? markAsLeft(this.root, path, mark, this.kept.head.written);
    if (now !== undefined) this.asLeft.set(path, now);
    return now !== undefined;
  }

  /** Marks of everything that the output consists of, once it is written. */
  marks(): Marks {
    const marksIn = (digests: ReadonlyMap<string, string>): Record<string, Mark> => {
      const marks: Record<string, Mark> = {};
      for (const [path, digest] of digests) {
        const text = this.texts.get(path);
        const mark = text === undefined ? this.asLeft.get(path) : markOf(this.root, path, digest);
        // Another program may have been at the file since it was written: then the next run makes it anew.
        const isOurs = mark !== undefined && (text === undefined || mark[1] === Buffer.byteLength(text));
        if (isOurs) marks[path] = mark;
        else this.incomplete = true;
      }
      return marks;
    };
    return Object.fromEntries([...this.places].map(([name, { digests }]) => [name, marksIn(digests)]));
  }
}

const SUMMARY = ["stacks", "resources", "applications", "objects"] as const;
type Counting = { -readonly [K in keyof Summary]: number };
const emptySummary = (): Counting => ({ stacks: 0, resources: 0, applications: 0, objects: 0 });

function count(summary: Counting, kind: Unit["kind"], size: number): void {
  if (kind === "stack") {
    summary.stacks += 1;
    summary.resources += size;
  } else if (kind === "application") {
    summary.applications += 1;
    summary.objects += size;
  }
}
