import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchLogResourcePolicy } from "@cdktn/provider-aws/lib/cloudwatch-log-resource-policy/index.js";
import { Route53QueryLog } from "@cdktn/provider-aws/lib/route53-query-log/index.js";
import type { Route53Zone } from "@cdktn/provider-aws/lib/route53-zone/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";

/** Who asked for which name, in the home region, where Route 53 writes it: $0.50 a gigabyte. */
export class QueryLogs extends Construct {
  constructor(
    stack: Stack,
    id: string,
    { place, domain, zone }: { readonly place: Place; readonly domain: string; readonly zone: Route53Zone },
  ) {
    super(stack, id);
    const retention = place.blueprint.layers.observability.logRetention;
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/route53/${domain}`,
      retentionInDays: retention,
    });
    waives(logs, ...retentionWaivers(retention), {
      check: "CKV_AWS_158",
      reason: "a key of AWS encrypts it: products need not live in us-east-1, where the log of queries has to be",
    });
    const allowed = new CloudwatchLogResourcePolicy(this, "policy", {
      policyName: nameOf(place, "aws_cloudwatch_log_resource_policy", "dns-queries"),
      policyDocument: policy([
        {
          sid: "Queries",
          principals: { Service: ["route53.amazonaws.com"] },
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${logs.arn}:*`],
          conditions: { StringEquals: { "aws:SourceAccount": stack.account.id } },
        },
      ]),
    });
    const log = new Route53QueryLog(this, "Resource", {
      zoneId: zone.zoneId,
      cloudwatchLogGroupArn: logs.arn,
      dependsOn: [allowed],
    });
    encodes("edge.dns.provider", zone, log, logs);
  }
}
