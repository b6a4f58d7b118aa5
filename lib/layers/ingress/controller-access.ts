import { Construct } from "constructs";
import { clusterName, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { PodRole } from "../common/pod-role.ts";
import type { Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { CONTROLLERS, gatewayTargets, servedProducts } from "./contract.ts";

/** What the controllers of the ingress may do on AWS: register the gateway's pods, and prove names below the served domains. */
export class ControllerAccess extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const role = (name: keyof typeof CONTROLLERS, statements: readonly Statement[]): PodRole =>
      new PodRole(this, name, { stack, place, cluster: clusterName(place), ...CONTROLLERS[name], name, statements });
    const loadBalancers = role("aws-load-balancer-controller", targetStatements(stack, place));
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

/**
 * What the load balancer controller needs to keep the gateway's pods in their target group: it makes no load balancer and
 * no security group, so it may not.
 */
function targetStatements(stack: Stack, place: Place): Statement[] {
  return [
    {
      sid: "Look",
      actions: [
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      resources: ["*"],
    },
    {
      sid: "Register",
      actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      resources: [stack.arnOf("elasticloadbalancing", `targetgroup/${gatewayTargets(place)}/*`)],
    },
  ];
}
