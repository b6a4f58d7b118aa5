import { MANAGED_GROUPS } from "./waf-groups.ts";

/** Capacity units of a web access control list: what its price includes, and what AWS allows. Catalogue: edge.waf.capacity. */
export const CAPACITY = { included: 1500, limit: 5000 } as const;

/** What Shield's own rules take, once they answer attacks by themselves. */
export const SHIELD_CAPACITY = 150;

const GROUPS: ReadonlyMap<string, number> = new Map(
  Object.values(MANAGED_GROUPS).map(({ group, capacity }) => [group, capacity]),
);

/** Units of what is compared, before what it is compared with. Source: the firewall's developer guide, by statement. */
const BASE: Readonly<Record<string, (statement: unknown) => number>> = {
  geo_match_statement: () => 1,
  ip_set_reference_statement: () => 1,
  asn_match_statement: () => 1,
  label_match_statement: () => 1,
  size_constraint_statement: () => 1,
  byte_match_statement: (one) => (String(at(one, "positional_constraint")).startsWith("CONTAINS") ? 10 : 2),
  regex_match_statement: () => 3,
  regex_pattern_set_reference_statement: () => 25,
  sqli_match_statement: (one) => (at(one, "sensitivity_level") === "HIGH" ? 30 : 20),
  xss_match_statement: () => 40,
};

/**
 * Capacity units that a rule's statement takes, as Terraform writes it. Statements inside others are added up; each
 * transformation of text costs ten, all query arguments ten, and a body read as JSON doubles the base.
 */
export function capacityOf(statement: unknown): number {
  return entries(statement).reduce((sum, [kind, body]) => sum + ofKind(kind, body), 0);
}

function ofKind(kind: string, body: unknown): number {
  const inner = (key: string): number => nested(at(body, key));
  switch (kind) {
    case "and_statement":
    case "or_statement":
    case "not_statement":
      return inner("statement");
    case "rate_based_statement":
      return 2 + 30 * listed(at(body, "custom_key")).length + inner("scope_down_statement");
    case "managed_rule_group_statement":
      return (GROUPS.get(String(at(body, "name"))) ?? 0) + inner("scope_down_statement");
    default: {
      const base = BASE[kind]?.(body) ?? 0;
      const field = at(body, "field_to_match");
      const changed = listed(at(body, "text_transformation")).filter((one) => at(one, "type") !== "NONE");
      return (
        base * (at(field, "json_body") === undefined ? 1 : 2) +
        (at(field, "all_query_arguments") === undefined ? 0 : 10) +
        10 * changed.length
      );
    }
  }
}

const nested = (value: unknown): number => listed(value).reduce<number>((sum, one) => sum + capacityOf(one), 0);
const listed = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const entries = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];
const at = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
