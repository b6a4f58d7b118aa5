import { countsEveryAddress } from "../estate/firewall.ts";
import type { Graph } from "../estate/graph.ts";
import { at, list, text } from "../estate/json.ts";
import { ADDITIONAL_GROUPS, ALWAYS, MANAGED_GROUPS, type WafStage } from "../model/waf-groups.ts";
import { errorAt, type Finding } from "./finding.ts";

/** Stages in the order in which a request passes them. Catalogue: edge.flow.steps. */
const ORDER: readonly WafStage[] = ["origin", "reputation", "rate", "managed", "bots", "custom"];

const groups = (stage: WafStage, names: readonly (keyof typeof MANAGED_GROUPS)[]) =>
  names.map((name) => [MANAGED_GROUPS[name].group, stage] as const);

const STAGE_OF_GROUP: ReadonlyMap<string, WafStage> = new Map<string, WafStage>([
  ...groups("reputation", ALWAYS.reputation),
  ...groups("rate", ["anti-ddos"]),
  ...groups("managed", [...ALWAYS.content, ...ADDITIONAL_GROUPS]),
  ...groups("bots", ["bot-control", "account-takeover", "account-creation"]),
]);

/** Which stage a rule is of, told from what it looks at alone; undefined where several stages may look at that. */
function stageOf(rule: unknown): WafStage | undefined {
  const statement = at(rule, "statement");
  const group = text(at(statement, "managed_rule_group_statement", "name"));
  if (group !== undefined) return STAGE_OF_GROUP.get(group);
  if (countsEveryAddress(rule)) return "rate";
  const said = JSON.stringify(statement);
  if (said.includes("awswaf:managed:aws:bot-control:")) return "bots";
  return /"(?:sqli|xss|regex)_match_statement"|"regex_pattern_set_reference_statement"/.test(said)
    ? "custom"
    : undefined;
}

/** A firewall's rules stand in the order of the stages: what is cheap and sure first, what is dear or may be wrong last. */
export function wafOrder(graph: Graph): Finding[] {
  return graph.ofType("resource", "aws_wafv2_web_acl").flatMap((acl) => {
    const rules = list(acl.body["rule"])
      .flatMap((rule) => {
        const stage = stageOf(rule);
        return stage === undefined
          ? []
          : [{ name: text(at(rule, "name")) ?? "", priority: Number(at(rule, "priority")), stage }];
      })
      .sort((a, b) => a.priority - b.priority);
    return rules.flatMap((rule, index): Finding[] => {
      const before = rules.slice(0, index).find(({ stage }) => ORDER.indexOf(stage) > ORDER.indexOf(rule.stage));
      if (before === undefined) return [];
      const summary = `${rule.name} (${rule.stage}) comes after ${before.name} (${before.stage})`;
      return [errorAt(acl, "firewall-order", summary)];
    });
  });
}
