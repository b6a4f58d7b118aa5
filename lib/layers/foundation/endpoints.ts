import type { RouteTable } from "@cdktn/provider-aws/lib/route-table/index.js";
import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import type { Subnet } from "@cdktn/provider-aws/lib/subnet/index.js";
import type { Vpc } from "@cdktn/provider-aws/lib/vpc/index.js";
import { VpcEndpoint } from "@cdktn/provider-aws/lib/vpc-endpoint/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import type { Tier } from "../../model/environment.ts";
import { nameOf, type Place } from "../../model/place.ts";
import type { Stack } from "../common/stack.ts";
import { KEYSPACES_PORT } from "../data/contract.ts";

/** Free of charge: traffic to these never passes the NAT gateways. */
const GATEWAY_SERVICES = ["s3", "dynamodb"] as const;

/** What nodes need to join and pull images, and pods to get credentials, when the way to the internet is cut. */
const INTERFACE_SERVICES = [
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "logs",
  "sts",
  "ssm",
  "kms",
  "secretsmanager",
  "sqs",
] as const;

/** Interface endpoints of a tier, beside those that stores need. Each costs about $7 a month and zone, so dev goes through its NAT gateway instead. */
export const interfaceServices = (tier: Tier): readonly string[] => (tier === "dev" ? [] : INTERFACE_SERVICES);

export interface EndpointsProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
}

/** Private ways to the services of AWS. */
export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, { place, vpc, subnets, routeTables }: EndpointsProps) {
    super(scope, id);
    const { region } = place;
    for (const service of GATEWAY_SERVICES) {
      new VpcEndpoint(this, service, {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${region.code}.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: routeTables.map((table) => table.id),
        tags: { Name: nameOf(place, "aws_vpc_endpoint", service) },
      });
    }
    const keyspaces = usesKeyspaces(place);
    // Clusters have no way to Keyspaces but this one: its port is none that leaves the network.
    const services = [...interfaceServices(place.deployment.tier), ...(keyspaces ? ["cassandra"] : [])];
    if (services.length === 0) return;
    const group = new SecurityGroup(this, "security-group", {
      name: nameOf(place, "aws_security_group", "endpoints"),
      description: "HTTPS from the network to interface endpoints",
      vpcId: vpc.id,
      tags: { Name: nameOf(place, "aws_security_group", "endpoints") },
    });
    new VpcSecurityGroupIngressRule(this, "https", {
      securityGroupId: group.id,
      description: "HTTPS from the network",
      cidrIpv4: place.network,
      fromPort: 443,
      toPort: 443,
      ipProtocol: "tcp",
    });
    if (keyspaces)
      new VpcSecurityGroupIngressRule(this, "cql", {
        securityGroupId: group.id,
        description: "CQL from the network",
        cidrIpv4: place.network,
        fromPort: KEYSPACES_PORT,
        toPort: KEYSPACES_PORT,
        ipProtocol: "tcp",
      });
    for (const service of services) {
      new VpcEndpoint(this, service.replace(".", "-"), {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${region.code}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: subnets.map((subnet) => subnet.id),
        securityGroupIds: [group.id],
        tags: { Name: nameOf(place, "aws_vpc_endpoint", service) },
      });
    }
  }
}

/** Whether a product that lives on the platform here has a wide-column store. */
const usesKeyspaces = (place: Place): boolean =>
  [place.deployment, ...place.tenants]
    .flatMap(({ regions }) => regions.filter(({ region }) => region.code === place.region.code))
    .some(({ blueprint }) => Object.values(blueprint.data).some(({ kind }) => kind === "wideColumn"));
