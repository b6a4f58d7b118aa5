import type { Change } from "../../estate/diff.ts";
import { at, list, object, text } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import type { Suspicion } from "../risk.ts";
import { titleOf } from "../risks/stateful.ts";

/** What a web application firewall stopped and does not stop any more. */
export function firewallOpenings(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (before === undefined || kind === "removed") return [];
  if (node.type === "aws_cloudfront_distribution" || node.type === "aws_api_gateway_stage") {
    const [was, is] = [text(before.body["web_acl_id"]), text(node.body["web_acl_id"])];
    return was !== undefined && is === undefined
      ? [{ change, severity: "high", what: `${titleOf(node)} is no longer behind the firewall ${was}` }]
      : [];
  }
  if (node.type !== "aws_wafv2_web_acl" && node.type !== "aws_wafv2_rule_group") return [];
  const title = titleOf(node);
  const [old, now] = [rulesOf(before), rulesOf(node)];
  return [
    ...(defaultOf(before) === "block" && defaultOf(node) === "allow"
      ? [{ change, severity: "high" as const, what: `${title} lets through by default what it blocked before` }]
      : []),
    ...[...old].flatMap(([name, rule]): Suspicion[] => {
      const is = now.get(name);
      if (is === undefined)
        return rule.action === "allow"
          ? []
          : [{ change, what: `${title} has no rule ${name} any more: it was to ${rule.action}` }];
      if (rule.action === "block" && is.action !== "block")
        return [{ change, what: `${title} has rule ${name} to ${is.action} what it was to block` }];
      if (is.limit > rule.limit)
        return [
          { change, what: `${title} has rule ${name} let through ${is.limit} requests where it were ${rule.limit}` },
        ];
      const exempt = [...is.counted].filter((one) => !rule.counted.has(one));
      return exempt.length === 0
        ? []
        : [
            {
              change,
              what: `${title} has rule ${name} only count ${exempt.join(", ")}, and before it did as the group says`,
            },
          ];
    }),
  ];
}

interface FirewallRule {
  /** `block`, `count`, `allow`, `captcha` or `challenge`; a group of rules that is not overridden blocks. */
  readonly action: string;
  readonly limit: number;
  /** Rules of its group that do not do what the group says. */
  readonly counted: ReadonlySet<string>;
}

const rulesOf = ({ body }: Node): ReadonlyMap<string, FirewallRule> =>
  new Map(
    list(body["rule"]).map((rule): [string, FirewallRule] => {
      const group = one(at(one(at(rule, "statement")), "managed_rule_group_statement"));
      const own = Object.keys(object(one(at(rule, "action"))))[0];
      const overridden = at(one(at(rule, "override_action")), "count") !== undefined;
      return [
        text(at(rule, "name")) ?? "",
        {
          action: own ?? (overridden ? "count" : "block"),
          limit: Number(at(one(at(one(at(rule, "statement")), "rate_based_statement")), "limit") ?? 0),
          counted: new Set(
            [...list(at(group, "rule_action_override")), ...list(at(group, "excluded_rule"))]
              .filter((override) => at(one(at(override, "action_to_use")), "block") === undefined)
              .flatMap((override) => text(at(override, "name")) ?? []),
          ),
        },
      ];
    }),
  );

const defaultOf = ({ body }: Node): string | undefined => Object.keys(object(one(body["default_action"])))[0];

/** A block that is written with and without a list. */
const one = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
