import type { Wafv2WebAclRule } from "@cdktn/provider-aws/lib/wafv2-web-acl/index.js";
import { WAF_STAGES, type WafStage } from "../../model/waf-groups.ts";
import type { Statement } from "./waf-statements.ts";

/** What becomes of a request that a rule matches; a managed group decides itself. `honeypot` answers 200 with nothing. */
export type RuleAction = "group" | "allow" | "count" | "challenge" | "captcha" | "honeypot" | "block";

/** A rule that has no place yet. */
export interface UnplacedRule {
  readonly name: string;
  readonly statement: Statement;
  readonly action: RuleAction;
}

/** A rule of a web access control list. */
export interface WafRule extends UnplacedRule {
  readonly priority: number;
}

/** Rules in the order in which a request passes them: stage by stage, each in the order given. */
export const inStages = (rules: Readonly<Record<WafStage, readonly UnplacedRule[]>>): readonly WafRule[] =>
  STAGES.flatMap((stage) =>
    rules[stage].map((rule, index): WafRule => ({ ...rule, priority: WAF_STAGES[stage] + index })),
  );

const STAGES: readonly WafStage[] = ["origin", "reputation", "rate", "managed", "bots", "custom"];

/** Key of the body that a honeypot answers with. */
export const HONEYPOT = "honeypot";

/** The rule as Terraform writes it. @param monitor whether everything is only counted */
export const rendered = ({ name, priority, statement, action }: WafRule, monitor: boolean): Wafv2WebAclRule => ({
  name,
  priority,
  statement,
  ...(action === "group"
    ? { overrideAction: monitor ? { count: {} } : { none: {} } }
    : { action: monitor ? { count: {} } : ACTIONS[action] }),
  visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: name, sampledRequestsEnabled: true },
});

const ACTIONS = {
  allow: { allow: {} },
  count: { count: {} },
  challenge: { challenge: {} },
  captcha: { captcha: {} },
  block: { block: {} },
  honeypot: { block: { customResponse: { responseCode: 200, customResponseBodyKey: HONEYPOT } } },
} as const satisfies Readonly<Record<Exclude<RuleAction, "group">, object>>;
