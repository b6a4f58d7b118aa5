import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { Wafv2WebAcl } from "@cdktn/provider-aws/lib/wafv2-web-acl/index.js";
import { Wafv2WebAclLoggingConfiguration } from "@cdktn/provider-aws/lib/wafv2-web-acl-logging-configuration/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { countryRule, MANAGED_GROUPS, managedGroup, rateRule, type WafRule } from "./waf-rules.ts";

/** The web application firewall in front of a product: $5 a month, $1 a rule, $0.60 a million requests. */
export class Firewall extends Construct {
  readonly acl: Wafv2WebAcl;

  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const name = nameOf(place, "aws_wafv2_web_acl");
    this.acl = new Wafv2WebAcl(this, "Resource", {
      name,
      description: `In front of ${place.deployment.name} in ${place.deployment.environment}`,
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      rule: rulesOf(place).map(({ name: rule, priority, statement, managed }) => ({
        name: rule,
        priority,
        statement,
        ...(managed ? { overrideAction: { none: {} } } : { action: { block: {} } }),
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: rule, sampledRequestsEnabled: true },
      })),
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: name, sampledRequestsEnabled: true },
    });
    // The name's beginning is prescribed.
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `aws-waf-logs-${name}`,
      retentionInDays: place.blueprint.layers.observability.logRetention,
    });
    waives(logs, ...retentionWaivers(place.blueprint.layers.observability.logRetention), {
      check: "CKV_AWS_158",
      reason: "a key of AWS encrypts it: products need not live in us-east-1, where the firewall's logs have to be",
    });
    const logging = new Wafv2WebAclLoggingConfiguration(this, "logging", {
      resourceArn: this.acl.arn,
      logDestinationConfigs: [logs.arn],
      redactedFields: [
        { singleHeader: { name: "authorization" } },
        { singleHeader: { name: "cookie" } },
        { singleHeader: { name: "x-api-key" } },
      ],
    });
    encodes("edge.waf.core-rules", this.acl);
    encodes("edge.waf.logging", logging, logs);
  }
}

/** The rules of a product, cheapest and surest first. */
export function rulesOf(place: Place): readonly WafRule[] {
  const { requestsPerAddress, blockedCountries } = place.blueprint.layers.edge.waf;
  const first = blockedCountries.length === 0 ? [] : [countryRule(0, blockedCountries)];
  return [
    ...first,
    rateRule(1, "requests-per-address", requestsPerAddress),
    ...MANAGED_GROUPS.map((group, index) => managedGroup(10 + index, group)),
  ];
}
