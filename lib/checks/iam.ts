import { POLICIES } from "../estate/cloud-edges.ts";
import type { Graph } from "../estate/graph.ts";
import { at, type Fields, list, object, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { type Stack, withContracts } from "../estate/stacks.ts";

/** The statements of an IAM policy document, or none where it is no document. */
export function statementsOf(document: string): readonly Fields[] {
  try {
    return list(at(JSON.parse(document), "Statement")).map(object);
  } catch {
    return [];
  }
}

/**
 * Whether statements allow an action on a resource: IAM's own order, a denial before any permission. Conditions are taken
 * to hold for permissions and not for denials, so that what this refuses is refused whatever they say.
 */
export function allows(statements: readonly Fields[], action: string, resource: string): boolean {
  const applies = (statement: Fields): boolean =>
    matchesAny(statement, "Action", action.toLowerCase(), (one) => one.toLowerCase()) &&
    matchesAny(statement, "Resource", resource, (one) => one);
  const denied = statements.some((one) => one["Effect"] === "Deny" && one["Condition"] === undefined && applies(one));
  return !denied && statements.some((one) => one["Effect"] === "Allow" && applies(one));
}

function matchesAny(statement: Fields, key: "Action" | "Resource", value: string, fold: (text: string) => string) {
  const not = statement[`Not${key}`];
  if (not !== undefined) return !texts(not).some((pattern) => matches(fold(pattern), value));
  return texts(statement[key]).some((pattern) => matches(fold(pattern), value));
}

/** IAM's wildcards: `*` for any text, `?` for any character. */
function matches(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(value);
}

/** What gives a role permissions in its stack: its own policies and attachments of others. */
export const policiesOf = (graph: Graph, role: Node): Node[] =>
  graph.targetsOf(role.id, "access").filter(({ type }) => POLICIES.has(type));

/** The statements of a role's own policies in its stack, with contract values written as `{/dodeca/...}`. */
export const roleStatements = (graph: Graph, role: Node, stack: Stack): readonly Fields[] =>
  policiesOf(graph, role)
    .filter(({ type }) => type === "aws_iam_role_policy")
    .flatMap(({ body }) => statementsOf(withContracts(stack, text(body["policy"]) ?? "")));
