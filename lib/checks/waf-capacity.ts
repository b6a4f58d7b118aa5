import type { Graph } from "../estate/graph.ts";
import { at, list, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { CAPACITY, capacityOf, SHIELD_CAPACITY } from "../model/waf-capacity.ts";
import { errorAt, type Finding } from "./finding.ts";

/** Capacity units of a firewall's rules, and of those that Shield adds where it answers by itself. */
export function capacityOfList(graph: Graph, acl: Node): number {
  const own = list(acl.body["rule"]).reduce<number>((sum, rule) => sum + capacityOf(at(rule, "statement")), 0);
  const answered = graph
    .ofType("resource", "aws_shield_application_layer_automatic_response")
    .some(({ unit, body }) => unit === acl.unit && text(body["action"]) !== undefined);
  return own + (answered ? SHIELD_CAPACITY : 0);
}

/** Rules of a firewall stay within what AWS allows, and who pays for more than what the price includes knows it. */
export function wafCapacity(graph: Graph): Finding[] {
  return graph.ofType("resource", "aws_wafv2_web_acl").flatMap((acl): Finding[] => {
    const capacity = capacityOfList(graph, acl);
    if (capacity <= CAPACITY.included) return [];
    if (capacity > CAPACITY.limit)
      return [
        errorAt(
          acl,
          "firewall-capacity",
          `its rules take ${capacity} capacity units, and AWS allows ${CAPACITY.limit}`,
        ),
      ];
    const more = Math.ceil((capacity - CAPACITY.included) / 500);
    return [
      {
        ...errorAt(
          acl,
          "firewall-capacity",
          `its rules take ${capacity} capacity units: those above ${CAPACITY.included} cost $${(0.2 * more).toFixed(2)} more for a million requests`,
        ),
        severity: "warning",
      },
    ];
  });
}
