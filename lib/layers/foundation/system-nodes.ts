import type { EksCluster } from "@cdktn/provider-aws/lib/eks-cluster/index.js";
import { EksNodeGroup } from "@cdktn/provider-aws/lib/eks-node-group/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicyAttachment } from "@cdktn/provider-aws/lib/iam-role-policy-attachment/index.js";
import { Construct } from "constructs";
import type { Tier } from "../../model/environment.ts";
import { nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { trusts } from "../common/policy.ts";

/** Nodes that carry what must run before Karpenter can make any: one in each zone, two large enough in dev. */
export const systemNodeCount = (tier: Tier): { readonly min: number; readonly max: number } =>
  tier === "dev" ? { min: 2, max: 4 } : { min: 3, max: 6 };

const POLICIES = [
  "AmazonEKSWorkerNodePolicy",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonSSMManagedInstanceCore",
] as const;

export interface SystemNodesProps {
  readonly place: Place;
  readonly cluster: EksCluster;
  readonly subnetIds: string[];
}

/** The managed node group for add-ons, on Bottlerocket and Graviton. Everything else runs on Karpenter's nodes. */
export class SystemNodes extends Construct {
  readonly role: IamRole;
  readonly group: EksNodeGroup;

  constructor(scope: Construct, id: string, { place, cluster, subnetIds }: SystemNodesProps) {
    super(scope, id);
    const { min, max } = systemNodeCount(place.deployment.tier);
    this.role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", "nodes"),
      description: "Nodes of the cluster",
      assumeRolePolicy: trusts("ec2.amazonaws.com"),
    });
    const attachments = POLICIES.map(
      (name) =>
        new IamRolePolicyAttachment(this, name, {
          role: this.role.name,
          policyArn: `arn:${place.region.partition}:iam::aws:policy/${name}`,
        }),
    );
    this.group = new EksNodeGroup(this, "Resource", {
      clusterName: cluster.name,
      nodeGroupName: "system",
      nodeRoleArn: this.role.arn,
      subnetIds,
      amiType: "BOTTLEROCKET_ARM_64",
      instanceTypes: ["m7g.large", "m6g.large"],
      capacityType: "ON_DEMAND",
      scalingConfig: { minSize: min, desiredSize: min, maxSize: max },
      updateConfig: { maxUnavailable: 1 },
      labels: { "dodeca.dev/pool": "system" },
      dependsOn: attachments,
      // The autoscaler of a later day, or a person in need, may move the size.
      lifecycle: { ignoreChanges: ["scaling_config[0].desired_size"] },
    });
    encodes("mesh.nodes.os", this.group);
  }
}
