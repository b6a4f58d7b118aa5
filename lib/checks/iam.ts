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
  if (not !== undefined) return !texts(not).some((pattern) => patternCovers(fold(pattern), value));
  return texts(statement[key]).some((pattern) => patternCovers(fold(pattern), value));
}

/**
 * Whether a pattern covers a value: `*` stands for any text, `?` for any character. The value may be a pattern itself, all
 * of which has to be covered: nothing but a `*` covers a `*`.
 */
export function patternCovers(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", "[^*]");
  return new RegExp(`^${expression}$`, "s").test(value);
}

/** Whether some value is covered by both patterns. */
export function patternsOverlap(one: string, other: string): boolean {
  // From the ends: whether what is left of the one overlaps what is left of the other.
  let below: boolean[] = [];
  for (let left = one.length; left >= 0; left -= 1) {
    const here: boolean[] = [];
    for (let right = other.length; right >= 0; right -= 1) {
      const [a, b] = [one[left], other[right]];
      if (a === undefined && b === undefined) here[right] = true;
      else if (a === "*") here[right] = below[right] === true || (b !== undefined && here[right + 1] === true);
      else if (b === "*") here[right] = here[right + 1] === true || (a !== undefined && below[right] === true);
      else
        here[right] =
          a !== undefined && b !== undefined && (a === b || a === "?" || b === "?") && below[right + 1] === true;
    }
    below = here;
  }
  return below[0] === true;
}

/** What gives a role permissions in its stack: its own policies and attachments of others. */
export const policiesOf = (graph: Graph, role: Node): Node[] =>
  graph.targetsOf(role.id, "access").filter(({ type }) => POLICIES.has(type));

/** The statements of a role's own policies in its stack, with contract values written as `{/dodeca/...}`. */
export const roleStatements = (graph: Graph, role: Node, stack: Stack): readonly Fields[] =>
  policiesOf(graph, role)
    .filter(({ type }) => type === "aws_iam_role_policy")
    .flatMap(({ body }) => statementsOf(withContracts(stack, text(body["policy"]) ?? "")));
