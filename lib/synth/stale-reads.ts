import { type Read, readAgain } from "../model/reads.ts";
import type { KeyedRoot } from "./root-keys.ts";

/** Tells which of the reads of an earlier run would see something else now. */
export class StaleReads {
  private readonly roots: ReadonlyMap<string, KeyedRoot>;
  private readonly known = new WeakMap<Read, boolean>();

  constructor(roots: ReadonlyMap<string, KeyedRoot>) {
    this.roots = roots;
  }

  /** Whether all roots have the keys that they had. */
  areSame(before: Readonly<Record<string, string>>): boolean {
    return Object.entries(before).every(([name, key]) => this.roots.get(name)?.key === key);
  }

  /** Keys that roots have now, by name. */
  keysOf(names: Iterable<string>): Record<string, string> {
    return Object.fromEntries([...new Set(names)].sort().map((name) => [name, this.roots.get(name)?.key ?? ""]));
  }

  /** Whether any read would see something else now. @param before keys that the roots had */
  anyStale(reads: readonly Read[], before: Readonly<Record<string, string>>): boolean {
    return reads.some((read) => this.isStale(read, before));
  }

  private isStale(read: Read, before: Readonly<Record<string, string>>): boolean {
    const known = this.known.get(read);
    if (known !== undefined) return known;
    const root = this.roots.get(read.root);
    const stale =
      root === undefined || (root.key !== before[read.root] && readAgain(root.object(), read.path) !== read.value);
    this.known.set(read, stale);
    return stale;
  }
}
