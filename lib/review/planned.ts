import { attributeChanges } from "../estate/attributes.ts";
import type { Change, PlannedAction } from "../estate/diff.ts";
import { isRecord, object } from "../estate/json.ts";
import { idOf, type Node } from "../estate/node.ts";
import { HIDDEN } from "../estate/sensitive.ts";
import type { ResourceChange, StackPlan } from "./plans.ts";

/** What stands where a value is only known after the apply. */
export const UNKNOWN = "(known after apply)";

/**
 * Changes with what engines have planned instead of what can be told from two outputs: what is really made, changed,
 * replaced or destroyed, and nothing where nothing is planned. Stacks without a plan stay as they are.
 */
export function withPlans(
  changes: readonly Change[],
  plans: readonly StackPlan[],
  before: ReadonlyMap<string, Node>,
  after: ReadonlyMap<string, Node>,
): Change[] {
  if (plans.length === 0) return [...changes];
  const planned = new Set(plans.map(({ stack }) => stack));
  const kept = changes.filter(({ node }) => !(planned.has(node.unit) && node.kind === "resource"));
  return [
    ...kept,
    ...plans.flatMap(({ stack, changes: of }) =>
      of.filter(({ mode }) => mode === "managed").flatMap((one) => changeOf(stack, one, before, after)),
    ),
  ];
}

function changeOf(
  stack: string,
  { address, previous_address: previous, type, change, action_reason: reason }: ResourceChange,
  before: ReadonlyMap<string, Node>,
  after: ReadonlyMap<string, Node>,
): Change[] {
  const action = actionOf(change.actions);
  const bare = withoutKey(address);
  const node = after.get(idOf(stack, bare)) ?? before.get(idOf(stack, bare)) ?? orphan(stack, address, type, after);
  if (node === undefined) return [];
  const was = before.get(idOf(stack, withoutKey(previous ?? address)));
  const isMoved = previous !== undefined && previous !== address;
  if (action === undefined)
    return isMoved ? [{ kind: "moved", node, attributes: [], ...(was === undefined ? {} : { before: was }) }] : [];
  const plan: PlannedAction = {
    action,
    replacedFor: (change.replace_paths ?? []).map((path) => path.join(".")),
    unknown: Object.keys(object(change.after_unknown)).sort(),
    ...(reason === undefined ? {} : { reason }),
  };
  const left = shownValues(change.before, change.before_sensitive);
  const right = withUnknown(shownValues(change.after, change.after_sensitive), change.after_unknown);
  const kind =
    action === "create"
      ? "added"
      : action === "delete" || action === "forget"
        ? "removed"
        : isMoved
          ? "moved"
          : "changed";
  return [
    {
      kind,
      node,
      plan,
      attributes: kind === "changed" || kind === "moved" ? attributeChanges(left, right) : [],
      ...(was === undefined ? {} : { before: was }),
    },
  ];
}

function actionOf(actions: ResourceChange["change"]["actions"]): PlannedAction["action"] | undefined {
  if (actions.includes("delete") && actions.includes("create")) return "replace";
  const [only] = actions;
  return only === "no-op" || only === "read" ? undefined : only;
}

/** The address in the code: one block stands for all that it makes. */
const withoutKey = (address: string): string => address.replace(/\[(?:"[^"]*"|\d+)\]$/, "");

/** Something that the state has and neither output: told by its address, in the place of its stack. */
function orphan(stack: string, address: string, type: string, after: ReadonlyMap<string, Node>): Node | undefined {
  const unit = after.get(stack);
  return unit && { ...unit, id: idOf(stack, address), kind: "resource", address, type, facts: [], body: {} };
}

/** Values without those that the engine marks as sensitive. */
function shownValues(value: unknown, sensitive: unknown): unknown {
  if (sensitive === true) return HIDDEN;
  if (Array.isArray(value))
    return value.map((one: unknown, index) =>
      shownValues(one, Array.isArray(sensitive) ? sensitive[index] : undefined),
    );
  if (!isRecord(value)) return value;
  // `tags_all` says again what `tags` and the provider say.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inside]) => key !== "tags_all" && inside !== null)
      .map(([key, inside]) => [key, shownValues(inside, object(sensitive)[key])]),
  );
}

function withUnknown(value: unknown, unknown: unknown): unknown {
  if (unknown === true) return UNKNOWN;
  if (!isRecord(unknown)) return value;
  const known = object(value);
  const names = Object.keys(unknown).filter((key) => key !== "tags_all" && isUnknown(unknown[key]));
  return { ...known, ...Object.fromEntries(names.map((key) => [key, withUnknown(known[key], unknown[key])])) };
}

const isUnknown = (value: unknown): boolean =>
  value === true || (isRecord(value) && Object.values(value).some(isUnknown));
