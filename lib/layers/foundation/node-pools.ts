import type { IEC2NodeClass } from "@kubernetes-models/karpenter/karpenter.k8s.aws/v1";
import type { INodePool } from "@kubernetes-models/karpenter/karpenter.sh/v1";
import { Construct } from "constructs";
import { clusterName, nameOf, type Place } from "../../model/place.ts";
import type { NodePool } from "../../model/resolved.ts";
import { type Application, CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { KEEP } from "../delivery/contract.ts";
import { DISCOVERY_TAG } from "./contract.ts";

/** Bottlerocket release that nodes run; pinned, so that a node that joins today is like one of yesterday. */
const BOTTLEROCKET = "bottlerocket@v1.49.0";

/** Karpenter's pools: the machines that services run on. */
export function nodePools(application: Application, place: Place): void {
  for (const [name, pool] of Object.entries(place.blueprint.layers.foundation.nodePools)) {
    new Pool(application, name, { place, name, pool });
  }
}

class Pool extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, name, pool }: { readonly place: Place; readonly name: string; readonly pool: NodePool },
  ) {
    super(scope, id);
    const nodeClass = new CustomObject<IEC2NodeClass>(this, "class", {
      apiVersion: "karpenter.k8s.aws/v1",
      kind: "EC2NodeClass",
      metadata: { name, annotations: KEEP },
      spec: {
        amiSelectorTerms: [{ alias: BOTTLEROCKET }],
        role: nameOf(place, "aws_iam_role", "nodes"),
        subnetSelectorTerms: [{ tags: { [DISCOVERY_TAG]: clusterName(place) } }],
        securityGroupSelectorTerms: [{ tags: { "aws:eks:cluster-name": clusterName(place) } }],
        // Tokens only, and no way for pods without host network to the node's own credentials.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          { deviceName: "/dev/xvda", ebs: { volumeSize: "4Gi", volumeType: "gp3", encrypted: true } },
          {
            deviceName: "/dev/xvdb",
            ebs: { volumeSize: pool.gpu ? "200Gi" : "80Gi", volumeType: "gp3", encrypted: true },
          },
        ],
        tags: { "dodeca:pool": name, Name: nameOf(place, "aws_eks_node_group", name) },
      },
    });
    const nodePool = new CustomObject<INodePool>(this, "Resource", {
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: { name, annotations: KEEP },
      spec: {
        template: {
          metadata: { labels: { "dodeca.dev/pool": name } },
          spec: {
            nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name },
            requirements: [
              { key: "kubernetes.io/arch", operator: "In", values: [pool.architecture] },
              {
                key: "karpenter.sh/capacity-type",
                operator: "In",
                values: pool.capacity === "spot" ? ["spot", "on-demand"] : ["on-demand"],
              },
              { key: "karpenter.k8s.aws/instance-category", operator: "In", values: pool.categories },
              { key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["4"] },
              { key: "topology.kubernetes.io/zone", operator: "In", values: [...place.zones] },
            ],
            ...(pool.gpu ? { taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" as const }] } : {}),
            // Nodes are replaced every two weeks, so that no patch waits longer.
            expireAfter: "336h",
            terminationGracePeriod: "1h",
          },
        },
        limits: { cpu: String(pool.maxCpu) },
        disruption: {
          consolidationPolicy: "WhenEmptyOrUnderutilized",
          consolidateAfter: place.deployment.tier === "prod" ? "5m" : "30s",
          budgets: [{ nodes: "10%" }],
        },
      },
    });
    encodes("mesh.nodes.karpenter", nodePool, nodeClass);
    encodes("mesh.nodes.os", nodeClass);
    encodes("delivery.kubernetes.karpenter", nodePool);
    encodes("foundation.targets.elasticity", nodePool);
  }
}
