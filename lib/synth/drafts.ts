import { type Read, record } from "../model/reads.ts";
import type { Draft } from "../topology/plan.ts";
import type { Kept } from "./kept.ts";
import type { Work } from "./run.ts";
import { draftText, type IsWanted, type Site, unitsOf } from "./sites.ts";
import type { StaleReads } from "./stale-reads.ts";

/** What layers have in the places of a workspace: planned anew where something that planning read has another value. */
export class Drafts {
  /** Whether anything differs from what the last run planned. */
  changed = false;
  private readonly kept: Kept | undefined;
  private readonly stale: StaleReads;
  private readonly known = new Map<string, readonly Draft[]>();

  constructor(kept: Kept | undefined, stale: StaleReads) {
    this.kept = kept;
    this.stale = stale;
  }

  /** What there is to do in a place. */
  worksIn(site: Site, isWanted: IsWanted): readonly Work[] {
    const place = this.kept?.place(site.name);
    const roots = this.kept?.head.places[site.name]?.roots ?? {};
    const drafts: Draft[] = [];
    const isStale = (reads: readonly Read[]): boolean => this.stale.anyStale(reads, roots);
    const works = site.parts.map(({ id, plan, draft, revived }): Work => {
      const before = place?.get(id);
      if (before !== undefined && !isStale(before.reads)) {
        const known = revived(before.data);
        drafts.push(known);
        return { ...before, id, units: unitsOf(known, isWanted), before: before.units };
      }
      const { reads: planned } = record(plan);
      const { result, reads } = record(() => {
        const made = draft();
        return { made, data: draftText(made) };
      });
      if (before?.data !== result.data) this.changed = true;
      drafts.push(result.made);
      return {
        id,
        data: result.data,
        reads: [...new Set(reads)],
        planned: [...new Set(planned)],
        units: unitsOf(result.made, isWanted),
        before: before === undefined || isStale(before.planned) ? [] : before.units,
      };
    });
    this.known.set(site.name, drafts);
    return works;
  }

  /** Every draft in a place. */
  in(site: Site): readonly Draft[] {
    const known = this.known.get(site.name);
    if (known !== undefined) return known;
    const place = this.kept?.place(site.name);
    return site.parts.flatMap(({ id, revived }) => {
      const kept = place?.get(id);
      return kept === undefined ? [] : [revived(kept.data)];
    });
  }
}
