import { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { Lb } from "@cdktn/provider-aws/lib/lb/index.js";
import { LbListener } from "@cdktn/provider-aws/lib/lb-listener/index.js";
import { LbTargetGroup } from "@cdktn/provider-aws/lib/lb-target-group/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktn/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import { nameOf, type Place, platformNameOf } from "../../model/place.ts";
import type { Media as MediaSettings } from "../../model/settings/client/media.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { CONTROLLERS } from "../ingress/contract.ts";
import { type MediaPort, mediaPorts, mediaTargets } from "./media-ports.ts";
import { ServerCertificate } from "./server-certificate.ts";

export interface MediaBalancerProps {
  readonly place: Place;
  readonly media: MediaSettings;
  readonly domain: string;
}

/** The load balancer of what is sent over UDP: open to everybody, with relays and servers that render as targets. */
export class MediaBalancer extends Construct {
  constructor(stack: Stack, id: string, { place, media, domain }: MediaBalancerProps) {
    super(stack, id);
    const { vpcId, publicSubnetIds } = read(stack, networkOf(place));
    const ports = mediaPorts(place);
    const group = this.callers(place, vpcId, ports);
    const balancer = new Lb(this, "Resource", {
      name: nameOf(place, "aws_lb", "media"),
      loadBalancerType: "network",
      internal: false,
      subnets: publicSubnetIds,
      securityGroups: [group.id],
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: place.deployment.tier === "prod",
    });
    waives(
      balancer,
      { check: "CKV_AWS_91", reason: "it carries media that it cannot read: the network logs connections" },
      ...(place.deployment.tier === "prod"
        ? []
        : [{ check: "CKV_AWS_150", reason: "environments other than prod are taken down as a whole" }]),
    );
    const zone = new DataAwsRoute53Zone(this, "zone", { name: domain, privateZone: false });
    const hosts = {
      turn: `${media.turn?.host ?? "turn"}.${domain}`,
      render: `${media.rendering?.host ?? "render"}.${domain}`,
    };
    for (const server of new Set(ports.map((one) => one.server)))
      new Route53Record(this, `record-${server}`, {
        zoneId: zone.zoneId,
        name: hosts[server],
        type: "A",
        alias: { name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true },
      });
    for (const one of ports) this.listen(place, one, { balancer, vpcId, host: hosts[one.server], zone });
    this.reach(stack, place, group, ports);
    this.register(stack, place, ports);
  }

  private listen(
    place: Place,
    one: MediaPort,
    on: { readonly balancer: Lb; readonly vpcId: string; readonly host: string; readonly zone: DataAwsRoute53Zone },
  ): void {
    const tls = one.protocol === "TLS";
    const targets = new LbTargetGroup(this, `${one.name}-targets`, {
      name: mediaTargets(place, one),
      targetType: "ip",
      vpcId: on.vpcId,
      port: one.target,
      protocol: tls ? "TCP" : "UDP",
      // A relay answers to the address that it hears; what ended at the load balancer comes from there.
      preserveClientIp: tls ? "false" : "true",
      deregistrationDelay: "300",
      healthCheck: {
        protocol: "TCP",
        port: String(one.target),
        interval: 10,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    });
    const listener = new LbListener(this, `${one.name}-listener`, {
      loadBalancerArn: on.balancer.arn,
      port: one.port,
      protocol: one.protocol,
      ...(tls
        ? {
            certificateArn: new ServerCertificate(this, `${one.name}-certificate`, { host: on.host, zone: on.zone })
              .arn,
            sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
          }
        : {}),
      defaultAction: [{ type: "forward", targetGroupArn: targets.arn }],
    });
    encodes(one.server === "turn" ? "client.protocols.webrtc" : "client.xr.render-offload", listener, targets);
  }

  /** Everybody may connect: who may be relayed or shown something is asked by the servers. */
  private callers(place: Place, vpcId: string, ports: readonly MediaPort[]): SecurityGroup {
    const name = nameOf(place, "aws_security_group", "media");
    const group = new SecurityGroup(this, "security-group", {
      name,
      description: "Media of everybody, over UDP and TLS",
      vpcId,
      tags: { Name: name },
    });
    for (const { name: port, port: number, protocol } of ports)
      new VpcSecurityGroupIngressRule(this, `${port}-in`, {
        securityGroupId: group.id,
        description: `Everybody, ${port}`,
        cidrIpv4: "0.0.0.0/0",
        fromPort: number,
        toPort: number,
        ipProtocol: protocol === "UDP" ? "udp" : "tcp",
      });
    return group;
  }

  /** From the load balancer to the pods, and to where it sees that they live. */
  private reach(stack: Stack, place: Place, group: SecurityGroup, ports: readonly MediaPort[]): void {
    const { securityGroupId } = read(stack, clusterOf(place));
    const ways = new Set(
      ports.flatMap(({ target, protocol }) => [`tcp ${target}`, ...(protocol === "UDP" ? [`udp ${target}`] : [])]),
    );
    for (const way of ways) {
      const [ipProtocol = "", port = ""] = way.split(" ");
      const common = { fromPort: Number(port), toPort: Number(port), ipProtocol };
      new VpcSecurityGroupEgressRule(this, `to-pods-${ipProtocol}-${port}`, {
        securityGroupId: group.id,
        description: `Pods of media, ${way}`,
        referencedSecurityGroupId: securityGroupId,
        ...common,
      });
      new VpcSecurityGroupIngressRule(this, `pods-${ipProtocol}-${port}`, {
        securityGroupId,
        description: `The load balancer of media of ${place.deployment.name}, ${way}`,
        referencedSecurityGroupId: group.id,
        ...common,
      });
    }
  }

  /** The platform's load balancer controller keeps the pods in these target groups too. */
  private register(stack: Stack, place: Place, ports: readonly MediaPort[]): void {
    const { serviceAccount } = CONTROLLERS["aws-load-balancer-controller"];
    new IamRolePolicy(this, "register", {
      name: `media-${place.deployment.name}`,
      role: platformNameOf(place, "aws_iam_role", serviceAccount),
      policy: policy([
        {
          actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
          resources: ports.map((one) =>
            stack.arnOf("elasticloadbalancing", `targetgroup/${mediaTargets(place, one)}/*`),
          ),
        },
      ]),
    });
  }
}
