import type { Change } from "../../estate/diff.ts";
import { texts } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import type { Evidence } from "../evidence.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { dropped, raised, type Setting, shown, turnedOff, valueAt, valuesAt, worseIn, worsened } from "../settings.ts";
import { hasReferred } from "../whole.ts";
import { titleOf } from "./stateful.ts";

/** Data is no longer encrypted, at rest or under way, or with less than before. */
export const encryptionWeakened: Rule = {
  id: "encryption-weakened",
  severity: "medium",
  consequence: "Whoever gets at the disk, the backup or the wire can read what could not be read until now.",
  undo: "Put the setting back. What was written or sent meanwhile has to be written again, and secrets in it replaced.",
  judge: (evidence) =>
    evidence.changes.flatMap((change) => [
      ...worsened(change, SETTINGS),
      ...managedQueue(change),
      ...clientsWithoutTls(change),
      ...oldProtocols(change),
      ...encryptionGone(change, evidence),
    ]),
};

const off = (path: string): Setting => ({ path, isWorse: turnedOff, severity: "high" });
const noKey = (path: string): Setting => ({ path, isWorse: dropped });
const order = (path: string, ...values: readonly unknown[]): Setting => ({ path, isWorse: worseIn(...values) });
const plain = (path: string, ...values: readonly unknown[]): Setting => ({
  ...order(path, ...values),
  severity: "high",
});

/** Policies of TLS by the lowest version that they let in: those that say `1.3`, `1.2`, or neither. */
const versionOf = (policy: unknown): number => {
  const found = [...String(policy).matchAll(/(?<!\d)1[._-]([0-3])(?!\d)/g)].map(([, minor]) => Number(minor));
  return found.length === 0 ? 0 : Math.min(...found);
};
const tls = (path: string): Setting => ({
  path,
  isWorse: (before, after) =>
    before !== undefined &&
    (versionOf(after) < versionOf(before) ||
      (versionOf(after) === versionOf(before) && yearOf(after) < yearOf(before))),
});
const yearOf = (policy: unknown): number => Number(/20\d\d/.exec(String(policy))?.[0] ?? 0);

const PROTOCOLS = ["https-only", "redirect-to-https", "match-viewer", "allow-all", "http-only"];
const DATABASE = [off("storage_encrypted"), noKey("kms_key_id")];

const SETTINGS: Readonly<Record<string, readonly Setting[]>> = {
  aws_backup_vault: [noKey("kms_key_arn")],
  aws_cloudfront_distribution: [
    tls("viewer_certificate.minimum_protocol_version"),
    order("default_cache_behavior.viewer_protocol_policy", ...PROTOCOLS),
    order("ordered_cache_behavior.*.viewer_protocol_policy", ...PROTOCOLS),
    order("origin.*.custom_origin_config.origin_protocol_policy", ...PROTOCOLS),
  ],
  aws_cloudfront_response_headers_policy: [
    {
      path: "security_headers_config.strict_transport_security.access_control_max_age_sec",
      isWorse: (before, after) => Number(after ?? 0) < Number(before ?? 0),
      severity: "low",
    },
  ],
  aws_cloudtrail: [noKey("kms_key_id")],
  aws_cloudwatch_log_group: [noKey("kms_key_id")],
  aws_db_instance: DATABASE,
  aws_docdb_cluster: DATABASE,
  aws_dynamodb_table: [off("server_side_encryption.enabled"), noKey("server_side_encryption.kms_key_arn")],
  aws_ebs_encryption_by_default: [off("enabled")],
  aws_ebs_volume: [off("encrypted"), noKey("kms_key_id")],
  aws_ecr_repository: [order("encryption_configuration.encryption_type", "KMS_DSSE", "KMS", "AES256", undefined)],
  aws_efs_file_system: [off("encrypted"), noKey("kms_key_id")],
  aws_eks_cluster: [noKey("encryption_config.provider.key_arn")],
  aws_elasticache_cluster: [off("transit_encryption_enabled")],
  aws_elasticache_replication_group: [
    off("at_rest_encryption_enabled"),
    off("transit_encryption_enabled"),
    plain("transit_encryption_mode", "required", "preferred"),
    noKey("kms_key_id"),
  ],
  aws_keyspaces_table: [
    order("encryption_specification.type", "CUSTOMER_MANAGED_KMS_KEY", "AWS_OWNED_KMS_KEY", undefined),
  ],
  aws_kinesis_firehose_delivery_stream: [
    off("server_side_encryption.enabled"),
    noKey("extended_s3_configuration.kms_key_arn"),
  ],
  aws_kinesis_stream: [plain("encryption_type", "KMS", "NONE", undefined), noKey("kms_key_id")],
  aws_kms_key: [
    { path: "enable_key_rotation", isWorse: turnedOff },
    { path: "rotation_period_in_days", unset: 365, isWorse: raised, severity: "low" },
    { path: "is_enabled", unset: true, isWorse: turnedOff, severity: "high" },
  ],
  aws_lb_listener: [tls("ssl_policy"), plain("protocol", "HTTPS", "HTTP"), plain("protocol", "TLS", "TCP")],
  aws_msk_cluster: [
    plain("encryption_info.encryption_in_transit.client_broker", "TLS", "TLS_PLAINTEXT", "PLAINTEXT"),
    { ...off("encryption_info.encryption_in_transit.in_cluster"), unset: true },
    noKey("encryption_info.encryption_at_rest_kms_key_arn"),
  ],
  aws_neptune_cluster: [off("storage_encrypted"), noKey("kms_key_arn")],
  aws_neptune_global_cluster: [off("storage_encrypted")],
  aws_opensearch_domain: [
    off("encrypt_at_rest.enabled"),
    off("node_to_node_encryption.enabled"),
    off("domain_endpoint_options.enforce_https"),
    tls("domain_endpoint_options.tls_security_policy"),
    noKey("encrypt_at_rest.kms_key_id"),
  ],
  aws_rds_cluster: DATABASE,
  aws_rds_cluster_instance: [noKey("performance_insights_kms_key_id")],
  aws_rds_global_cluster: [off("storage_encrypted")],
  aws_s3_bucket_server_side_encryption_configuration: [
    order("rule.apply_server_side_encryption_by_default.sse_algorithm", "aws:kms:dsse", "aws:kms", "AES256", undefined),
    noKey("rule.apply_server_side_encryption_by_default.kms_master_key_id"),
  ],
  aws_secretsmanager_secret: [noKey("kms_key_id")],
  aws_sns_topic: [noKey("kms_master_key_id")],
  aws_ssm_parameter: [plain("type", "SecureString", "String")],
  DestinationRule: [plain("spec.trafficPolicy.tls.mode", "ISTIO_MUTUAL", "MUTUAL", "SIMPLE", "DISABLE", undefined)],
  EC2NodeClass: [
    off("spec.blockDeviceMappings.*.ebs.encrypted"),
    // Credentials of a node are readable through any service that fetches what it is told to.
    order("spec.metadataOptions.httpTokens", "required", "optional"),
  ],
  Gateway: [
    plain("spec.listeners.*.protocol", "HTTPS", "HTTP"),
    plain("spec.listeners.*.protocol", "TLS", "TCP"),
    plain("spec.servers.*.tls.mode", "MUTUAL", "SIMPLE", undefined),
  ],
  StorageClass: [off("parameters.encrypted"), noKey("parameters.kmsKeyId")],
};

