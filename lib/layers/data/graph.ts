import { NeptuneCluster, type NeptuneClusterConfig } from "@cdktn/provider-aws/lib/neptune-cluster/index.js";
import { NeptuneClusterInstance } from "@cdktn/provider-aws/lib/neptune-cluster-instance/index.js";
import { NeptuneClusterParameterGroup } from "@cdktn/provider-aws/lib/neptune-cluster-parameter-group/index.js";
import { NeptuneGlobalCluster } from "@cdktn/provider-aws/lib/neptune-global-cluster/index.js";
import { NeptuneSubnetGroup } from "@cdktn/provider-aws/lib/neptune-subnet-group/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { publish, read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";
import { graphIdentifier, portOf, relationalContract } from "./contract.ts";
import { backupDays, graphWaivers, guarded } from "./defaults.ts";
import { StoreNetwork, type StoreProps } from "./store-network.ts";

type Graph = StoreOf<"graph">;

const ENGINE = { version: "1.4.5.1", family: "neptune1.4" } as const;

/** Whether a graph follows a primary in another region, or leads others. */
export const isGlobalGraph = (place: Place, store: Graph): boolean =>
  store.global && place.deployment.regions.length > 1;

/**
 * A graph store: a serverless Neptune cluster with a writer and readers over the zones, asked in openCypher, Gremlin or
 * SPARQL. It takes TLS alone; services sign their requests with IAM, and there is no password.
 */
export class GraphDatabase extends Construct {
  constructor(scope: Construct, id: string, props: StoreProps<Graph>) {
    super(scope, id);
    const { stack, place, name, store } = props;
    const { tier } = place.deployment;
    const port = portOf(store) ?? 0;
    const network = new StoreNetwork(this, "network", { stack, place, store: name, port });
    const subnets = new NeptuneSubnetGroup(this, "subnets", {
      name: nameOf(place, "aws_neptune_subnet_group", name),
      description: `Store ${name}`,
      subnetIds: network.subnetIds,
    });
    const parameters = new NeptuneClusterParameterGroup(this, "parameters", {
      name: nameOf(place, "aws_neptune_cluster_parameter_group", name),
      description: `Store ${name}: audit and slow queries`,
      family: ENGINE.family,
      parameter: [
        { name: "neptune_enable_audit_log", value: "1", applyMethod: "pending-reboot" },
        { name: "neptune_enable_slow_query_log", value: "info", applyMethod: "pending-reboot" },
      ],
    });
    const identifier = graphIdentifier(place, name);
    const cluster = new NeptuneCluster(this, "Resource", {
      clusterIdentifier: identifier,
      engine: "neptune",
      engineVersion: ENGINE.version,
      port,
      neptuneSubnetGroupName: subnets.name,
      neptuneClusterParameterGroupName: parameters.name,
      vpcSecurityGroupIds: [network.group.id],
      serverlessV2ScalingConfiguration: { minCapacity: store.units.min, maxCapacity: store.units.max },
      storageEncrypted: true,
      kmsKeyArn: read(stack, keysOf(place)).data,
      iamDatabaseAuthenticationEnabled: true,
      enableCloudwatchLogsExports: ["audit", "slowquery"],
      backupRetentionPeriod: backupDays(tier),
      preferredBackupWindow: "03:00-04:00",
      preferredMaintenanceWindow: "sun:04:30-sun:05:30",
      copyTagsToSnapshot: true,
      deletionProtection: guarded(tier),
      ...(guarded(tier) ? { finalSnapshotIdentifier: `${identifier}-final` } : { skipFinalSnapshot: true }),
      tags: { "dodeca:backup": tier },
      ...this.membership(props),
      lifecycle: {
        preventDestroy: guarded(tier),
        // The writer of a global cluster moves when it fails over, and minor versions move in the maintenance window.
        ignoreChanges: ["engine_version", ...(isGlobalGraph(place, store) ? ["replication_source_identifier"] : [])],
      },
    });
    waives(cluster, ...graphWaivers(tier));
    const instances = Array.from({ length: store.readers + 1 }, (_, index) => {
      const zone = place.zones[index % place.zones.length];
      return new NeptuneClusterInstance(this, `instance-${index}`, {
        identifier: nameOf(place, "aws_neptune_cluster_instance", name, String(index)),
        clusterIdentifier: cluster.id,
        engine: "neptune",
        instanceClass: "db.serverless",
        neptuneSubnetGroupName: subnets.name,
        ...(zone === undefined ? {} : { availabilityZone: zone }),
        promotionTier: index === 0 ? 0 : 1,
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
      });
    });
    publish(stack, relationalContract(place, name), {
      endpoint: cluster.endpoint,
      readerEndpoint: cluster.readerEndpoint,
      resourceId: cluster.clusterResourceId,
    });
    encodes("foundation.data.graph", cluster, ...instances);
  }

  /** A cluster of its own, the first of a global one, or a follower. */
  private membership({ place, name, store }: StoreProps<Graph>): Partial<NeptuneClusterConfig> {
    if (!isGlobalGraph(place, store)) return {};
    const identifier = nameOf({ ...place, global: true }, "aws_neptune_global_cluster", name);
    if (place.role !== "primary") return { globalClusterIdentifier: identifier };
    const global = new NeptuneGlobalCluster(this, "global", {
      globalClusterIdentifier: identifier,
      engine: "neptune",
      engineVersion: ENGINE.version,
      storageEncrypted: true,
      deletionProtection: guarded(place.deployment.tier),
      lifecycle: { preventDestroy: guarded(place.deployment.tier), ignoreChanges: ["engine_version"] },
    });
    return { globalClusterIdentifier: global.id };
  }
}
