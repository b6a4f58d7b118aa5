import type { Condition, Several, Statement } from "./statement.ts";
import type { Gain } from "./widening.ts";

const MOST = 6;
const sentence = (values: readonly string[]): string =>
  values.length <= MOST ? values.join(", ") : `${values.slice(0, MOST).join(", ")} and ${values.length - MOST} more`;

/** Patterns as a sentence goes on. */
export const told = (all: readonly Several[]): string =>
  sentence([
    ...new Set(all.flatMap(({ not, of }) => (not ? [`everything but ${sentence(of)}`] : of.map(withoutKind)))),
  ]);

const withoutKind = (principal: string): string => principal.replace(/^(?:AWS|Service|Federated|CanonicalUser):/, "");

/** Actions of a statement as its policy writes them. @param actions some of its actions @default all */
export function actionsTold({ source, actions: all }: Statement, actions: readonly Several[] = [all]): string {
  const written = new Map(
    [source["Action"], source["NotAction"]].flat().map((one) => [String(one).toLowerCase(), String(one)]),
  );
  return told(actions.map(({ not, of }) => ({ not, of: of.map((one) => written.get(one) ?? one) })));
}

/** Conditions as a sentence goes on. */
export const conditionsTold = (conditions: readonly Condition[]): string =>
  sentence(conditions.map(({ operator, key, values }) => `${operator} ${key} ${values.join(" or ")}`));

/** What statements allowed of the same services before, to compare with. */
export function allowedBefore(before: readonly Statement[], { actions }: Gain): string {
  const services = new Set(actions.flatMap(({ of }) => of.map((one) => one.split(":")[0])));
  const related = before.filter(
    ({ effect, actions: was }) => effect === "Allow" && was.of.some((one) => services.has(one.split(":")[0])),
  );
  return related.length === 0
    ? "nothing of the kind"
    : related
        .slice(0, 3)
        .map((one) => `${actionsTold(one)} on ${told([one.resources])}`)
        .join("; ");
}
