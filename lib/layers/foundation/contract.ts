import { clusterName, nameOf, type Place, platformOwnerOf } from "../../model/place.ts";
import { namespacesOf as clientNamespaces } from "../client/contract.ts";
import { type ContractRef, contract } from "../common/contract.ts";
import type { AddonRequest } from "../delivery/contract.ts";

/** The network of a platform in a region. */
export const network = contract(
  "foundation",
  {
    vpcId: "text",
    privateSubnetIds: "list",
    publicSubnetIds: "list",
    dataSubnetIds: "list",
  },
  "network",
);

/** The cluster of a platform in a region. */
export const cluster = contract(
  "foundation",
  {
    /** Security group that EKS puts on the control plane and on every node. */
    securityGroupId: "text",
    endpoint: "text",
    nodeRoleName: "text",
  },
  "cluster",
);

/** The network contract that a place reads, or publishes when the platform is its own. */
export const networkOf = (place: Place): ContractRef<(typeof network)["declared"]> => ({
  contract: network,
  owner: platformOwnerOf(place),
  region: place.region.code,
});

/** The cluster contract that a place reads, or publishes when the platform is its own. */
export const clusterOf = (place: Place): ContractRef<(typeof cluster)["declared"]> => ({
  contract: cluster,
  owner: platformOwnerOf(place),
  region: place.region.code,
});

/** Tag by which Karpenter and the load balancer controller find subnets and security groups of a cluster. */
export const DISCOVERY_TAG = "karpenter.sh/discovery";

/** Name of the queue on which Karpenter hears of interruptions. */
export const interruptionQueue = (place: Place): string => nameOf(place, "aws_sqs_queue", "interruptions");

/** Pod Security level that the API server enforces in a namespace. */
export type PodSecurity = "restricted" | "baseline" | "privileged";

/** The most that may be requested in a namespace. */
export interface NamespaceQuota {
  readonly pods: number;
  /** Cores. */
  readonly cpu: number;
  /** GiB. */
  readonly memory: number;
}

/** A namespace that a layer asks for, beside those of a product's services: its pods get no sidecar of the mesh. */
export interface NamespaceRequest {
  readonly name: string;
  readonly podSecurity: PodSecurity;
  readonly quota: NamespaceQuota;
}

/** The namespaces that layers ask for in a place. */
export const requestedNamespaces = (place: Place): readonly NamespaceRequest[] => clientNamespaces(place);

/** Charts that the cluster needs to have nodes. */
export function addons(place: Place): readonly AddonRequest[] {
  return [
    {
      chart: "karpenter",
      wave: 1,
      values: {
        replicas: 2,
        serviceAccount: { name: "karpenter" },
        settings: { clusterName: clusterName(place), interruptionQueue: interruptionQueue(place) },
        nodeSelector: { "dodeca.dev/pool": "system" },
        controller: { resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "1Gi" } } },
      },
    },
  ];
}
