import { Route53ResolverEndpoint } from "@cdktn/provider-aws/lib/route53-resolver-endpoint/index.js";
import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Fn } from "cdktn";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { networkOf } from "../foundation/contract.ts";

/** Addresses of private networks, from which an endpoint in one is reached. Source: RFC 1918. */
const PRIVATE = "10.0.0.0/8";

/**
 * Where networks outside of AWS, joined by VPN or Direct Connect, resolve the platform's private names: over HTTPS, or plainly
 * for what speaks nothing else. An address in each of two zones, $0.125 an hour each. Route 53 offers no DNS over TLS.
 */
export class Resolver extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const { vpcId, privateSubnetIds } = read(stack, networkOf(place));
    const name = nameOf(place, "aws_security_group", "resolver");
    const group = new SecurityGroup(this, "callers", {
      name,
      description: "Networks that resolve the platform's names",
      vpcId,
      tags: { Name: name },
    });
    for (const [label, protocol, port] of [
      ["https", "tcp", 443],
      ["dns-udp", "udp", 53],
      ["dns-tcp", "tcp", 53],
    ] as const)
      new VpcSecurityGroupIngressRule(this, label, {
        securityGroupId: group.id,
        description: "Private networks",
        cidrIpv4: PRIVATE,
        fromPort: port,
        toPort: port,
        ipProtocol: protocol,
      });
    const endpoint = new Route53ResolverEndpoint(this, "Resource", {
      name: nameOf(place, "aws_route53_resolver_endpoint", "inbound"),
      direction: "INBOUND",
      protocols: ["DoH", "Do53"],
      securityGroupIds: [group.id],
      ipAddress: [0, 1].map((index) => ({ subnetId: Fn.element(privateSubnetIds, index) })),
    });
    encodes("edge.dns.encrypted-dns", endpoint);
  }
}
