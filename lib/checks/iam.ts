import { at, type Fields, list, object, text, texts } from "../estate/json.ts";
import { resourcesOf, type Stack, withContracts } from "../estate/stacks.ts";

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

/** The statements of a role's own policies in its stack, with contract values written as `{/dodeca/...}`. */
export function roleStatements(stack: Stack, role: string): readonly Fields[] {
  return resourcesOf(stack, "aws_iam_role_policy")
    .filter(({ body }) => text(body["role"])?.startsWith(`\${${role}.`))
    .flatMap(({ body }) => statementsOf(withContracts(stack, text(body["policy"]) ?? "")));
}
