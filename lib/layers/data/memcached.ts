import { ElasticacheCluster } from "@cdktn/provider-aws/lib/elasticache-cluster/index.js";
import { ElasticacheParameterGroup } from "@cdktn/provider-aws/lib/elasticache-parameter-group/index.js";
import { ElasticacheSubnetGroup } from "@cdktn/provider-aws/lib/elasticache-subnet-group/index.js";
import { Construct } from "constructs";
import { nameOf } from "../../model/place.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { publish } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { endpointContract, memcachedName, portOf } from "./contract.ts";
import { StoreNetwork, type StoreProps } from "./store-network.ts";

/**
 * An object cache that services write beside their store: Memcached, over TLS, its nodes over the zones. It evicts what was
 * used longest ago. It knows no users and encrypts nothing that it holds: network rules alone say who reaches it.
 */
export class Memcached extends Construct {
  constructor(scope: Construct, id: string, { stack, place, name, store }: StoreProps<StoreOf<"memcached">>) {
    super(scope, id);
    const port = portOf(store) ?? 0;
    const network = new StoreNetwork(this, "network", { stack, place, store: name, port });
    const subnets = new ElasticacheSubnetGroup(this, "subnets", {
      name: nameOf(place, "aws_elasticache_subnet_group", name),
      description: `Cache ${name}`,
      subnetIds: network.subnetIds,
    });
    const parameters = new ElasticacheParameterGroup(this, "parameters", {
      name: nameOf(place, "aws_elasticache_parameter_group", name),
      description: `Cache ${name}`,
      family: "memcached1.6",
    });
    const spread = store.nodes > 1 && place.zones.length > 1;
    const cluster = new ElasticacheCluster(this, "Resource", {
      clusterId: memcachedName(place, name),
      engine: "memcached",
      engineVersion: "1.6.22",
      nodeType: store.nodeType,
      numCacheNodes: store.nodes,
      azMode: spread ? "cross-az" : "single-az",
      ...(spread
        ? {
            preferredAvailabilityZones: Array.from(
              { length: store.nodes },
              (_, index) => place.zones[index % place.zones.length] ?? "",
            ),
          }
        : {}),
      port,
      parameterGroupName: parameters.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [network.group.id],
      transitEncryptionEnabled: true,
      maintenanceWindow: "sun:04:30-sun:05:30",
      applyImmediately: place.deployment.tier !== "prod",
    });
    publish(stack, endpointContract(place, name), { endpoint: cluster.clusterAddress });
    if (spread) encodes("foundation.data.memcached", cluster, parameters);
  }
}
