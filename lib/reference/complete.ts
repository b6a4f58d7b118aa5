import type { LayerId } from "../model/layers.ts";
import type { Coverage, CoveredFact } from "./coverage.ts";

/** Layers in which no fact may be open: the build fails when one is. */
export const COMPLETE: readonly LayerId[] = ["foundation", "client", "edge", "ingress"];

/** A fact that is not accounted for, and why. */
export interface Unaccounted {
  readonly id: string;
  readonly because: string;
}

/** Facts that nobody has accounted for: claimed but unknown, without a reason, or open in a layer that is complete. */
export function unaccounted(coverage: Coverage, complete: readonly LayerId[] = COMPLETE): Unaccounted[] {
  return [
    ...coverage.unknown.map((id) => ({ id, because: "claimed, but not in the catalogue" })),
    ...coverage.facts.flatMap((fact): Unaccounted[] => {
      const because = lackOf(fact, complete);
      return because === undefined ? [] : [{ id: fact.id, because }];
    }),
  ];
}

function lackOf({ layer, status, reason }: CoveredFact, complete: readonly LayerId[]): string | undefined {
  if (status === "open") return complete.includes(layer) ? `open, and the layer ${layer} is complete` : undefined;
  if ((status === "guidance" || status === "waived") && reason === undefined) return `${status} without a reason`;
  return undefined;
}
