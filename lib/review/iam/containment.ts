import { patternCovers, patternsOverlap } from "../../checks/iam.ts";
import { rangeCovers } from "../network/addresses.ts";
import type { Condition, Several, Statement } from "./statement.ts";

/** What an expression of Terraform stands for is not known before it is applied: it may be anything. */
const EXPRESSION = /\$\{[^}]*\}|\{\/dodeca\/[^}]*\}/g;
const mayOverlap = (one: string, other: string): boolean =>
  patternsOverlap(one.replace(EXPRESSION, "*"), other.replace(EXPRESSION, "*"));

/** Whether everything that one stands for is in the other. */
export function isWithin(inner: Several, outer: Several): boolean {
  if (inner.not && outer.not) return outer.of.every((left) => inner.of.some((one) => patternCovers(one, left)));
  if (inner.not) return outer.of.some((one) => patternCovers(one, "*"));
  if (outer.not) return inner.of.every((one) => !outer.of.some((left) => mayOverlap(one, left)));
  return inner.of.every((one) => outer.of.some((pattern) => patternCovers(pattern, one)));
}

/** Whether something is in both. */
export function overlap(one: Several, other: Several): boolean {
  if (one.not && other.not) return true;
  if (one.not) return other.of.some((pattern) => !one.of.some((left) => patternCovers(left, pattern)));
  if (other.not) return overlap(other, one);
  return one.of.some((left) => other.of.some((right) => mayOverlap(left, right)));
}

/** What a statement is about, whatever its conditions. */
type Subjects = Pick<Statement, "actions" | "resources" | "principals">;
const DIMENSIONS = ["actions", "resources", "principals"] as const;

/** Whether a statement is about all that another is about. */
export const isAboutAll = (outer: Subjects, inner: Subjects): boolean =>
  DIMENSIONS.every((of) => isWithin(inner[of], outer[of]));

/** Whether two statements are about something in common. */
export const isAboutSome = (one: Subjects, other: Subjects): boolean =>
  DIMENSIONS.every((of) => overlap(one[of], other[of]));

/** Whether conditions hold only where others hold too. */
export const implies = (strict: readonly Condition[], loose: readonly Condition[]): boolean =>
  loose.every((wanted) => strict.some((given) => impliesOne(given, wanted)));

function impliesOne(given: Condition, wanted: Condition): boolean {
  if (given.key !== wanted.key) return false;
  const [is, was] = [operatorOf(given.operator), operatorOf(wanted.operator)];
  if (is.over !== was.over || (is.ifExists && !was.ifExists)) return false;
  const { name } = was;
  if (name === "Null") return is.name === name && given.values.join() === wanted.values.join();
  const sameKind = is.name === name || (is.name === EXACT[name] && !name.includes("Not"));
  if (!sameKind) return false;
  const covers = COVERS[name] ?? ((pattern: string, value: string) => pattern === value);
  return /Not/.test(name)
    ? wanted.values.every((left) => given.values.some((one) => covers(one, left)))
    : given.values.every((one) => wanted.values.some((pattern) => covers(pattern, one)));
}

/** Operators that say exactly what others say by a pattern. */
const EXACT: Readonly<Record<string, string>> = { StringLike: "StringEquals", ArnLike: "ArnEquals" };

const below = (most: string, value: string): boolean => Number(value) <= Number(most);
const above = (least: string, value: string): boolean => Number(value) >= Number(least);
const later = (least: string, value: string): boolean => value >= least;
const earlier = (most: string, value: string): boolean => value <= most;

/** Whether what one value of an operator stands for covers what another does; they are the same where nothing is said. */
const COVERS: Readonly<Record<string, (outer: string, inner: string) => boolean>> = {
  StringLike: patternCovers,
  StringNotLike: patternCovers,
  ArnLike: patternCovers,
  ArnEquals: patternCovers,
  ArnNotLike: patternCovers,
  ArnNotEquals: patternCovers,
  IpAddress: rangeCovers,
  NotIpAddress: rangeCovers,
  StringEqualsIgnoreCase: (outer, inner) => outer.toLowerCase() === inner.toLowerCase(),
  NumericLessThan: below,
  NumericLessThanEquals: below,
  NumericGreaterThan: above,
  NumericGreaterThanEquals: above,
  DateGreaterThan: later,
  DateGreaterThanEquals: later,
  DateLessThan: earlier,
  DateLessThanEquals: earlier,
};

function operatorOf(operator: string): { readonly over: string; readonly name: string; readonly ifExists: boolean } {
  const [, over = "", name = operator, ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  return { over, name, ifExists: ifExists !== undefined };
}
