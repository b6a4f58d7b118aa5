import type { Finding } from "../checks/finding.ts";
import { type Change, diffNodes } from "../estate/diff.ts";
import type { Files } from "../estate/files.ts";
import { type Graph, graphOf } from "../estate/graph.ts";
import type { Estate } from "../estate/index.ts";
import type { KnownNodes } from "../estate/node.ts";
import { type Move, movesBetween } from "./moves.ts";
import { type Fold, foldNoise } from "./noise.ts";
import { withPlans } from "./planned.ts";
import { readPlans } from "./plans.ts";

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
  /** Stacks that an engine has planned. */
  readonly planned: readonly string[];
  /** What is wrong with what was given, so that nothing can be judged by it. */
  readonly errors: readonly Finding[];
  /** Leaves of blueprints that are not what they were. */
  readonly moves: readonly Move[];
}

/** Compares two outputs. @param texts what engines have planned for stacks of the head */
export function evidenceOf(base: Side, head: Side, texts: ReadonlyMap<string, string> = new Map()): Evidence {
  const known: KnownNodes = new WeakMap();
  const before = graphOf(base.estate, known);
  const after = graphOf(head.estate, known);
  const told = diffNodes([...before.nodes.values()], [...after.nodes.values()]);
  const { plans, errors } = readPlans(texts, head.files, [...after.nodes.values()]);
  const { changes, folds } = foldNoise(withPlans(told, plans, before.nodes, after.nodes));
  return {
    base,
    head,
    before,
    after,
    changes,
    folds,
    planned: plans.map(({ stack }) => stack),
    errors,
    moves: movesOf(base.estate, head.estate),
  };
}

/** Leaves that moved. An output of before blueprints were part of it has none to compare. */
const movesOf = (before: Estate, after: Estate): Move[] =>
  before.blueprints.length === 0 || after.blueprints.length === 0
    ? []
    : movesBetween(before.blueprints, after.blueprints);
