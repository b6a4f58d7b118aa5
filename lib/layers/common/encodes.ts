import type { IConstruct } from "constructs";

/** Metadata key under which a construct says which facts of the catalogue it expresses. */
export const FACT = "dodeca:fact";

/** Declares that a construct expresses a fact of the catalogue; several constructs may share one. */
export function encodes(fact: string, ...constructs: readonly IConstruct[]): void {
  for (const construct of constructs) construct.node.addMetadata(FACT, fact);
}

/** Facts that a construct expresses, in the order declared. */
export function factsOf(construct: IConstruct): readonly string[] {
  return construct.node.metadata.flatMap(({ type, data }) => (type === FACT && typeof data === "string" ? [data] : []));
}
