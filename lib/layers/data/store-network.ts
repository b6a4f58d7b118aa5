import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import type { Stack } from "../common/stack.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";

/** Where a store stands in the network: data subnets, and a security group that only the cluster's nodes pass. */
export class StoreNetwork extends Construct {
  readonly subnetIds: string[];
  readonly group: SecurityGroup;

  constructor(
    scope: Construct,
    id: string,
    {
      stack,
      place,
      store,
      port,
    }: { readonly stack: Stack; readonly place: Place; readonly store: string; readonly port: number },
  ) {
    super(scope, id);
    const network = read(stack, networkOf(place));
    this.subnetIds = network.dataSubnetIds;
    const name = nameOf(place, "aws_security_group", store);
    this.group = new SecurityGroup(this, "security-group", {
      name,
      description: `Store ${store} of ${place.deployment.name}`,
      vpcId: network.vpcId,
      tags: { Name: name },
    });
    new VpcSecurityGroupIngressRule(this, "from-pods", {
      securityGroupId: this.group.id,
      description: "Pods of the cluster; network policies say which",
      referencedSecurityGroupId: read(stack, clusterOf(place)).securityGroupId,
      fromPort: port,
      toPort: port,
      ipProtocol: "tcp",
    });
  }
}

/** What every store's construct is given. */
export interface StoreProps<S> {
  readonly stack: Stack;
  readonly place: Place;
  readonly name: string;
  readonly store: S;
}
