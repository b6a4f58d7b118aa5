/** What is wrong with a place in a stack. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** `terraform` for the engine's own words; a stable id for our checks. */
  readonly code: string;
  readonly summary: string;
  readonly detail?: string;
  /** Address of the resource. */
  readonly address?: string;
  /** The line of the stack's file as it stands there. */
  readonly attribute?: string;
  readonly line?: number;
}

/** A stack with everything that was found. */
export interface StackReport {
  readonly stack: string;
  readonly valid: boolean;
  readonly diagnostics: readonly Diagnostic[];
}
