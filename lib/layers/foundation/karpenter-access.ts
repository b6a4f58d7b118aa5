import { CloudwatchEventRule } from "@cdktn/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktn/provider-aws/lib/cloudwatch-event-target/index.js";
import { EksAccessEntry } from "@cdktn/provider-aws/lib/eks-access-entry/index.js";
import type { EksCluster } from "@cdktn/provider-aws/lib/eks-cluster/index.js";
import type { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { SqsQueue } from "@cdktn/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktn/provider-aws/lib/sqs-queue-policy/index.js";
import { Construct } from "constructs";
import { clusterName, nameOf, type Place } from "../../model/place.ts";
import { PodRole } from "../common/pod-role.ts";
import { policy, type Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { interruptionQueue } from "./contract.ts";

/** Events after which Karpenter moves pods away before a node goes. */
const INTERRUPTIONS: Readonly<Record<string, { readonly source: string; readonly type: string }>> = {
  "health-event": { source: "aws.health", type: "AWS Health Event" },
  "instance-state": { source: "aws.ec2", type: "EC2 Instance State-change Notification" },
  rebalance: { source: "aws.ec2", type: "EC2 Instance Rebalance Recommendation" },
  "spot-interruption": { source: "aws.ec2", type: "EC2 Spot Instance Interruption Warning" },
};

export interface KarpenterAccessProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly cluster: EksCluster;
  readonly nodeRole: IamRole;
}

/** What Karpenter needs on AWS: permissions limited to the cluster's own instances, and a queue of interruptions. */
export class KarpenterAccess extends Construct {
  constructor(scope: Construct, id: string, { stack, place, cluster, nodeRole }: KarpenterAccessProps) {
    super(scope, id);
    const queue = new SqsQueue(this, "interruptions", {
      name: interruptionQueue(place),
      messageRetentionSeconds: 300,
      sqsManagedSseEnabled: true,
    });
    new SqsQueuePolicy(this, "interruptions-policy", {
      queueUrl: queue.url,
      policy: policy([
        {
          sid: "Events",
          principals: { Service: ["events.amazonaws.com"] },
          actions: ["sqs:SendMessage"],
          resources: [queue.arn],
          conditions: { StringEquals: { "aws:SourceAccount": stack.account.id } },
        },
        {
          sid: "OnlyTls",
          effect: "Deny",
          principals: { "*": [] },
          actions: ["sqs:*"],
          resources: [queue.arn],
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    });
    for (const [name, { source, type }] of Object.entries(INTERRUPTIONS)) {
      const rule = new CloudwatchEventRule(this, name, {
        name: nameOf(place, "aws_cloudwatch_event_rule", name),
        description: `${type}, for Karpenter`,
        eventPattern: JSON.stringify({ source: [source], "detail-type": [type] }),
      });
      new CloudwatchEventTarget(this, `${name}-target`, { rule: rule.name, targetId: "karpenter", arn: queue.arn });
    }
    new PodRole(this, "controller", {
      stack,
      place,
      cluster: cluster.name,
      namespace: "kube-system",
      serviceAccount: "karpenter",
      name: "karpenter",
      statements: controllerStatements(stack, place, nodeRole.arn, queue.arn),
    });
    // Nodes join by their role, without a map in the cluster.
    new EksAccessEntry(this, "nodes", {
      clusterName: cluster.name,
      principalArn: nodeRole.arn,
      type: "EC2_LINUX",
    });
  }
}

/** Karpenter's controller policy, scoped by tags to one cluster. Source: Karpenter's CloudFormation reference. */
function controllerStatements(stack: Stack, place: Place, nodeRoleArn: string, queueArn: string): Statement[] {
  const name = clusterName(place);
  const owned = {
    [`aws:RequestTag/kubernetes.io/cluster/${name}`]: "owned",
    "aws:RequestTag/eks:eks-cluster-name": name,
  };
  const belongs = { [`aws:ResourceTag/kubernetes.io/cluster/${name}`]: "owned" };
  const ec2 = (...types: readonly string[]): string[] =>
    types.map((type) => `${stack.arn}:ec2:${place.region.code}:*:${type}/*`);
  const made = ec2("fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request");
  const profiles = `${stack.arn}:iam::${stack.account.id}:instance-profile/*`;
  return [
    {
      sid: "UseShared",
      actions: ["ec2:RunInstances", "ec2:CreateFleet"],
      resources: [
        `${stack.arn}:ec2:${place.region.code}::image/*`,
        `${stack.arn}:ec2:${place.region.code}::snapshot/*`,
        ...ec2("security-group", "subnet", "capacity-reservation"),
      ],
    },
    {
      sid: "UseOwnTemplates",
      actions: ["ec2:RunInstances", "ec2:CreateFleet"],
      resources: ec2("launch-template"),
      conditions: { StringEquals: belongs, StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" } },
    },
    {
      sid: "CreateOwned",
      actions: ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      resources: made,
      conditions: { StringEquals: owned, StringLike: { "aws:RequestTag/karpenter.sh/nodepool": "*" } },
    },
    {
      sid: "TagAtCreation",
      actions: ["ec2:CreateTags"],
      resources: made,
      conditions: {
        StringEquals: { ...owned, "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"] },
      },
    },
    {
      sid: "TagOwned",
      actions: ["ec2:CreateTags"],
      resources: ec2("instance"),
      conditions: {
        StringEquals: belongs,
        "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
      },
    },
    {
      sid: "DeleteOwned",
      actions: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      resources: ec2("instance", "launch-template"),
      conditions: { StringEquals: belongs, StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" } },
    },
    {
      sid: "Look",
      actions: [
        "ec2:DescribeCapacityReservations",
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSpotPriceHistory",
        "ec2:DescribeSubnets",
      ],
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestedRegion": place.region.code } },
    },
    { sid: "Prices", actions: ["pricing:GetProducts"], resources: ["*"] },
    {
      sid: "Images",
      actions: ["ssm:GetParameter"],
      resources: [`${stack.arn}:ssm:${place.region.code}::parameter/aws/service/*`],
    },
    {
      sid: "Interruptions",
      actions: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
      resources: [queueArn],
    },
    {
      sid: "PassNodeRole",
      actions: ["iam:PassRole"],
      resources: [nodeRoleArn],
      conditions: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
    {
      sid: "CreateProfiles",
      actions: ["iam:CreateInstanceProfile", "iam:TagInstanceProfile"],
      resources: [profiles],
      conditions: { StringEquals: { ...owned, "aws:RequestTag/topology.kubernetes.io/region": place.region.code } },
    },
    {
      sid: "UseProfiles",
      actions: ["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"],
      resources: [profiles],
      conditions: { StringEquals: { ...belongs, "aws:ResourceTag/topology.kubernetes.io/region": place.region.code } },
    },
    { sid: "ReadProfiles", actions: ["iam:GetInstanceProfile", "iam:ListInstanceProfiles"], resources: [profiles] },
    { sid: "Endpoint", actions: ["eks:DescribeCluster"], resources: [stack.arnOf("eks", `cluster/${name}`)] },
  ];
}
