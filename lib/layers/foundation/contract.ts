import { type Place, platformOwnerOf } from "../../model/place.ts";
import { type ContractRef, contract } from "../common/contract.ts";

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
