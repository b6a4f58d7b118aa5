import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { MskCluster } from "@cdktn/provider-aws/lib/msk-cluster/index.js";
import { MskConfiguration } from "@cdktn/provider-aws/lib/msk-configuration/index.js";
import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktn/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import { nameOf, ownerOf, type Place } from "../../model/place.ts";
import { publish, read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { brokersOf, kafkaClusterName } from "./contract.ts";

const KAFKA_VERSION = "3.8.x";

/** Broker settings. Catalogue: streaming.kafka-cluster. */
export function brokerSettings(brokers: number): Readonly<Record<string, string>> {
  const replicas = Math.min(3, brokers);
  return {
    "auto.create.topics.enable": "false",
    "compression.type": "zstd",
    "default.replication.factor": String(replicas),
    "delete.topic.enable": "true",
    "log.retention.hours": "168",
    "message.max.bytes": "10485760",
    "min.insync.replicas": String(Math.max(1, replicas - 1)),
    "num.partitions": "24",
    "unclean.leader.election.enable": "false",
  };
}

/** The brokers of a platform in a region: MSK over every zone, IAM authentication only. Billed per broker and hour. */
export class Brokers extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const { brokersPerZone, instanceType, storage } = place.blueprint.layers.streaming.kafka;
    const brokers = brokersPerZone * place.zones.length;
    const { blueprint, environment } = ownerOf(place);
    const configuration = new MskConfiguration(this, "configuration", {
      name: nameOf(place, "aws_msk_configuration"),
      kafkaVersions: [KAFKA_VERSION],
      serverProperties: Object.entries(brokerSettings(brokers))
        .map(([key, value]) => `${key}=${value}`)
        .join("\n"),
    });
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/dodeca/${blueprint}/${environment}/streaming/brokers`,
      retentionInDays: place.blueprint.layers.observability.logRetention,
      kmsKeyId: read(stack, keysOf(place)).logs,
    });
    waives(logs, ...retentionWaivers(place.blueprint.layers.observability.logRetention));
    const cluster = new MskCluster(this, "Resource", {
      clusterName: kafkaClusterName(place),
      kafkaVersion: KAFKA_VERSION,
      numberOfBrokerNodes: brokers,
      brokerNodeGroupInfo: {
        instanceType,
        clientSubnets: read(stack, networkOf(place)).dataSubnetIds,
        securityGroups: [this.network(stack, place).id],
        storageInfo: { ebsStorageInfo: { volumeSize: storage } },
        connectivityInfo: { publicAccess: { type: "DISABLED" } },
      },
      clientAuthentication: { sasl: { iam: true }, unauthenticated: false },
      configurationInfo: { arn: configuration.arn, revision: configuration.latestRevision },
      encryptionInfo: {
        encryptionAtRestKmsKeyArn: read(stack, keysOf(place)).data,
        encryptionInTransit: { clientBroker: "TLS", inCluster: true },
      },
      enhancedMonitoring: "PER_TOPIC_PER_BROKER",
      openMonitoring: {
        prometheus: { jmxExporter: { enabledInBroker: true }, nodeExporter: { enabledInBroker: true } },
      },
      loggingInfo: { brokerLogs: { cloudwatchLogs: { enabled: true, logGroup: logs.name } } },
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    publish(stack, brokersOf(place), { bootstrap: cluster.bootstrapBrokersSaslIam, clusterArn: cluster.arn });
    if (brokersPerZone === 3 && place.zones.length === 3) encodes("streaming.kafka-cluster.brokers", cluster);
    encodes("streaming.kafka-cluster.partitions", configuration);
    encodes("streaming.kafka-cluster.compression", configuration);
  }

  private network(stack: Stack, place: Place): SecurityGroup {
    const name = nameOf(place, "aws_security_group", "brokers");
    const group = new SecurityGroup(this, "security-group", {
      name,
      description: "Brokers of the platform",
      vpcId: read(stack, networkOf(place)).vpcId,
      tags: { Name: name },
    });
    const nodes = read(stack, clusterOf(place)).securityGroupId;
    for (const [purpose, port] of [
      ["clients", 9098],
      ["jmx-metrics", 11_001],
      ["node-metrics", 11_002],
    ] as const) {
      new VpcSecurityGroupIngressRule(this, purpose, {
        securityGroupId: group.id,
        description: `Pods of the cluster: ${purpose}`,
        referencedSecurityGroupId: nodes,
        fromPort: port,
        toPort: port,
        ipProtocol: "tcp",
      });
    }
    new VpcSecurityGroupIngressRule(this, "between-brokers", {
      securityGroupId: group.id,
      description: "Brokers among themselves",
      referencedSecurityGroupId: group.id,
      ipProtocol: "-1",
    });
    new VpcSecurityGroupEgressRule(this, "to-brokers", {
      securityGroupId: group.id,
      description: "Brokers among themselves",
      referencedSecurityGroupId: group.id,
      ipProtocol: "-1",
    });
    return group;
  }
}
