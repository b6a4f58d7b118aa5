import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployments } from "../../model/deployment.ts";
import { keyOf } from "../../model/keys.ts";
import { InvalidInput } from "../../model/problem.ts";
import { rootNameOf } from "../../model/reads.ts";
import type { Workspace } from "../../model/workspace.ts";
import { placesIn } from "../../topology/places.ts";
import { digestOne } from "../digest.ts";
import type { Kept } from "../kept.ts";
import { markAsLeft } from "../marks.ts";
import { keyedRoots } from "../root-keys.ts";
import type { SettledPlace } from "../run.ts";
import { hasFile, type Shard, shardName } from "../shard.ts";
import { StaleReads } from "../stale-reads.ts";
import type { StoredFile, StoredPlace } from "../stored-place.ts";
import { packPlace, unpackPlace } from "./place-pack.ts";
import type { Store } from "./store.ts";

export interface Sharing {
  readonly store: Store;
  /** Key of the program that is the same on every machine. */
  readonly program: string;
  /** Folder of the output. */
  readonly root: string;
  /** What of the output this machine makes. @default everything */
  readonly shard?: Shard | undefined;
  /** Called when the store cannot be read or written, which a run can do without. */
  readonly onFailure: (message: string) => void;
}

/** What a run has settled, as far as others can use it. */
export interface ToShare {
  readonly places: ReadonlyMap<string, SettledPlace>;
  /** Texts that the run has made, by path; others are on the disk. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Places that machines share. One is found by the key of all that it shows, and taken where also every other root that was
 * read has the key that it had: then each of its units would be kept if this machine had built it.
 */
export class SharedPlaces {
  private readonly sharing: Sharing;
  /** Keys in the store of what every place is now. */
  private readonly keys = new Map<string, string>();
  /** Keys under which nothing is that can be used. */
  private readonly useless = new Set<string>();
  /** Places of which something is there that can be used. */
  private readonly there = new Set<string>();
  private failed = false;

  constructor(sharing: Sharing) {
    this.sharing = sharing;
  }

  /** Those that this machine has not kept, all at once. */
  async fetch(
    workspace: Workspace,
    deployments: Deployments,
    kept: Kept | undefined,
  ): Promise<ReadonlyMap<string, StoredPlace>> {
    const places = placesIn(workspace, deployments);
    const roots = keyedRoots(deployments, places);
    const stale = new StaleReads(roots);
    const found = new Map<string, StoredPlace>();
    const names = [...places.accounts, ...places.deployments].map(rootNameOf);
    await this.trying(
      names.map(async (name) => {
        const key = roots.get(name)?.key ?? "";
        this.keys.set(name, key);
        if (this.isKept(name, kept, stale)) return;
        const place = await this.read(name, stale);
        if (place !== undefined) found.set(name, place);
      }),
    );
    return found;
  }

  /** Puts what a run has settled where it is not there yet. */
  async put({ places, texts }: ToShare): Promise<void> {
    const { store, shard } = this.sharing;
    await this.trying(
      [...this.keys.keys()].map(async (name) => {
        const place = places.get(name);
        if (place === undefined || !(place.complete || shard !== undefined)) return;
        // What a shard has settled is all that it needs, but not all that others do.
        const key = this.keyIn(name, shard);
        if (this.there.has(name) || (!this.useless.has(key) && (await store.has(key)))) return;
        const files = this.filesOf(place, texts);
        if (files === undefined) return;
        await store.put(key, packPlace(name, { head: place.head, line: place.line.toString(), files }));
      }),
    );
  }

  private keyIn(name: string, shard?: Shard): string {
    const { program } = this.sharing;
    return `${program}/${keyOf(name, this.keys.get(name) ?? "", shard === undefined ? null : shardName(shard))}`;
  }

  private isKept(name: string, kept: Kept | undefined, stale: StaleReads): boolean {
    const head = kept?.head.places[name];
    if (kept === undefined || head === undefined || kept.head.workspace === "" || !stale.areSame(head.roots))
      return false;
    return Object.entries(kept.marks[name] ?? {}).every(
      ([path, mark]) => markAsLeft(this.sharing.root, path, mark, kept.head.written) !== undefined,
    );
  }

  private async read(name: string, stale: StaleReads): Promise<StoredPlace | undefined> {
    const { store, shard } = this.sharing;
    for (const key of new Set([this.keyIn(name), this.keyIn(name, shard)])) {
      const bytes = await store.get(key);
      const place = bytes === undefined ? undefined : unpackPlace(name, bytes);
      if (place !== undefined && stale.areSame(place.head.roots)) {
        this.there.add(name);
        return place;
      }
      this.useless.add(key);
    }
    return undefined;
  }

  private filesOf(
    { digests }: SettledPlace,
    texts: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, StoredFile> | undefined {
    const { root, shard } = this.sharing;
    const files = [...digests]
      .filter(([path]) => shard === undefined || hasFile(shard, path))
      .map(([path, digest]): [string, StoredFile] => [
        path,
        { digest, text: texts.get(path) ?? readFileSync(join(root, path), "utf8") },
      ]);
    return files.every(([, { digest, text }]) => digestOne(text) === digest) ? new Map(files) : undefined;
  }

  /** Waits for all, and says once what has failed. */
  private async trying(works: readonly Promise<void>[]): Promise<void> {
    for (const outcome of await Promise.allSettled(works)) {
      if (outcome.status === "fulfilled") continue;
      const { reason } = outcome;
      if (reason instanceof InvalidInput) throw reason;
      if (!this.failed) this.sharing.onFailure(reason instanceof Error ? reason.message : String(reason));
      this.failed = true;
      return;
    }
  }
}
