import { at, object, text } from "../estate/json.ts";

/** What an alert is called and what it says, as a test expects it. */
export interface AlertTexts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The texts of an alert's rule. */
export const alertTexts = (rule: unknown): AlertTexts => ({
  name: text(at(rule, "alert")) ?? "",
  labels: textsOf(at(rule, "labels")),
  annotations: textsOf(at(rule, "annotations")),
});

const textsOf = (fields: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(object(fields)).map(([name, value]) => [name, String(value)]));
