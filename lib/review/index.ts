import type { Acknowledgement } from "../model/acknowledgement.ts";
import { acknowledge } from "./acknowledgement.ts";
import { type Cause, causesOf, type WhatIf } from "./causes.ts";
import { type Evidence, evidenceOf, type Side } from "./evidence.ts";
import type { OwnerRule } from "./owners.ts";
import { ownersOf } from "./owners.ts";
import type { Rule, Severity, Suspicion } from "./risk.ts";
import { SEVERITIES } from "./risk.ts";
import { RULES } from "./risks/index.ts";
import { type Row, rowsOf } from "./rows.ts";

/** A risk as it is told: what a rule has found about one row, wherever it is. */
export interface Risk {
  readonly rule: Rule;
  readonly severity: Severity;
  /** What the rule has found, at least one. */
  readonly suspicions: readonly Suspicion[];
  /** The row that it is about. @default none: it is about a leaf that moved */
  readonly row?: Row;
  /** Who should look. */
  readonly owners: readonly string[];
  /** Why it is accepted. @default it is not, or no longer */
  readonly acknowledged?: Acknowledgement;
  /** Why an acknowledgement does not count. @default there is none, or it counts */
  readonly unacknowledged?: string;
}

export interface ReviewOptions {
  /** Synthesizes parts of the head with leaves as they were. @default causes are told by name */
  readonly whatIf?: WhatIf | undefined;
  /** Who should look at what. @default the teams of the blueprints */
  readonly owners?: readonly OwnerRule[] | undefined;
  /** Plans of stacks: `<stack>.json` and `<stack>.sha256` by name. @default what happens is told from the two outputs */
  readonly plans?: ReadonlyMap<string, string> | undefined;
  /** Today, as `2026-11-25`: acknowledgements expire by it. @default acknowledgements that expire do not count */
  readonly date?: string | undefined;
}

/** A change over a whole estate, judged. */
export interface Review extends Evidence {
  readonly rows: readonly Row[];
  readonly causes: ReadonlyMap<Row, readonly Cause[]>;
  /** The heaviest first. */
  readonly risks: readonly Risk[];
}

/** Judges the difference between two outputs. */
export function review(base: Side, head: Side, options: ReviewOptions = {}): Review {
  const evidence = evidenceOf(base, head, options.plans);
  const rows = rowsOf(evidence.changes, [...evidence.before.nodes.values()], [...evidence.after.nodes.values()]);
  const blueprints = { before: base.estate.blueprints, after: head.estate.blueprints };
  return {
    ...evidence,
    rows,
    causes: causesOf(rows, evidence.moves, blueprints, options.whatIf),
    risks: risksOf(evidence, rows, options),
  };
}

function risksOf(evidence: Evidence, rows: readonly Row[], { owners = [], date }: ReviewOptions): Risk[] {
  const rowOf = new Map(rows.flatMap((row) => [...row.changes, ...row.contents].map((change) => [change, row])));
  const { blueprints } = evidence.head.estate;
  return RULES.flatMap((rule): Risk[] => {
    const groups = Map.groupBy(rule.judge(evidence), ({ change, move }) => (change && rowOf.get(change)) ?? move);
    return [...groups.values()].map((suspicions) => {
      const row = suspicions.flatMap(({ change }) => (change === undefined ? [] : (rowOf.get(change) ?? [])))[0];
      const severity =
        SEVERITIES.find((one) => suspicions.some((suspicion) => (suspicion.severity ?? rule.severity) === one)) ??
        rule.severity;
      return {
        rule,
        severity,
        suspicions,
        ...(row === undefined ? {} : { row }),
        owners: ownersOf(suspicions, owners, blueprints),
        ...acknowledge(rule.id, suspicions, blueprints, date),
      };
    });
  }).toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** What a review comes to: nothing to decide, somebody has to, or it could not be judged. */
export function verdictOf({ errors, risks }: Review, failOn: Severity): "safe" | "decide" | "error" {
  if (errors.length > 0) return "error";
  const heavy = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  return risks.some(({ severity, acknowledged }) => acknowledged === undefined && heavy.includes(severity))
    ? "decide"
    : "safe";
}
