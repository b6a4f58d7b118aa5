import type { Graph } from "../estate/graph.ts";
import { at, list, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { errorAt, type Finding } from "./finding.ts";

type Holds = (node: Node) => boolean;

/** The value below keys, through blocks that Terraform writes as lists. */
const inside = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((found: unknown, key) => at(list(found)[0], key), value);
const set =
  (...keys: readonly string[]): Holds =>
  ({ body }) =>
    text(inside(body, ...keys)) !== undefined;
const is =
  (wanted: unknown, ...keys: readonly string[]): Holds =>
  ({ body }) =>
    String(inside(body, ...keys)) === String(wanted);
const all =
  (...holds: readonly Holds[]): Holds =>
  (node) =>
    holds.every((one) => one(node));

/** What keeps data at rest, and what each has to say so that it is encrypted with a key of KMS. */
const STORES: Readonly<Record<string, Holds>> = {
  aws_rds_cluster: all(is(true, "storage_encrypted"), set("kms_key_id")),
  aws_docdb_cluster: all(is(true, "storage_encrypted"), set("kms_key_id")),
  aws_neptune_cluster: all(is(true, "storage_encrypted"), set("kms_key_arn")),
  // A global table uses AWS's own keys, which every region has.
  aws_dynamodb_table: all(
    is(true, "server_side_encryption", "enabled"),
    (node) => set("server_side_encryption", "kms_key_arn")(node) || node.body["replica"] !== undefined,
  ),
  aws_elasticache_replication_group: all(is(true, "at_rest_encryption_enabled"), set("kms_key_id")),
  aws_opensearch_domain: all(is(true, "encrypt_at_rest", "enabled"), set("encrypt_at_rest", "kms_key_id")),
  aws_keyspaces_table: set("encryption_specification", "kms_key_identifier"),
  aws_mq_broker: all(is(false, "encryption_options", "use_aws_owned_key"), set("encryption_options", "kms_key_id")),
  aws_customerprofiles_domain: set("default_encryption_key"),
  aws_msk_cluster: set("encryption_info", "encryption_at_rest_kms_key_arn"),
  aws_kinesis_stream: set("kms_key_id"),
  // Services of AWS send to some, and may use no key of a customer.
  aws_sqs_queue: (node) => set("kms_master_key_id")(node) || is(true, "sqs_managed_sse_enabled")(node),
  aws_secretsmanager_secret: set("kms_key_id"),
  aws_backup_vault: set("kms_key_arn"),
};

/** What takes connections, and what each has to say so that none is older than TLS 1.2 or in plain text. */
const LISTENERS: Readonly<Record<string, Holds>> = {
  aws_cloudfront_distribution: ({ body }) =>
    /^TLSv1\.[23]_/.test(text(inside(body, "viewer_certificate", "minimum_protocol_version")) ?? ""),
  aws_opensearch_domain: ({ body }) =>
    inside(body, "domain_endpoint_options", "enforce_https") === true &&
    /^Policy-Min-TLS-1-2/.test(text(inside(body, "domain_endpoint_options", "tls_security_policy")) ?? ""),
  aws_elasticache_cluster: is(true, "transit_encryption_enabled"),
  aws_elasticache_replication_group: is(true, "transit_encryption_enabled"),
  aws_msk_cluster: is("TLS", "encryption_info", "encryption_in_transit", "client_broker"),
  // Passed through as it is: what is behind it takes TLS.
  aws_lb_listener: ({ body }) =>
    body["protocol"] === "TCP" || /TLS13|TLS-1-2/.test(text(body["ssl_policy"]) ?? "") || body["protocol"] === "UDP",
  aws_api_gateway_domain_name: is("TLS_1_2", "security_policy"),
};

/** Nothing that holds data is without a key, and nothing listens below TLS 1.2. Catalogue: foundation.security.encryption. */
export const encryption = (graph: Graph): Finding[] => [
  ...lacking(graph, STORES, "not-encrypted", "no key encrypts what it holds"),
  ...lacking(graph, LISTENERS, "old-tls", "it takes connections in plain text or below TLS 1.2"),
  ...buckets(graph),
  ...topics(graph),
];

/** A topic that fills queues keeps what is published until all of them have it. */
function topics(graph: Graph): Finding[] {
  const filling = new Set(
    graph
      .ofType("resource", "aws_sns_topic_subscription")
      .filter(is("sqs", "protocol"))
      .flatMap((node) => graph.targetsOf(node.id, "reference", "aws_sns_topic").map(({ id }) => id)),
  );
  return graph
    .ofType("resource", "aws_sns_topic")
    .flatMap((topic) =>
      filling.has(topic.id) && !set("kms_master_key_id")(topic)
        ? [errorAt(topic, "not-encrypted", "no key encrypts what it holds")]
        : [],
    );
}

const lacking = (graph: Graph, table: Readonly<Record<string, Holds>>, code: string, summary: string): Finding[] =>
  Object.entries(table).flatMap(([type, holds]) =>
    graph.ofType("resource", type).flatMap((node) => (holds(node) ? [] : [errorAt(node, code, summary)])),
  );

/** A bucket says how it encrypts and that it takes TLS only in resources of their own, which name it. */
function buckets(graph: Graph): Finding[] {
  const naming = (type: string, holds: Holds): ReadonlySet<string> =>
    new Set(
      graph
        .ofType("resource", type)
        .filter(holds)
        .flatMap((node) => graph.targetsOf(node.id, "reference", "aws_s3_bucket").map(({ id }) => id)),
    );
  const encrypted = naming("aws_s3_bucket_server_side_encryption_configuration", ({ body }) =>
    ["aws:kms", "AES256"].includes(
      text(inside(body, "rule", "apply_server_side_encryption_by_default", "sse_algorithm")) ?? "",
    ),
  );
  const closed = naming(
    "aws_s3_bucket_policy",
    ({ body }) => text(body["policy"])?.includes("aws:SecureTransport") === true,
  );
  return graph
    .ofType("resource", "aws_s3_bucket")
    .flatMap((bucket): Finding[] => [
      ...(encrypted.has(bucket.id)
        ? []
        : [errorAt(bucket, "not-encrypted", "nothing says how it encrypts what it holds")]),
      ...(closed.has(bucket.id) ? [] : [errorAt(bucket, "old-tls", "its policy does not refuse requests without TLS")]),
    ]);
}
