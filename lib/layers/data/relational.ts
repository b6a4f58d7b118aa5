import { DbSubnetGroup } from "@cdktn/provider-aws/lib/db-subnet-group/index.js";
import { RdsCluster, type RdsClusterConfig } from "@cdktn/provider-aws/lib/rds-cluster/index.js";
import { RdsClusterInstance } from "@cdktn/provider-aws/lib/rds-cluster-instance/index.js";
import { RdsClusterParameterGroup } from "@cdktn/provider-aws/lib/rds-cluster-parameter-group/index.js";
import { RdsGlobalCluster } from "@cdktn/provider-aws/lib/rds-global-cluster/index.js";
import { Construct } from "constructs";
import { clusterName, nameOf, namespaceOf, type Place } from "../../model/place.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { publish, read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { PodRole } from "../common/pod-role.ts";
import { waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";
import { clusterIdentifier, databaseName, MIGRATOR, portOf, relationalContract } from "./contract.ts";
import { backupDays, deletionWaivers, guarded } from "./defaults.ts";
import { StoreNetwork, type StoreProps } from "./store-network.ts";

type Relational = StoreOf<"relational">;

/** Engine, version, the setting that refuses connections without TLS, and those that log what changes or takes a second. */
const ENGINES = {
  postgres: {
    engine: "aurora-postgresql",
    version: "16.6",
    family: "aurora-postgresql16",
    tls: "rds.force_ssl",
    on: "1",
    logs: ["postgresql"],
    logged: { log_statement: "ddl", log_min_duration_statement: "1000" },
  },
  mysql: {
    engine: "aurora-mysql",
    version: "8.0.mysql_aurora.3.08.0",
    family: "aurora-mysql8.0",
    tls: "require_secure_transport",
    on: "ON",
    logs: ["audit", "error", "slowquery"],
    logged: {
      slow_query_log: "1",
      long_query_time: "1",
      server_audit_logging: "1",
      server_audit_events: "CONNECT,QUERY_DCL,QUERY_DDL",
    },
  },
} as const;

const FACTS = { postgres: "foundation.data.postgres", mysql: "foundation.data.aurora-mysql" } as const;

/** Whether a store spans the regions of its environment. */
export const isGlobal = (place: Place, store: Relational): boolean =>
  store.global && place.deployment.regions.length > 1;

/**
 * A relational store: Aurora Serverless v2 with a writer and readers over the zones. Services log in with IAM tokens; the
 * master password is made, kept and rotated by RDS. In further regions of a global store it follows the primary.
 */
export class RelationalDatabase extends Construct {
  readonly cluster: RdsCluster;

  constructor(scope: Construct, id: string, props: StoreProps<Relational>) {
    super(scope, id);
    const { stack, place, name, store } = props;
    const engine = ENGINES[store.engine];
    const port = portOf(store) ?? 0;
    const network = new StoreNetwork(this, "network", { stack, place, store: name, port });
    const subnets = new DbSubnetGroup(this, "subnets", {
      name: nameOf(place, "aws_db_subnet_group", name),
      description: `Store ${name}`,
      subnetIds: network.subnetIds,
    });
    const parameters = new RdsClusterParameterGroup(this, "parameters", {
      name: nameOf(place, "aws_rds_cluster_parameter_group", name),
      description: `Store ${name}: TLS only`,
      family: engine.family,
      parameter: [
        { name: engine.tls, value: engine.on, applyMethod: "pending-reboot" },
        ...Object.entries(engine.logged).map(([name, value]) => ({ name, value, applyMethod: "immediate" })),
      ],
    });
    this.cluster = new RdsCluster(this, "Resource", {
      clusterIdentifier: clusterIdentifier(place, name),
      engine: engine.engine,
      engineVersion: engine.version,
      port,
      dbSubnetGroupName: subnets.name,
      dbClusterParameterGroupName: parameters.name,
      vpcSecurityGroupIds: [network.group.id],
      serverlessv2ScalingConfiguration: { minCapacity: store.capacity.min, maxCapacity: store.capacity.max },
      storageEncrypted: true,
      kmsKeyId: read(stack, keysOf(place)).data,
      iamDatabaseAuthenticationEnabled: true,
      enabledCloudwatchLogsExports: [...engine.logs],
      backupRetentionPeriod: backupDays(place.deployment.tier),
      preferredBackupWindow: "03:00-04:00",
      preferredMaintenanceWindow: "sun:04:30-sun:05:30",
      copyTagsToSnapshot: true,
      deletionProtection: guarded(place.deployment.tier),
      ...(guarded(place.deployment.tier)
        ? { finalSnapshotIdentifier: `${clusterIdentifier(place, name)}-final` }
        : { skipFinalSnapshot: true }),
      tags: { "dodeca:backup": place.deployment.tier },
      ...this.membership(props),
      lifecycle: {
        preventDestroy: guarded(place.deployment.tier),
        // The writer of a global cluster moves when it fails over, and minor versions move in the maintenance window.
        ignoreChanges: [
          "engine_version",
          ...(isGlobal(place, store) ? ["replication_source_identifier", "global_cluster_identifier"] : []),
        ],
      },
    });
    waives(this.cluster, ...deletionWaivers(place.deployment.tier), {
      check: "CKV2_AWS_8",
      reason: "the product's backup plan selects it by its tag, from a stack of its own",
    });
    if (store.engine === "mysql")
      waives(this.cluster, {
        check: "CKV_AWS_326",
        reason: "a global cluster cannot go back in place: it is restored beside, to any second that its backups hold",
      });
    const instances = this.instances(props, engine.engine);
    this.migrations(props);
    publish(stack, relationalContract(place, name), {
      endpoint: this.cluster.endpoint,
      readerEndpoint: this.cluster.readerEndpoint,
      resourceId: this.cluster.clusterResourceId,
    });
    encodes("data.postgres.hosting", this.cluster, ...instances);
    if (store.readers > 0) encodes(FACTS[store.engine], this.cluster, ...instances);
  }

  /** Who makes the data: a cluster of its own, the first of a global one, or a follower. */
  private membership({ stack, place, name, store }: StoreProps<Relational>): Partial<RdsClusterConfig> {
    const own = {
      databaseName: databaseName(name),
      masterUsername: "dodeca",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: read(stack, keysOf(place)).secrets,
    };
    if (!isGlobal(place, store)) return own;
    const identifier = nameOf({ ...place, global: true }, "aws_rds_global_cluster", name);
    if (place.role !== "primary") return { globalClusterIdentifier: identifier, enableGlobalWriteForwarding: true };
    const engine = ENGINES[store.engine];
    const global = new RdsGlobalCluster(this, "global", {
      globalClusterIdentifier: identifier,
      engine: engine.engine,
      engineVersion: engine.version,
      databaseName: databaseName(name),
      storageEncrypted: true,
      deletionProtection: guarded(place.deployment.tier),
      lifecycle: { preventDestroy: guarded(place.deployment.tier), ignoreChanges: ["engine_version"] },
    });
    return { ...own, globalClusterIdentifier: global.id };
  }

  private instances({ stack, place, name, store }: StoreProps<Relational>, engine: string): RdsClusterInstance[] {
    return Array.from({ length: store.readers + 1 }, (_, index) => {
      const zone = place.zones[index % place.zones.length];
      const instance = new RdsClusterInstance(this, `instance-${index}`, {
        identifier: nameOf(place, "aws_rds_cluster_instance", name, String(index)),
        clusterIdentifier: this.cluster.id,
        engine,
        instanceClass: "db.serverless",
        dbSubnetGroupName: this.cluster.dbSubnetGroupName,
        ...(zone === undefined ? {} : { availabilityZone: zone }),
        promotionTier: index === 0 ? 0 : 1,
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
        copyTagsToSnapshot: true,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: read(stack, keysOf(place)).data,
      });
      waives(instance, {
        check: "CKV_AWS_118",
        reason: "Performance Insights says what waits and for what; metrics of the machine below are paid for as logs",
      });
      return instance;
    });
  }

  /** What the store's migration job may do: log in as the owner of the schema. Followers migrate nothing. */
  private migrations({ stack, place, name, store }: StoreProps<Relational>): void {
    if (isGlobal(place, store) && place.role !== "primary") return;
    new PodRole(this, "migrations", {
      stack,
      place,
      cluster: clusterName(place),
      namespace: namespaceOf(place),
      serviceAccount: `migrate-${name.toLowerCase()}`,
      name: `migrate-${name}`,
      statements: [
        {
          actions: ["rds-db:connect"],
          resources: [stack.arnOf("rds-db", `dbuser:${this.cluster.clusterResourceId}/${MIGRATOR}`)],
        },
      ],
    });
  }
}
