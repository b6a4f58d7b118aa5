import type { Selection } from "./plan.ts";

/** Whether a selection leaves nothing out. */
export const isWhole = (selection: Selection): boolean =>
  Object.values(selection).every((values) => values === undefined || values.length === 0);
