import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { SnsTopic } from "@cdktn/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktn/provider-aws/lib/sns-topic-policy/index.js";
import { Construct } from "constructs";
import { clusterName, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import { PodRole } from "../common/pod-role.ts";
import { policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";
import { alertTopic, applicationLogGroup, COLLECTOR } from "./contract.ts";

/** Where a platform's logs, traces and alarms go, and what its collectors may write. */
export class Collectors extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const key = read(stack, keysOf(place)).logs;
    const logs = new CloudwatchLogGroup(this, "applications", {
      name: applicationLogGroup(place),
      retentionInDays: place.blueprint.layers.observability.logRetention,
      kmsKeyId: key,
    });
    waives(logs, ...retentionWaivers(place.blueprint.layers.observability.logRetention));
    const alerts = new SnsTopic(this, "alerts", { name: alertTopic(place), kmsMasterKeyId: key });
    new SnsTopicPolicy(this, "alerts-policy", {
      arn: alerts.arn,
      policy: policy([
        {
          sid: "Alarms",
          principals: { Service: ["cloudwatch.amazonaws.com"] },
          actions: ["sns:Publish"],
          resources: [alerts.arn],
          conditions: { StringEquals: { "aws:SourceAccount": stack.account.id } },
        },
        {
          sid: "OnlyTls",
          effect: "Deny",
          principals: { "*": [] },
          actions: ["sns:Publish"],
          resources: [alerts.arn],
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    });
    new PodRole(this, "collector", {
      stack,
      place,
      cluster: clusterName(place),
      ...COLLECTOR,
      name: "collector",
      statements: [
        {
          sid: "Logs",
          actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          resources: [`${logs.arn}:*`],
        },
        { sid: "Groups", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
        {
          sid: "Traces",
          actions: [
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
          ],
          resources: ["*"],
        },
      ],
    });
  }
}
