import { EksAddon } from "@cdktn/provider-aws/lib/eks-addon/index.js";
import type { EksCluster } from "@cdktn/provider-aws/lib/eks-cluster/index.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { PodRole } from "../common/pod-role.ts";
import type { Stack } from "../common/stack.ts";
import { platformKeysOf } from "../security/contract.ts";
import type { SystemNodes } from "./system-nodes.ts";

/** Configuration of the managed add-ons that differs from AWS's defaults. */
const CONFIGURATION: Readonly<Record<string, object>> = {
  // Policies are enforced by the CNI itself, and nodes hand out addresses by the /28 so that they hold 110 pods.
  "vpc-cni": {
    enableNetworkPolicy: "true",
    env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1", NETWORK_POLICY_ENFORCING_MODE: "standard" },
  },
  coredns: { replicaCount: 2, podDisruptionBudget: { enabled: true, maxUnavailable: 1 } },
};

/** What must run before a node is Ready; the rest waits for nodes. */
const BEFORE_NODES = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];

export interface ClusterAddonsProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly cluster: EksCluster;
  readonly nodes: SystemNodes;
}

/** The add-ons that EKS manages: network, DNS, storage, pod identities. */
export class ClusterAddons extends Construct {
  constructor(scope: Construct, id: string, { stack, place, cluster, nodes }: ClusterAddonsProps) {
    super(scope, id);
    const volumes = new PodRole(this, "ebs-csi", {
      stack,
      place,
      cluster: cluster.name,
      namespace: "kube-system",
      serviceAccount: "ebs-csi-controller-sa",
      name: "ebs-csi",
      managedPolicies: ["service-role/AmazonEBSCSIDriverPolicy"],
      statements: [
        {
          actions: [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ],
          resources: [read(stack, platformKeysOf(place)).data],
        },
      ],
      associate: false,
    });
    for (const { name, version } of place.versions.addons) {
      const configuration = CONFIGURATION[name];
      const addon = new EksAddon(this, name, {
        clusterName: cluster.name,
        addonName: name,
        ...(version === undefined ? {} : { addonVersion: version }),
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
        ...(name === "aws-ebs-csi-driver"
          ? { podIdentityAssociation: [{ serviceAccount: "ebs-csi-controller-sa", roleArn: volumes.role.arn }] }
          : {}),
        ...(BEFORE_NODES.includes(name) ? {} : { dependsOn: [nodes.group] }),
      });
      if (name === "vpc-cni") encodes("mesh.nodes.networking", addon);
    }
  }
}
