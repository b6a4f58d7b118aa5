import type { AccountPlace, Place } from "../../model/place.ts";
import { publish } from "../common/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { keysOf } from "../security/contract.ts";
import { Cluster } from "./cluster.ts";
import { clusterOf, networkOf } from "./contract.ts";
import { productNamespaces, systemNamespaces } from "./namespaces.ts";
import { Network } from "./network.ts";
import { nodePools } from "./node-pools.ts";
import { OptInRegions, optInRegions } from "./opt-in-regions.ts";
import { storageClasses } from "./storage-classes.ts";

/** Network and cluster of a platform, and the namespaces of everything that runs on it. */
export const foundation: Layer = {
  id: "foundation",
  stacks: (place) =>
    place.global || !place.deployment.platform.owned ? [] : [networkStack(place), clusterStack(place)],
  accountStacks: (place) => (place.global && optInRegions(place).length > 0 ? [regions(place)] : []),
  applications: (place) => [namespaces(place), ...(place.deployment.platform.owned ? [nodes(place)] : [])],
};

/** What has to be there before anything else in the regions that it opts into. */
function regions(place: AccountPlace): StackPlan {
  return {
    slice: "regions",
    reads: [],
    publishes: [],
    build: (stack) => {
      new OptInRegions(stack, "regions", place);
    },
  };
}

function namespaces(place: Place): ApplicationPlan {
  return {
    name: "namespaces",
    clusterWide: place.deployment.platform.owned,
    wave: WAVES.namespaces,
    build: (application) => {
      if (place.deployment.platform.owned) systemNamespaces(application);
      productNamespaces(application, place);
    },
  };
}

function nodes(place: Place): ApplicationPlan {
  return {
    name: "nodes",
    clusterWide: true,
    wave: WAVES.platform,
    build: (application) => {
      nodePools(application, place);
      storageClasses(application, place);
    },
  };
}

function networkStack(place: Place): StackPlan {
  return {
    slice: "network",
    reads: [keysOf(place)],
    publishes: [networkOf(place)],
    build: (stack) => {
      const network = new Network(stack, "network", place);
      publish(stack, networkOf(place), {
        vpcId: network.vpc.id,
        privateSubnetIds: network.privateSubnets.map((subnet) => subnet.id),
        publicSubnetIds: network.publicSubnets.map((subnet) => subnet.id),
        dataSubnetIds: network.dataSubnets.map((subnet) => subnet.id),
      });
    },
  };
}

function clusterStack(place: Place): StackPlan {
  return {
    slice: "cluster",
    reads: [keysOf(place), networkOf(place)],
    publishes: [clusterOf(place)],
    build: (stack) => {
      const cluster = new Cluster(stack, "cluster", place);
      publish(stack, clusterOf(place), {
        securityGroupId: cluster.cluster.vpcConfig.clusterSecurityGroupId,
        endpoint: cluster.cluster.endpoint,
        nodeRoleName: cluster.nodes.role.name,
      });
    },
  };
}
