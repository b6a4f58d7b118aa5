import { at } from "./json.ts";

/** Whether a rule counts the requests of each address, whatever they ask for; requests of some may be left out. */
export function countsEveryAddress(rule: unknown): boolean {
  const rate = at(rule, "statement", "rate_based_statement");
  const scope = at(rate, "scope_down_statement");
  return at(rate, "aggregate_key_type") === "IP" && (scope === undefined || at(scope, "not_statement") !== undefined);
}
