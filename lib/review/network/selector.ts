import { isDeepStrictEqual } from "node:util";
import { canonical } from "../../estate/attributes.ts";
import { at, list, object, text, texts } from "../../estate/json.ts";

/** Whether a label selector selects everything that another does; nothing selects all. */
export function selectorCovers(outer: unknown, inner: unknown): boolean {
  const [wanted, given] = [object(at(outer, "matchLabels")), object(at(inner, "matchLabels"))];
  return (
    Object.entries(wanted).every(([key, value]) => given[key] === value) &&
    list(at(outer, "matchExpressions")).every(
      (expression) =>
        list(at(inner, "matchExpressions")).some((other) => canonical(other) === canonical(expression)) ||
        isMet(expression, given) ||
        list(at(inner, "matchExpressions")).some((other) => isNarrower(other, expression)),
    )
  );
}

/** Whether whatever has some labels meets an expression. */
function isMet(expression: unknown, labels: Readonly<Record<string, unknown>>): boolean {
  const value = labels[text(at(expression, "key")) ?? ""];
  if (value === undefined) return false;
  switch (at(expression, "operator")) {
    case "In":
      return texts(at(expression, "values")).some((one) => one === value);
    case "NotIn":
      return !texts(at(expression, "values")).some((one) => one === value);
    default:
      return at(expression, "operator") === "Exists";
  }
}

function isNarrower(inner: unknown, outer: unknown): boolean {
  if (at(inner, "key") !== at(outer, "key")) return false;
  const [few, many] = [texts(at(inner, "values")), texts(at(outer, "values"))];
  if (at(inner, "operator") === "In" && at(outer, "operator") === "Exists") return true;
  if (!isDeepStrictEqual(at(inner, "operator"), at(outer, "operator"))) return false;
  return at(inner, "operator") === "In"
    ? few.every((one) => many.includes(one))
    : at(inner, "operator") === "NotIn" && many.every((one) => few.includes(one));
}

/** A selector as a sentence goes on. */
export function selectorTold(selector: unknown, every: string): string {
  const labels = Object.entries(object(at(selector, "matchLabels"))).map(([key, value]) => `${key}=${String(value)}`);
  const expressions = list(at(selector, "matchExpressions")).map((one) =>
    [at(one, "key"), at(one, "operator"), texts(at(one, "values")).join("|")].join(" ").trim(),
  );
  return [...labels, ...expressions].join(", ") || every;
}
