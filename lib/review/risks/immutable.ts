import type { AttributeChange } from "../../estate/attributes.ts";
import { at, texts } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";

/** The changes of attributes that cannot be changed in place. @param fixed attributes, each with all that is in it */
export function immutableChanges(
  node: Node,
  attributes: readonly AttributeChange[],
  fixed: readonly string[],
): AttributeChange[] {
  // What Terraform is told to ignore it neither changes nor replaces.
  const ignored = texts(at(node.body, "lifecycle", "ignore_changes"));
  const isIn = (path: string, whole: string): boolean =>
    path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
  return attributes.filter(
    ({ path }) => fixed.some((whole) => isIn(path, whole)) && !ignored.some((one) => one === "all" || isIn(path, one)),
  );
}
