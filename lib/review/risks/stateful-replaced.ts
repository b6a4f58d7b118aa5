import type { AttributeChange } from "../../estate/attributes.ts";
import { hasMovedBlock, type PlannedAction } from "../../estate/diff.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { shown } from "../settings.ts";
import { immutableChanges } from "./immutable.ts";
import { isStateful, STATEFUL, titleOf } from "./stateful.ts";

/** Something that holds data cannot be changed in place: it is destroyed and made anew, or Terraform forgets it and makes another. */
export const statefulReplaced: Rule = {
  id: "stateful-replaced",
  severity: "high",
  consequence: "It is destroyed and an empty one is made; whatever depends on it loses its data and its connections.",
  undo: "Put the value back. To make the change, build the new one beside the old one, copy, and move over.",
  judge: ({ changes, after }) =>
    changes
      .filter(({ node }) => isStateful(node))
      .flatMap((change): Suspicion[] => {
        const { kind, node, before, attributes } = change;
        if (kind === "moved" && before !== undefined && node.kind === "resource") {
          const isKept =
            before.unit === node.unit && hasMovedBlock(after.nodes.get(node.unit), before.address, node.address);
          if (!isKept)
            return [
              {
                change,
                what: `${titleOf(node)} has moved from ${before.unit} ${before.address}, and nothing tells Terraform`,
              },
            ];
        }
        if (change.plan !== undefined)
          return change.plan.action === "replace"
            ? [{ change, what: `${titleOf(node)} is replaced${reasonOf(change.plan)}` }]
            : [];
        if (kind !== "changed" && kind !== "moved") return [];
        return immutableChanges(node, attributes, STATEFUL[node.type] ?? []).map((attribute) => ({
          change,
          what: `${titleOf(node)} cannot change ${valuesOf(attribute)} in place`,
        }));
      }),
};

const reasonOf = ({ replacedFor, reason }: PlannedAction): string =>
  replacedFor.length > 0
    ? ` for ${replacedFor.join(", ")}`
    : reason === undefined
      ? ""
      : ` (${reason.replaceAll("_", " ")})`;

/** `path from x to y`, as a sentence goes on. */
export const valuesOf = ({ path, before, after }: AttributeChange): string =>
  `${path} from ${shown(before)} to ${shown(after)}`;
