import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { FlowLog } from "@cdktn/provider-aws/lib/flow-log/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import type { Vpc } from "@cdktn/provider-aws/lib/vpc/index.js";
import { Construct } from "constructs";
import { nameOf, ownerOf, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";

/** Who spoke to whom in the network, kept as long as the tier keeps its logs. */
export class FlowLogs extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stack, place, vpc }: { readonly stack: Stack; readonly place: Place; readonly vpc: Vpc },
  ) {
    super(scope, id);
    const { blueprint, environment } = ownerOf(place);
    const group = new CloudwatchLogGroup(this, "group", {
      name: `/dodeca/${blueprint}/${environment}/network/flow`,
      retentionInDays: place.blueprint.layers.observability.logRetention,
      kmsKeyId: read(stack, keysOf(place)).logs,
    });
    waives(group, ...retentionWaivers(place.blueprint.layers.observability.logRetention));
    const role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", "flow-logs"),
      description: "Lets the network write its flow logs",
      assumeRolePolicy: trusts("vpc-flow-logs.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": stack.account.id },
      }),
    });
    new IamRolePolicy(this, "policy", {
      name: "write",
      role: role.name,
      policy: policy([
        {
          actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
          resources: [`${group.arn}:*`],
        },
      ]),
    });
    new FlowLog(this, "Resource", {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: { Name: nameOf(place, "aws_flow_log") },
    });
  }
}
