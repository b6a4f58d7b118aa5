import type { Rule } from "../risk.ts";
import { isStateful, titleOf } from "./stateful.ts";

/** Something that holds data is no longer in the output: the next apply destroys it. */
export const statefulDestroyed: Rule = {
  id: "stateful-destroyed",
  severity: "high",
  consequence: "The data in it is gone when the stack is applied, unless deletion protection refuses.",
  undo: "Put it back into the blueprint before the apply; after it, restore the last backup.",
  judge: ({ changes }) =>
    changes
      .filter(({ kind, node }) => kind === "removed" && isStateful(node))
      .map((change) => ({
        change,
        what: `${titleOf(change.node)} is destroyed${WITH_IT[change.node.type] ?? ""}`,
      })),
};

/** What goes with something that holds more than itself. */
const WITH_IT: Readonly<Record<string, string>> = {
  CustomResourceDefinition: ", and every object of its kind with it",
  Namespace: ", and everything in it",
};
