import { text } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";

/**
 * Attributes that cannot be changed in place, by type of what holds data: changing one destroys the thing and makes an
 * empty one. Source: `Forces new resource` in the provider's documentation; `updates are forbidden` in Kubernetes'.
 */
export const STATEFUL: Readonly<Record<string, readonly string[]>> = {
  aws_backup_vault: ["name", "kms_key_arn"],
  aws_cloudwatch_log_group: ["name"],
  aws_customerprofiles_domain: ["domain_name"],
  aws_docdb_cluster: [
    "cluster_identifier",
    "storage_encrypted",
    "kms_key_id",
    "db_subnet_group_name",
    "master_username",
    "engine",
  ],
  aws_dynamodb_table: ["name", "hash_key", "range_key", "local_secondary_index"],
  aws_ecr_repository: ["name", "encryption_configuration"],
  aws_efs_file_system: ["encrypted", "kms_key_id", "performance_mode", "availability_zone_name", "creation_token"],
  aws_elasticache_replication_group: [
    "replication_group_id",
    "at_rest_encryption_enabled",
    "kms_key_id",
    "subnet_group_name",
  ],
  aws_keyspaces_keyspace: ["name"],
  aws_keyspaces_table: ["keyspace_name", "table_name", "schema_definition"],
  aws_kinesis_stream: ["name"],
  aws_kms_key: ["customer_master_key_spec", "key_usage", "multi_region"],
  aws_mq_broker: [
    "broker_name",
    "deployment_mode",
    "encryption_options",
    "engine_type",
    "publicly_accessible",
    "subnet_ids",
  ],
  aws_msk_cluster: [
    "cluster_name",
    "broker_node_group_info.client_subnets",
    "encryption_info.encryption_at_rest_kms_key_arn",
  ],
  aws_neptune_cluster: [
    "cluster_identifier",
    "storage_encrypted",
    "kms_key_arn",
    "neptune_subnet_group_name",
    "engine",
  ],
  aws_neptune_global_cluster: ["global_cluster_identifier", "storage_encrypted", "engine"],
  aws_opensearch_domain: ["domain_name", "encrypt_at_rest.kms_key_id"],
  aws_rds_cluster: [
    "cluster_identifier",
    "storage_encrypted",
    "kms_key_id",
    "db_subnet_group_name",
    "master_username",
    "engine",
    "database_name",
  ],
  aws_rds_global_cluster: ["global_cluster_identifier", "storage_encrypted", "engine"],
  aws_s3_bucket: ["bucket"],
  aws_secretsmanager_secret: ["name"],
  aws_sqs_queue: ["name", "fifo_queue"],
  aws_timestreaminfluxdb_db_instance: [
    "name",
    "db_storage_type",
    "bucket",
    "organization",
    "username",
    "vpc_subnet_ids",
    "vpc_security_group_ids",
    "publicly_accessible",
    "network_type",
  ],
  aws_db_instance: [
    "identifier",
    "storage_encrypted",
    "kms_key_id",
    "username",
    "engine",
    "db_name",
    "availability_zone",
    "character_set_name",
  ],
  CustomResourceDefinition: ["spec.group", "spec.scope", "spec.names.kind", "spec.names.plural"],
  Namespace: [],
  PersistentVolume: ["spec.csi", "spec.nfs", "spec.awsElasticBlockStore", "spec.volumeMode", "spec.nodeAffinity"],
  PersistentVolumeClaim: ["spec.accessModes", "spec.storageClassName", "spec.volumeName"],
  StatefulSet: ["spec.serviceName", "spec.volumeClaimTemplates"],
};

/** Whether what a node is holds data that is gone when it is destroyed. */
export const isStateful = ({ kind, type }: Node): boolean =>
  (kind === "resource" || kind === "object") && Object.hasOwn(STATEFUL, type);

/** What people call a resource: its physical name where it is written, its address otherwise. */
export function titleOf({ type, address, body }: Node): string {
  const name = ["name", "bucket", "cluster_identifier", "replication_group_id", "domain_name"]
    .flatMap((key) => text(body[key]) ?? [])
    .find((one) => !one.includes("${"));
  return name === undefined || address.startsWith(`${type} `) ? address : `${type} ${name}`;
}
