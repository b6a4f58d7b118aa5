/**
 * Rules of a web access control list. The bindings pass statements through untouched, so keys are written as Terraform
 * wants them; these builders are the only place where that is so.
 */
export interface WafRule {
  readonly name: string;
  readonly priority: number;
  readonly statement: object;
  /** Managed groups decide themselves; others block. */
  readonly managed: boolean;
}

/** A group of rules that AWS maintains. */
export const managedGroup = (priority: number, group: string): WafRule => ({
  name: group,
  priority,
  managed: true,
  statement: { managed_rule_group_statement: { vendor_name: "AWS", name: group } },
});

/** Blocks an address that asks too often within five minutes. */
export const rateRule = (priority: number, name: string, requests: number): WafRule => ({
  name,
  priority,
  managed: false,
  statement: { rate_based_statement: { limit: requests, aggregate_key_type: "IP", evaluation_window_sec: 300 } },
});

/** Blocks countries by their ISO codes. */
export const countryRule = (priority: number, countries: readonly string[]): WafRule => ({
  name: "blocked-countries",
  priority,
  managed: false,
  statement: { geo_match_statement: { country_codes: countries } },
});

/** Groups that are on for everybody: addresses of ill repute, the common attacks, known bad inputs, SQL, anonymizers. */
export const MANAGED_GROUPS = [
  "AWSManagedRulesAmazonIpReputationList",
  "AWSManagedRulesAnonymousIpList",
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesSQLiRuleSet",
] as const;
