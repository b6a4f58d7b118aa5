import { DefaultSecurityGroup } from "@cdktn/provider-aws/lib/default-security-group/index.js";
import { Eip } from "@cdktn/provider-aws/lib/eip/index.js";
import { InternetGateway } from "@cdktn/provider-aws/lib/internet-gateway/index.js";
import { NatGateway } from "@cdktn/provider-aws/lib/nat-gateway/index.js";
import { Route } from "@cdktn/provider-aws/lib/route/index.js";
import { RouteTable } from "@cdktn/provider-aws/lib/route-table/index.js";
import { RouteTableAssociation } from "@cdktn/provider-aws/lib/route-table-association/index.js";
import { Subnet } from "@cdktn/provider-aws/lib/subnet/index.js";
import { Vpc } from "@cdktn/provider-aws/lib/vpc/index.js";
import { Construct } from "constructs";
import { carve, formatCidr, parseCidr } from "../../model/addresses.ts";
import { clusterName, nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { DISCOVERY_TAG } from "./contract.ts";
import { Endpoints } from "./endpoints.ts";
import { FlowLogs } from "./flow-logs.ts";

type SubnetKind = "public" | "private" | "data";

/**
 * The network of a platform in a region: public, private and data subnets in every zone. Data subnets have no way to
 * the internet, in either direction. Each NAT gateway costs about $33 a month beside its traffic.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly publicSubnets: readonly Subnet[];
  readonly privateSubnets: readonly Subnet[];
  readonly dataSubnets: readonly Subnet[];

  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const layout = carve(parseCidr(place.network), place.zones.length);
    this.vpc = new Vpc(this, "Resource", {
      cidrBlock: place.network,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: nameOf(place, "aws_vpc") },
    });
    // Whatever is started without a security group of its own reaches nothing.
    new DefaultSecurityGroup(this, "default-security-group", {
      vpcId: this.vpc.id,
      tags: { Name: nameOf(place, "aws_vpc", "unused") },
    });

    this.publicSubnets = this.subnets(place, "public", layout.public.map(formatCidr));
    this.privateSubnets = this.subnets(place, "private", layout.private.map(formatCidr));
    this.dataSubnets = this.subnets(place, "data", layout.data.map(formatCidr));
    const tables = this.routes(place);
    new Endpoints(this, "endpoints", {
      stack,
      place,
      vpc: this.vpc,
      subnets: this.privateSubnets,
      routeTables: tables,
    });
    new FlowLogs(this, "flow-logs", { stack, place, vpc: this.vpc });
    encodes("foundation.regions.zones", ...this.publicSubnets, ...this.privateSubnets, ...this.dataSubnets);
  }

  private subnets(place: Place, kind: SubnetKind, cidrs: readonly string[]): Subnet[] {
    return place.zones.map(
      (zone, index) =>
        new Subnet(this, `${kind}-${zone}`, {
          vpcId: this.vpc.id,
          availabilityZone: zone,
          cidrBlock: cidrs[index] ?? "",
          mapPublicIpOnLaunch: false,
          tags: { Name: nameOf(place, "aws_subnet", kind, zone), "dodeca:subnet": kind, ...rolesOf(place, kind) },
        }),
    );
  }

  /** Route tables of the private and data subnets: those that gateway endpoints are added to. */
  private routes(place: Place): RouteTable[] {
    const internet = new InternetGateway(this, "internet-gateway", {
      vpcId: this.vpc.id,
      tags: { Name: nameOf(place, "aws_internet_gateway") },
    });
    const open = this.table(place, "public", this.publicSubnets);
    new Route(this, "public-internet", {
      routeTableId: open.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: internet.id,
    });

    const perZone = place.blueprint.layers.foundation.nat === "per-zone";
    const gateways = place.zones
      .slice(0, perZone ? place.zones.length : 1)
      .map((zone, index) => this.nat(place, zone, index, internet));
    const privates = place.zones.map((zone, index) => {
      const subnet = this.privateSubnets[index];
      const table = this.table(place, `private-${zone}`, subnet === undefined ? [] : [subnet]);
      const gateway = gateways[index] ?? gateways[0];
      if (gateway)
        new Route(this, `private-${zone}-internet`, {
          routeTableId: table.id,
          destinationCidrBlock: "0.0.0.0/0",
          natGatewayId: gateway.id,
        });
      return table;
    });
    return [...privates, this.table(place, "data", this.dataSubnets)];
  }

  private nat(place: Place, zone: string, index: number, internet: InternetGateway): NatGateway {
    const address = new Eip(this, `nat-${zone}-address`, {
      domain: "vpc",
      dependsOn: [internet],
      tags: { Name: nameOf(place, "aws_eip", "nat", zone) },
    });
    return new NatGateway(this, `nat-${zone}`, {
      allocationId: address.allocationId,
      subnetId: this.publicSubnets[index]?.id ?? "",
      dependsOn: [internet],
      tags: { Name: nameOf(place, "aws_nat_gateway", zone) },
    });
  }

  private table(place: Place, name: string, subnets: readonly Subnet[]): RouteTable {
    const table = new RouteTable(this, `${name}-routes`, {
      vpcId: this.vpc.id,
      tags: { Name: nameOf(place, "aws_route_table", name) },
    });
    for (const subnet of subnets) {
      new RouteTableAssociation(this, `${subnet.node.id}-association`, { subnetId: subnet.id, routeTableId: table.id });
    }
    return table;
  }
}

/** Tags by which controllers in the cluster choose subnets for load balancers and nodes. */
function rolesOf(place: Place, kind: SubnetKind): Record<string, string> {
  if (kind === "public") return { "kubernetes.io/role/elb": "1" };
  if (kind === "private") return { "kubernetes.io/role/internal-elb": "1", [DISCOVERY_TAG]: clusterName(place) };
  return {};
}
