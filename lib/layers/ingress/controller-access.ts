import { Construct } from "constructs";
import { clusterName, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { PodRole } from "../common/pod-role.ts";
import type { Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { CONTROLLERS, servedProducts } from "./contract.ts";

/** What the controllers of the ingress may do on AWS: load balancers of this cluster, and records below the served domains. */
export class ControllerAccess extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const role = (name: keyof typeof CONTROLLERS, statements: readonly Statement[]): PodRole =>
      new PodRole(this, name, { stack, place, cluster: clusterName(place), ...CONTROLLERS[name], name, statements });
    const loadBalancers = role("aws-load-balancer-controller", loadBalancerStatements(stack, place));
    role("external-dns", recordStatements(stack, place, ["origin.*", "*.origin.*", "*-origin.*"]));
    const certificates = role("cert-manager", recordStatements(stack, place, ["_acme-challenge.*"]));
    encodes("mesh.control-plane.cloud-controller", loadBalancers.role);
    encodes("edge.pki.acme", certificates.role);
  }
}

/** Changes of records whose names begin as given, below the domains that the platform serves. */
function recordStatements(stack: Stack, place: Place, prefixes: readonly string[]): Statement[] {
  const domains = servedProducts(place).map(({ domain }) => domain);
  const names = domains.flatMap((domain) => prefixes.map((prefix) => `${prefix}${domain}`));
  return [
    ...(names.length === 0
      ? []
      : [
          {
            sid: "Records",
            actions: ["route53:ChangeResourceRecordSets"],
            resources: [`${stack.arn}:route53:::hostedzone/*`],
            conditions: {
              "ForAllValues:StringLike": { "route53:ChangeResourceRecordSetsNormalizedRecordNames": names },
            },
          },
        ]),
    {
      sid: "Look",
      actions: ["route53:ListHostedZones", "route53:ListHostedZonesByName"],
      resources: ["*"],
    },
    {
      sid: "Zones",
      actions: ["route53:ListResourceRecordSets", "route53:ListTagsForResources"],
      resources: [`${stack.arn}:route53:::hostedzone/*`],
    },
    { sid: "Changes", actions: ["route53:GetChange"], resources: [`${stack.arn}:route53:::change/*`] },
  ];
}

/** What the load balancer controller needs for network load balancers. Source: the controller's IAM policy, less ALB and WAF. */
function loadBalancerStatements(stack: Stack, place: Place): Statement[] {
  const tag = "elbv2.k8s.aws/cluster";
  const cluster = clusterName(place);
  const elb = (type: string): string => stack.arnOf("elasticloadbalancing", type);
  const balancers = [elb("loadbalancer/net/*"), elb("targetgroup/*/*"), elb("listener/net/*/*/*")];
  return [
    {
      sid: "Look",
      actions: [
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      resources: ["*"],
    },
    { sid: "LookAtGroups", actions: ["ec2:GetSecurityGroupsForVpc"], resources: [stack.arnOf("ec2", "vpc/*")] },
    {
      sid: "Create",
      actions: [
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:CreateListener",
      ],
      resources: balancers,
      conditions: { StringEquals: { [`aws:RequestTag/${tag}`]: cluster } },
    },
    {
      sid: "ChangeOwn",
      actions: [
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
      ],
      resources: balancers,
      conditions: { StringEquals: { [`aws:ResourceTag/${tag}`]: cluster } },
    },
    {
      sid: "TagAtCreation",
      actions: ["elasticloadbalancing:AddTags"],
      resources: balancers,
      conditions: {
        StringEquals: {
          "elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer", "CreateListener"],
          [`aws:RequestTag/${tag}`]: cluster,
        },
      },
    },
    {
      sid: "CreateGroups",
      actions: ["ec2:CreateSecurityGroup"],
      resources: [stack.arnOf("ec2", "vpc/*"), stack.arnOf("ec2", "security-group/*")],
    },
    {
      sid: "TagGroups",
      actions: ["ec2:CreateTags"],
      resources: [stack.arnOf("ec2", "security-group/*")],
      conditions: { StringEquals: { "ec2:CreateAction": "CreateSecurityGroup", [`aws:RequestTag/${tag}`]: cluster } },
    },
    {
      sid: "ChangeGroups",
      actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup"],
      resources: [stack.arnOf("ec2", "security-group/*")],
      conditions: { StringEquals: { [`aws:ResourceTag/${tag}`]: cluster } },
    },
    {
      sid: "OpenNodes",
      actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      resources: [stack.arnOf("ec2", "security-group/*")],
      conditions: { StringEquals: { "aws:ResourceTag/aws:eks:cluster-name": cluster } },
    },
    {
      sid: "ServiceRole",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: ["*"],
      conditions: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    },
  ];
}
