import type { Change } from "../estate/diff.ts";
import type { Evidence } from "./evidence.ts";
import type { Move } from "./moves.ts";

/** How much a risk weighs: `high` may lose data or open a door, `medium` may cost availability, `low` is worth knowing. */
export const SEVERITIES = ["high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rule has found: in a change, in a leaf that moved, or in both. */
export interface Suspicion {
  /** The change that it is about. */
  readonly change?: Change;
  /** The leaf that it is about, where no change of the output shows it by itself. */
  readonly move?: Move;
  /** What is the matter here, in one sentence with both values. */
  readonly what: string;
  /** @default the rule's */
  readonly severity?: Severity;
}

/** A kind of change that needs a person's decision. */
export interface Rule {
  /** Stable: acknowledgements name it. */
  readonly id: string;
  readonly severity: Severity;
  /** What could happen. */
  readonly consequence: string;
  /** How to go back. */
  readonly undo: string;
  readonly judge: (evidence: Evidence) => readonly Suspicion[];
}
