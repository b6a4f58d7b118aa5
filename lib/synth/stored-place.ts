import { type Kept, type KeptHead, type PlaceHead, parsePlace } from "./kept.ts";

/** A place that another run has settled, with its files: what is kept of it, and what is on that run's disk. */
export interface StoredPlace {
  readonly head: PlaceHead;
  /** The place as it is kept. */
  readonly line: string;
  readonly files: ReadonlyMap<string, StoredFile>;
}

export interface StoredFile {
  readonly digest: string;
  readonly text: string;
}

const NOTHING: KeptHead = {
  program: "",
  workspace: "",
  ledger: "",
  digest: "",
  deployments: "",
  summary: { stacks: 0, resources: 0, applications: 0, objects: 0 },
  written: 0,
  sound: [],
  places: {},
};

/** What the last run knew, with places of others in the stead of its own. */
export function withStored(kept: Kept | undefined, stored: ReadonlyMap<string, StoredPlace>): Kept | undefined {
  if (stored.size === 0) return kept;
  const heads = Object.fromEntries([...stored].map(([name, { head }]) => [name, head]));
  const head = kept?.head ?? NOTHING;
  return {
    head: { ...head, places: { ...head.places, ...heads } },
    marks: kept?.marks ?? {},
    place: (name) => {
      const found = stored.get(name);
      return found === undefined ? kept?.place(name) : parsePlace(found.line);
    },
    line: (name) => stored.get(name)?.line ?? kept?.line(name),
  };
}
