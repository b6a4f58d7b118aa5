import { type Change, diffNodes } from "../estate/diff.ts";
import { type Graph, graphOf } from "../estate/graph.ts";
import type { Estate } from "../estate/index.ts";
import { type Move, movesBetween } from "./moves.ts";
import { type Fold, foldNoise } from "./noise.ts";

/** One side of a review. */
export interface Side {
  /** What people call it: a git ref, a folder, `working tree`. */
  readonly name: string;
  /** Digest over all its files. */
  readonly digest: string;
  readonly estate: Estate;
}

/** Everything that a judgement can rest on. */
export interface Evidence {
  readonly base: Side;
  readonly head: Side;
  readonly before: Graph;
  readonly after: Graph;
  /** What is different, without noise. */
  readonly changes: readonly Change[];
  readonly folds: readonly Fold[];
  /** Leaves of blueprints that are not what they were. */
  readonly moves: readonly Move[];
}

/** Compares two outputs. */
export function evidenceOf(base: Side, head: Side): Evidence {
  const before = graphOf(base.estate);
  const after = graphOf(head.estate);
  const { changes, folds } = foldNoise(diffNodes([...before.nodes.values()], [...after.nodes.values()]));
  return {
    base,
    head,
    before,
    after,
    changes,
    folds,
    moves: movesBetween(base.estate.blueprints, head.estate.blueprints),
  };
}
