/** A group of rules that AWS maintains, and the capacity units that it takes. Catalogue: edge.waf.capacity. */
export interface ManagedGroup {
  readonly group: string;
  readonly capacity: number;
}

/** Groups of the web application firewall by the names that blueprints use. */
export const MANAGED_GROUPS = {
  reputation: { group: "AWSManagedRulesAmazonIpReputationList", capacity: 25 },
  anonymous: { group: "AWSManagedRulesAnonymousIpList", capacity: 50 },
  common: { group: "AWSManagedRulesCommonRuleSet", capacity: 700 },
  "known-bad-inputs": { group: "AWSManagedRulesKnownBadInputsRuleSet", capacity: 200 },
  sql: { group: "AWSManagedRulesSQLiRuleSet", capacity: 200 },
  linux: { group: "AWSManagedRulesLinuxRuleSet", capacity: 200 },
  posix: { group: "AWSManagedRulesUnixRuleSet", capacity: 100 },
  windows: { group: "AWSManagedRulesWindowsRuleSet", capacity: 200 },
  php: { group: "AWSManagedRulesPHPRuleSet", capacity: 100 },
  wordpress: { group: "AWSManagedRulesWordPressRuleSet", capacity: 100 },
  admin: { group: "AWSManagedRulesAdminProtectionRuleSet", capacity: 100 },
  "bot-control": { group: "AWSManagedRulesBotControlRuleSet", capacity: 50 },
  "account-takeover": { group: "AWSManagedRulesATPRuleSet", capacity: 50 },
  "account-creation": { group: "AWSManagedRulesACFPRuleSet", capacity: 50 },
  "anti-ddos": { group: "AWSManagedRulesAntiDDoSRuleSet", capacity: 50 },
} as const satisfies Readonly<Record<string, ManagedGroup>>;
export type GroupName = keyof typeof MANAGED_GROUPS;

/** Groups that every firewall has, those that look at who asks and those that look at what. */
export const ALWAYS = {
  reputation: ["reputation", "anonymous"],
  content: ["common", "known-bad-inputs", "sql"],
} as const satisfies Readonly<Record<string, readonly GroupName[]>>;

/** Groups that a blueprint may add, for what its services run on. */
export const ADDITIONAL_GROUPS = ["linux", "posix", "windows", "php", "wordpress", "admin"] as const;

/** Groups whose findings depend on a request's path, so that a path may be excepted from them. */
export const EXCEPTED_GROUPS = [...ALWAYS.reputation, ...ALWAYS.content, ...ADDITIONAL_GROUPS] as const;

/**
 * Where the rules of a firewall stand: the least priority of each stage, in the order in which a request passes them.
 * Catalogue: edge.flow.steps.
 */
export const WAF_STAGES = {
  /** Countries. */
  origin: 0,
  reputation: 10_000,
  rate: 20_000,
  managed: 30_000,
  bots: 40_000,
  custom: 50_000,
} as const;
export type WafStage = keyof typeof WAF_STAGES;
