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
      .map((change) => ({ change, what: `${titleOf(change.node)} is destroyed` })),
};
