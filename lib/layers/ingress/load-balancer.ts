import { DataAwsEc2ManagedPrefixList } from "@cdktn/provider-aws/lib/data-aws-ec2-managed-prefix-list/index.js";
import { Lb } from "@cdktn/provider-aws/lib/lb/index.js";
import { LbListener } from "@cdktn/provider-aws/lib/lb-listener/index.js";
import { LbTargetGroup } from "@cdktn/provider-aws/lib/lb-target-group/index.js";
import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktn/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { DRAIN_SECONDS } from "../mesh/contract.ts";
import { GATEWAY_PORTS, gatewayTargets } from "./contract.ts";

/** Seconds that a connection may say nothing: longer than three heartbeats of a socket, and what slow attackers get. */
const IDLE_SECONDS = 350;

/** Lists of addresses, kept by AWS, from which the load balancer is reached unless it is open to all. */
const callersIn = (region: string): readonly (readonly [id: string, list: string, description: string])[] => [
  ["cdn", "com.amazonaws.global.cloudfront.origin-facing", "The CDN, which has the firewall in front"],
  ["health-checks", `com.amazonaws.${region}.route53-healthchecks`, "Health checks of the origin's name"],
];

/**
 * The load balancer of a platform in a region: layer 4, in every zone, with the gateway's pods as targets; layer 7 is the
 * gateway's. Nobody gets around the CDN and its firewall: only their addresses may connect. Costs $16 a month and $0.006 for
 * each unit of capacity and hour.
 */
export class LoadBalancer extends Construct {
  readonly balancer: Lb;

  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const { vpcId, publicSubnetIds } = read(stack, networkOf(place));
    const { reservedCapacity } = place.blueprint.layers.ingress.loadBalancer;
    const groups = this.callers(place, vpcId);
    this.balancer = new Lb(this, "Resource", {
      name: nameOf(place, "aws_lb", "gw"),
      loadBalancerType: "network",
      internal: false,
      subnets: publicSubnetIds,
      securityGroups: groups.map((group) => group.id),
      enableCrossZoneLoadBalancing: true,
      dnsRecordClientRoutingPolicy: "availability_zone_affinity",
      enableDeletionProtection: place.deployment.tier === "prod",
      ...(reservedCapacity === undefined ? {} : { minimumLoadBalancerCapacity: { capacityUnits: reservedCapacity } }),
    });
    waives(
      this.balancer,
      {
        check: "CKV_AWS_91",
        reason: "it carries bytes that it cannot read: the gateway logs requests, the network logs connections",
      },
      ...(place.deployment.tier === "prod"
        ? []
        : [{ check: "CKV_AWS_150", reason: "environments other than prod are taken down as a whole" }]),
    );
    const targets = this.targets(place, vpcId);
    const listener = new LbListener(this, "listener", {
      loadBalancerArn: this.balancer.arn,
      port: GATEWAY_PORTS.https,
      protocol: "TCP",
      tcpIdleTimeoutSeconds: IDLE_SECONDS,
      defaultAction: [{ type: "forward", targetGroupArn: targets.arn }],
    });
    this.reach(stack, place, groups);
    encodes("edge.ddos.absorption", this.balancer, ...groups);
    encodes("ingress.glb.active-health", targets);
    encodes("ingress.glb.drain", targets);
    encodes("ingress.websocket.heartbeat", listener);
    encodes("edge.ddos-matrix.l4", listener);
  }

  /** Who may connect. Each list fills most of the sixty rules that a group has, so each gets a group of its own. */
  private callers(place: Place, vpcId: string): SecurityGroup[] {
    const { reachableFrom } = place.blueprint.layers.ingress.loadBalancer;
    const group = (id: string, description: string): SecurityGroup => {
      const name = nameOf(place, "aws_security_group", "gateway", id);
      return new SecurityGroup(this, id, { name, description, vpcId, tags: { Name: name } });
    };
    const rule = (id: string, of: SecurityGroup, from: { prefixListId: string } | { cidrIpv4: string }): void => {
      new VpcSecurityGroupIngressRule(this, `${id}-https`, {
        securityGroupId: of.id,
        fromPort: GATEWAY_PORTS.https,
        toPort: GATEWAY_PORTS.https,
        ipProtocol: "tcp",
        ...from,
      });
    };
    if (reachableFrom === "internet") {
      const everybody = group("internet", "Everybody: the gateway is reached around the firewall too");
      rule("internet", everybody, { cidrIpv4: "0.0.0.0/0" });
      return [everybody];
    }
    return callersIn(place.region.code).map(([id, list, description]) => {
      const made = group(id, description);
      rule(id, made, { prefixListId: new DataAwsEc2ManagedPrefixList(this, `${id}-addresses`, { name: list }).id });
      return made;
    });
  }

  /** The gateway's pods, which the load balancer controller registers. Probes ask Envoy itself whether it takes requests. */
  private targets(place: Place, vpcId: string): LbTargetGroup {
    return new LbTargetGroup(this, "targets", {
      name: gatewayTargets(place),
      targetType: "ip",
      vpcId,
      port: GATEWAY_PORTS.https,
      protocol: "TCP",
      // The rate limits count callers by what the gateway sees.
      preserveClientIp: "true",
      deregistrationDelay: String(DRAIN_SECONDS),
      connectionTermination: true,
      healthCheck: {
        protocol: "HTTP",
        port: String(GATEWAY_PORTS.health),
        path: "/healthz/ready",
        matcher: "200",
        interval: 5,
        timeout: 2,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    });
  }

  /** From the load balancer to the pods, on both sides: pods carry the cluster's security group. */
  private reach(stack: Stack, place: Place, groups: readonly SecurityGroup[]): void {
    const { securityGroupId } = read(stack, clusterOf(place));
    const [first] = groups;
    if (first === undefined) return;
    for (const [what, port] of Object.entries(GATEWAY_PORTS)) {
      new VpcSecurityGroupEgressRule(this, `to-pods-${what}`, {
        securityGroupId: first.id,
        description: `The gateway's pods, ${what}`,
        referencedSecurityGroupId: securityGroupId,
        fromPort: port,
        toPort: port,
        ipProtocol: "tcp",
      });
      new VpcSecurityGroupIngressRule(this, `pods-${what}`, {
        securityGroupId,
        description: `The gateway's load balancer, ${what}`,
        referencedSecurityGroupId: first.id,
        fromPort: port,
        toPort: port,
        ipProtocol: "tcp",
      });
    }
  }
}
