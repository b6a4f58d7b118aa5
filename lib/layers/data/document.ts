import { DocdbCluster } from "@cdktn/provider-aws/lib/docdb-cluster/index.js";
import { DocdbClusterInstance } from "@cdktn/provider-aws/lib/docdb-cluster-instance/index.js";
import { DocdbClusterParameterGroup } from "@cdktn/provider-aws/lib/docdb-cluster-parameter-group/index.js";
import { DocdbSubnetGroup } from "@cdktn/provider-aws/lib/docdb-subnet-group/index.js";
import { Fn } from "cdktn";
import { Construct } from "constructs";
import { nameOf } from "../../model/place.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { publish, read } from "../common/contract.ts";
import { waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";
import { documentContract } from "./contract.ts";
import { backupDays, backupWaivers, guarded } from "./defaults.ts";
import { StoreNetwork, type StoreProps } from "./store-network.ts";

/** A document store: a DocumentDB cluster that speaks MongoDB's protocol over TLS, with a password that RDS keeps and rotates. */
export class DocumentDatabase extends Construct {
  constructor(scope: Construct, id: string, { stack, place, name, store }: StoreProps<StoreOf<"document">>) {
    super(scope, id);
    const key = read(stack, keysOf(place)).data;
    const network = new StoreNetwork(this, "network", { stack, place, store: name, port: 27_017 });
    const subnets = new DocdbSubnetGroup(this, "subnets", {
      name: nameOf(place, "aws_docdb_subnet_group", name),
      description: `Store ${name}`,
      subnetIds: network.subnetIds,
    });
    const parameters = new DocdbClusterParameterGroup(this, "parameters", {
      name: nameOf(place, "aws_docdb_cluster_parameter_group", name),
      description: `Store ${name}: TLS and audit`,
      family: "docdb5.0",
      parameter: [
        { name: "tls", value: "enabled" },
        { name: "audit_logs", value: "enabled" },
      ],
    });
    const identifier = nameOf(place, "aws_docdb_cluster", name);
    const cluster = new DocdbCluster(this, "Resource", {
      clusterIdentifier: identifier,
      engine: "docdb",
      engineVersion: "5.0.0",
      port: 27_017,
      masterUsername: "dodeca",
      manageMasterUserPassword: true,
      dbSubnetGroupName: subnets.name,
      dbClusterParameterGroupName: parameters.name,
      vpcSecurityGroupIds: [network.group.id],
      storageEncrypted: true,
      kmsKeyId: key,
      backupRetentionPeriod: backupDays(place.deployment.tier),
      preferredBackupWindow: "03:00-04:00",
      preferredMaintenanceWindow: "sun:04:30-sun:05:30",
      enabledCloudwatchLogsExports: ["audit", "profiler"],
      deletionProtection: guarded(place.deployment.tier),
      ...(guarded(place.deployment.tier)
        ? { finalSnapshotIdentifier: `${identifier}-final` }
        : { skipFinalSnapshot: true }),
      tags: { "dodeca:backup": place.deployment.tier },
      lifecycle: { preventDestroy: guarded(place.deployment.tier) },
    });
    waives(cluster, ...backupWaivers(place.deployment.tier));
    for (let index = 0; index < store.instances; index += 1) {
      const zone = place.zones[index % place.zones.length];
      new DocdbClusterInstance(this, `instance-${index}`, {
        identifier: nameOf(place, "aws_docdb_cluster_instance", name, String(index)),
        clusterIdentifier: cluster.id,
        instanceClass: store.nodeType,
        ...(zone === undefined ? {} : { availabilityZone: zone }),
        promotionTier: index === 0 ? 0 : 1,
        autoMinorVersionUpgrade: true,
      });
    }
    publish(stack, documentContract(place, name), {
      endpoint: cluster.endpoint,
      readerEndpoint: cluster.readerEndpoint,
      // The name of a secret is the last part of its ARN without the six characters that AWS appends.
      secretName: Fn.replace(Fn.element(Fn.split(":", cluster.masterUserSecret.get(0).secretArn), 6), "/-.{6}$/", ""),
    });
  }
}