/** Parameters of databases that say whether clients have to use TLS, with the values that require it. */
const TLS_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  "rds.force_ssl": ["1"],
  require_secure_transport: ["ON", "1"],
  tls: ["enabled", "tls1.2+", "tls1.3+", "fips-140-3"],
};

/** A database that does not require TLS of its clients any more. */
const clientsWithoutTls = (change: Change): Suspicion[] =>
  Object.entries(TLS_PARAMETERS).flatMap(([name, requiring]): Suspicion[] => {
    const { node, before, kind } = change;
    const path = `parameter[${name}].value`;
    const valueIn = (of: Node): string | undefined => {
      const value = valuesAt(of, "parameter.*.value").get(path);
      return value === undefined && valueAt(of, "parameter.name") === name
        ? String(valueAt(of, "parameter.value"))
        : value === undefined
          ? undefined
          : String(value);
    };
    if (before === undefined || kind === "removed") return [];
    const [was, is] = [valueIn(before), valueIn(node)];
    return was !== undefined && requiring.includes(was) && (is === undefined || !requiring.includes(is))
      ? [{ change, severity: "high", what: `${titleOf(node)} has ${name} changed from ${shown(was)} to ${shown(is)}` }]
      : [];
  });

/** A queue is encrypted by a key of its own, by one of the service, or not at all. */
function managedQueue(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "aws_sqs_queue" || before === undefined || kind === "removed") return [];
  const LEVELS = ["not at all", "with the service's key", "with its own key"];
  const levelOf = ({ body }: Node): number => {
    if (body["kms_master_key_id"] !== undefined) return 2;
    return body["sqs_managed_sse_enabled"] === false ? 0 : 1;
  };
  const [was, is] = [levelOf(before), levelOf(node)];
  return is < was
    ? [
        {
          change,
          severity: is === 0 ? "high" : "medium",
          what: `${titleOf(node)} is encrypted ${LEVELS[is]}; before ${LEVELS[was]}`,
        },
      ]
    : [];
}

/** Origins that are spoken to in versions of TLS that are older than those before. */
function oldProtocols(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "aws_cloudfront_distribution" || before === undefined || kind === "removed") return [];
  const path = "origin.*.custom_origin_config.origin_ssl_protocols";
  const was = valuesAt(before, path);
  return [...valuesAt(node, path)].flatMap(([at, protocols]): Suspicion[] => {
    const old = was.get(at);
    if (old === undefined) return [];
    const lowest = (of: unknown): number =>
      Math.min(...texts(of).map((one) => (one === "SSLv3" ? -1 : versionOf(one))));
    return lowest(protocols) < lowest(old)
      ? [{ change, what: `${titleOf(node)} has ${at} changed from ${shown(old)} to ${shown(protocols)}` }]
      : [];
  });
}

/** Encryption that is a resource of its own and is gone, while what it was for is still there. */
function encryptionGone(change: Change, { after }: Evidence): Suspicion[] {
  const { node, kind } = change;
  if (kind !== "removed") return [];
  if (
    node.type === "aws_s3_bucket_server_side_encryption_configuration" &&
    hasReferred(after, node, node.body["bucket"])
  )
    return [
      { change, what: `${node.address} is gone: the bucket is encrypted with the service's key, whatever it was` },
    ];
  if (node.type === "aws_ebs_encryption_by_default" && hasReferred(after, node, ""))
    return [{ change, severity: "high", what: `${node.address} is gone: new volumes are not encrypted by default` }];
  return [];
}
