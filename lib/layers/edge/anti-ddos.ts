import type { ResolvedBlueprint } from "../../model/resolved.ts";
import { MANAGED_GROUPS } from "../../model/waf-groups.ts";
import type { UnplacedRule } from "./waf-rules.ts";
import { managedGroup } from "./waf-statements.ts";

type Group = NonNullable<NonNullable<ResolvedBlueprint["layers"]["edge"]["ddos"]>["ruleGroup"]>;

/** AWS's rules against floods of requests, before what counts by itself. Catalogue: edge.ddos.l7-auto. */
export function floodRules({ sensitivity, challenge }: Group): readonly UnplacedRule[] {
  const { group } = MANAGED_GROUPS["anti-ddos"];
  const level = sensitivity.toUpperCase();
  return [
    {
      name: group,
      action: "group",
      statement: managedGroup(group, {
        config: {
          aws_managed_rules_anti_ddos_rule_set: {
            sensitivity_to_block: level,
            client_side_action_config: {
              challenge: { usage_of_action: challenge ? "ENABLED" : "DISABLED", sensitivity: level },
            },
          },
        },
      }),
    },
  ];
}
