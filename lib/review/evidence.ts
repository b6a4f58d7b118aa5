import { type Change, diffNodes } from "../estate/diff.ts";
import type { Files } from "../estate/files.ts";
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
  /** The files that the estate was read from. */
  readonly files: Files;
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
    moves: movesOf(base.estate, head.estate),
  };
}

/** Leaves that moved. An output of before blueprints were part of it has none to compare. */
const movesOf = (before: Estate, after: Estate): Move[] =>
  before.blueprints.length === 0 || after.blueprints.length === 0
    ? []
    : movesBetween(before.blueprints, after.blueprints);
