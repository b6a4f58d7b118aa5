import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { EksAccessEntry } from "@cdktn/provider-aws/lib/eks-access-entry/index.js";
import { EksAccessPolicyAssociation } from "@cdktn/provider-aws/lib/eks-access-policy-association/index.js";
import { EksCluster } from "@cdktn/provider-aws/lib/eks-cluster/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicyAttachment } from "@cdktn/provider-aws/lib/iam-role-policy-attachment/index.js";
import { Construct } from "constructs";
import { clusterName, nameOf, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { policyWithoutResource } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";
import { ClusterAddons } from "./cluster-addons.ts";
import { networkOf } from "./contract.ts";
import { KarpenterAccess } from "./karpenter-access.ts";
import { SystemNodes } from "./system-nodes.ts";

/**
 * The Kubernetes cluster of a platform in a region: EKS with a private endpoint only, access by entries, secrets
 * encrypted with a key of ours and every control plane log kept. Costs $73 a month beside its nodes.
 */
export class Cluster extends Construct {
  readonly cluster: EksCluster;
  readonly nodes: SystemNodes;

  private readonly stack: Stack;
  private readonly place: Place;

  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    this.stack = stack;
    this.place = place;
    const name = clusterName(place);
    const network = read(stack, networkOf(place));
    const logs = this.logGroup(name);
    this.cluster = new EksCluster(this, "Resource", {
      name,
      roleArn: this.role().arn,
      version: place.versions.kubernetes,
      bootstrapSelfManagedAddons: false,
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      vpcConfig: { subnetIds: network.privateSubnetIds, endpointPrivateAccess: true, endpointPublicAccess: false },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      encryptionConfig: { resources: ["secrets"], provider: { keyArn: read(stack, keysOf(place)).secrets } },
      upgradePolicy: { supportType: "STANDARD" },
      zonalShiftConfig: { enabled: true },
      dependsOn: [logs],
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    this.nodes = new SystemNodes(this, "system-nodes", {
      place,
      cluster: this.cluster,
      subnetIds: network.privateSubnetIds,
    });
    new ClusterAddons(this, "add-ons", { stack, place, cluster: this.cluster, nodes: this.nodes });
    new KarpenterAccess(this, "karpenter", { stack, place, cluster: this.cluster, nodeRole: this.nodes.role });
    this.administrators(name);

    encodes("mesh.control-plane.apiserver", this.cluster);
    encodes("mesh.control-plane.etcd", this.cluster);
    encodes("security.encryption.envelope", this.cluster);
    encodes("foundation.devops.kubernetes", this.cluster);
  }

  private logGroup(name: string): CloudwatchLogGroup {
    // EKS would make the group itself, without a key and without an end to its retention.
    const { logRetention } = this.place.blueprint.layers.observability;
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/eks/${name}/cluster`,
      retentionInDays: logRetention,
      kmsKeyId: read(this.stack, keysOf(this.place)).logs,
    });
    waives(logs, ...retentionWaivers(logRetention));
    return logs;
  }

  private role(): IamRole {
    const role = new IamRole(this, "role", {
      name: nameOf(this.place, "aws_iam_role", "cluster"),
      description: "The control plane of the cluster",
      assumeRolePolicy: policyWithoutResource([
        { actions: ["sts:AssumeRole", "sts:TagSession"], principals: { Service: ["eks.amazonaws.com"] } },
      ]),
    });
    new IamRolePolicyAttachment(this, "role-cluster", {
      role: role.name,
      policyArn: `${this.stack.arn}:iam::aws:policy/AmazonEKSClusterPolicy`,
    });
    return role;
  }

  private administrators(cluster: string): void {
    for (const name of this.place.blueprint.layers.foundation.clusterAdmins) {
      const principalArn = `${this.stack.arn}:iam::${this.stack.account.id}:role/${name}`;
      const entry = new EksAccessEntry(this, `admin-${name}`, {
        clusterName: cluster,
        principalArn,
        dependsOn: [this.cluster],
      });
      new EksAccessPolicyAssociation(this, `admin-${name}-policy`, {
        clusterName: cluster,
        principalArn,
        policyArn: `${this.stack.arn}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
        accessScope: { type: "cluster" },
        dependsOn: [entry],
      });
    }
  }
}
