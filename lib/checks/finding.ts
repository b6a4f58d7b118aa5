import type { Node } from "../estate/node.ts";

/** What a check or an engine says about a place in the output. */
export interface Finding {
  readonly severity: "error" | "warning";
  /** `terraform` or `kubernetes` for an engine's own words; a stable id of a check of ours otherwise. */
  readonly code: string;
  /** Name of a stack, or path of an application. */
  readonly place: string;
  readonly summary: string;
  readonly detail?: string;
  /** Address of a resource, or kind and name of an object. */
  readonly address?: string;
  /** The line of the stack's file as it stands there. */
  readonly attribute?: string;
  readonly line?: number;
  /** What to do. */
  readonly fix?: string;
}

/** An error at a place. */
export const error = (code: string, place: string, summary: string, address?: string, fix?: string): Finding => ({
  severity: "error",
  code,
  place,
  summary,
  ...(address === undefined ? {} : { address }),
  ...(fix === undefined ? {} : { fix }),
});

/** An error at a resource, data source or object. */
export const errorAt = ({ unit, address }: Node, code: string, summary: string): Finding =>
  error(code, unit, summary, address);
