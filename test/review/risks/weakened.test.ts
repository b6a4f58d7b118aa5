import type { JsonObject } from "../../../lib/model/merge.ts";
import type { Rule } from "../../../lib/review/risk.ts";
import { encryptionWeakened } from "../../../lib/review/risks/encryption-weakened.ts";
import { protectionWeakened } from "../../../lib/review/risks/protection-weakened.ts";
import { retentionShortened } from "../../../lib/review/risks/retention-shortened.ts";
import { application, type Given, kube, type Resources, said, stack } from "../support.ts";

/** One resource beside another that stays. */
const one = (type: string, body: JsonObject): Resources => ({
  aws_iam_role: { other: { name: "other-role" } },
  [type]: { it: body },
});
const none: Resources = { aws_iam_role: { other: { name: "other-role" } } };
type Case = [string, string, JsonObject, JsonObject, string[]];

function expectSaid(rule: Rule, type: string, before: JsonObject, after: JsonObject, expected: string[]): void {
  const given = (body: JsonObject): Given =>
    type.startsWith("aws_") ? stack(one(type, body)) : application([kube(type, "it", body)]);
  expect(said(rule, given(before), given(after))).toEqual(expected);
}

describe("encryption is weaker", () => {
  const parameters = (value: string): JsonObject => ({
    parameter: [
      { name: "rds.force_ssl", value },
      { name: "log_statement", value: "all" },
    ],
  });
  const cases: Case[] = [
    [
      "where it is off",
      "aws_rds_cluster",
      { cluster_identifier: "a-b", storage_encrypted: true },
      { cluster_identifier: "a-b", storage_encrypted: false },
      ["high: aws_rds_cluster a-b has storage_encrypted changed from true to false"],
    ],
    ["not where it is on", "aws_rds_cluster", { storage_encrypted: false }, { storage_encrypted: true }, []],
    [
      "not where a value is written in another way",
      "aws_elasticache_replication_group",
      { at_rest_encryption_enabled: "true" },
      { at_rest_encryption_enabled: true },
      [],
    ],
    [
      "without a key",
      "aws_sns_topic",
      { name: "t-a", kms_master_key_id: "k" },
      { name: "t-a" },
      ['medium: aws_sns_topic t-a has kms_master_key_id changed from "k" to nothing'],
    ],
    ["not with another key", "aws_sns_topic", { kms_master_key_id: "k" }, { kms_master_key_id: "l" }, []],
    [
      "in a queue",
      "aws_sqs_queue",
      { name: "q-a", kms_master_key_id: "k" },
      { name: "q-a", sqs_managed_sse_enabled: false },
      ["high: aws_sqs_queue q-a is encrypted not at all; before with its own key"],
    ],
    [
      "in a queue with the service's key",
      "aws_sqs_queue",
      { name: "q-a", kms_master_key_id: "k" },
      { name: "q-a" },
      ["medium: aws_sqs_queue q-a is encrypted with the service's key; before with its own key"],
    ],
    [
      "with an older TLS",
      "aws_cloudfront_distribution",
      { viewer_certificate: { minimum_protocol_version: "TLSv1.2_2021" } },
      { viewer_certificate: { minimum_protocol_version: "TLSv1_2016" } },
      [
        'medium: aws_cloudfront_distribution.it has viewer_certificate.minimum_protocol_version changed from "TLSv1.2_2021" to "TLSv1_2016"',
      ],
    ],
    [
      "not with a newer TLS",
      "aws_lb_listener",
      { ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
      { ssl_policy: "ELBSecurityPolicy-TLS13-1-3-2021-06" },
      [],
    ],
    [
      "to an origin",
      "aws_cloudfront_distribution",
      {
        origin: [
          {
            origin_id: "gateway",
            custom_origin_config: { origin_protocol_policy: "https-only", origin_ssl_protocols: ["TLSv1.2"] },
          },
        ],
      },
      {
        origin: [
          {
            origin_id: "gateway",
            custom_origin_config: {
              origin_protocol_policy: "match-viewer",
              origin_ssl_protocols: ["TLSv1", "TLSv1.2"],
            },
          },
        ],
      },
      [
        'medium: aws_cloudfront_distribution.it has origin[gateway].custom_origin_config.origin_protocol_policy changed from "https-only" to "match-viewer"',
        'medium: aws_cloudfront_distribution.it has origin[gateway].custom_origin_config.origin_ssl_protocols changed from ["TLSv1.2"] to ["TLSv1","TLSv1.2"]',
      ],
    ],
    [
      "under way between brokers and clients",
      "aws_msk_cluster",
      { encryption_info: { encryption_in_transit: { client_broker: "TLS" } } },
      { encryption_info: { encryption_in_transit: { client_broker: "TLS_PLAINTEXT" } } },
      [expect.stringMatching(/^high: .* from "TLS" to "TLS_PLAINTEXT"$/)],
    ],
    [
      "for clients of a database",
      "aws_rds_cluster_parameter_group",
      parameters("1"),
      parameters("0"),
      ['high: aws_rds_cluster_parameter_group.it has rds.force_ssl changed from "1" to "0"'],
    ],
    [
      "for clients of a database that says nothing",
      "aws_rds_cluster_parameter_group",
      { parameter: [{ name: "rds.force_ssl", value: "1" }] },
      { parameter: [{ name: "log_statement", value: "all" }] },
      [expect.stringContaining('rds.force_ssl changed from "1" to nothing')],
    ],
    [
      "without rotation",
      "aws_kms_key",
      { enable_key_rotation: true },
      { enable_key_rotation: false },
      ["medium: aws_kms_key.it has enable_key_rotation changed from true to false"],
    ],
    [
      "in a bucket",
      "aws_s3_bucket_server_side_encryption_configuration",
      { rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: "k" } }] },
      { rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }] },
      [
        expect.stringContaining('from "aws:kms" to "AES256"'),
        expect.stringContaining('kms_master_key_id changed from "k" to nothing'),
      ],
    ],
    [
      "in the mesh",
      "DestinationRule",
      { spec: { host: "a", trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } } },
      { spec: { host: "a", trafficPolicy: { tls: { mode: "DISABLE" } } } },
      [expect.stringMatching(/^high: DestinationRule shop\/it has spec.trafficPolicy.tls.mode changed/)],
    ],
    [
      "on nodes",
      "EC2NodeClass",
      {
        spec: {
          metadataOptions: { httpTokens: "required" },
          blockDeviceMappings: [
            { deviceName: "/dev/a", ebs: { encrypted: true } },
            { deviceName: "/dev/b", ebs: { encrypted: true } },
          ],
        },
      },
      {
        spec: {
          metadataOptions: { httpTokens: "optional" },
          blockDeviceMappings: [
            { deviceName: "/dev/a", ebs: { encrypted: true } },
            { deviceName: "/dev/b", ebs: { encrypted: false } },
          ],
        },
      },
      [
        "high: EC2NodeClass shop/it has spec.blockDeviceMappings[/dev/b].ebs.encrypted changed from true to false",
        expect.stringContaining("httpTokens"),
      ],
    ],
  ];
  test.each(cases)("%s", (_, type, before, after, expected) => {
    expectSaid(encryptionWeakened, type, before, after, expected);
  });

  test("where it is gone from a bucket that stays", () => {
    const bucket = { aws_s3_bucket: { b: { bucket: "b" } } };
    const encrypted = {
      aws_s3_bucket_server_side_encryption_configuration: { b: { bucket: "${aws_s3_bucket.b.id}" } },
    };
    expect(said(encryptionWeakened, stack({ ...bucket, ...encrypted }), stack(bucket))).toHaveLength(1);
    expect(said(encryptionWeakened, stack({ ...none, ...bucket, ...encrypted }), stack(none))).toEqual([]);
  });
});

describe("protection is weaker", () => {
  const cases: Case[] = [
    [
      "where anybody may destroy it",
      "aws_rds_cluster",
      { cluster_identifier: "a-b", deletion_protection: true },
      { cluster_identifier: "a-b", deletion_protection: false },
      ["high: aws_rds_cluster a-b has deletion_protection changed from true to false"],
    ],
    [
      "where Terraform may destroy it",
      "aws_kms_key",
      { lifecycle: { prevent_destroy: true } },
      { lifecycle: { prevent_destroy: false } },
      ["high: aws_kms_key.it has lifecycle.prevent_destroy changed from true to false"],
    ],
    [
      "not where Terraform may not any more",
      "aws_kms_key",
      { lifecycle: { prevent_destroy: false } },
      { lifecycle: { prevent_destroy: true } },
      [],
    ],
    [
      "without a last snapshot",
      "aws_rds_cluster",
      { skip_final_snapshot: false },
      { skip_final_snapshot: true },
      [expect.stringContaining("skip_final_snapshot changed from false to true")],
    ],
    [
      "with fewer days of backups",
      "aws_rds_cluster",
      { backup_retention_period: 35 },
      { backup_retention_period: 7 },
      ["high: aws_rds_cluster.it has backup_retention_period changed from 35 to 7"],
    ],
    [
      "not with more days of backups",
      "aws_rds_cluster",
      { backup_retention_period: 7 },
      { backup_retention_period: 35 },
      [],
    ],
    [
      "without snapshots",
      "aws_elasticache_replication_group",
      { snapshot_retention_limit: 7 },
      { node_type: "x" },
      [expect.stringContaining("snapshot_retention_limit changed from 7 to 0")],
    ],
    [
      "without recovery to a point in time",
      "aws_dynamodb_table",
      { name: "a-b", point_in_time_recovery: { enabled: true } },
      { name: "a-b", point_in_time_recovery: [{ enabled: false }] },
      ["high: aws_dynamodb_table a-b has point_in_time_recovery.enabled changed from true to false"],
    ],
    [
      "without versions",
      "aws_s3_bucket_versioning",
      { versioning_configuration: { status: "Enabled" } },
      { versioning_configuration: { status: "Suspended" } },
      [expect.stringContaining('from "Enabled" to "Suspended"')],
    ],
    [
      "where a backup plan does not find it",
      "aws_rds_cluster",
      { tags: { "dodeca:backup": "prod", a: "b" } },
      { tags: { a: "b" } },
      [expect.stringContaining('tags.dodeca:backup changed from "prod" to nothing')],
    ],
    [
      "with a rule of a backup plan fewer",
      "aws_backup_plan",
      {
        name: "p-a",
        rule: [
          { rule_name: "daily", schedule: "cron(0 5 * * ? *)" },
          { rule_name: "weekly", schedule: "cron(0 6 ? * SUN *)" },
        ],
      },
      { name: "p-a", rule: [{ rule_name: "daily", schedule: "cron(0 5 * * ? *)" }] },
      ['high: aws_backup_plan p-a has no rule weekly any more: it ran "cron(0 6 ? * SUN *)"'],
    ],
    [
      "where it is backed up less often",
      "aws_backup_plan",
      { rule: [{ rule_name: "daily", schedule: "cron(0 5 * * ? *)" }] },
      { rule: [{ rule_name: "daily", schedule: "cron(0 5 ? * SUN *)" }] },
      [expect.stringContaining('run "cron(0 5 ? * SUN *)" and no longer "cron(0 5 * * ? *)"')],
    ],
    [
      "not where it is backed up at another time",
      "aws_backup_plan",
      { rule: [{ rule_name: "daily", schedule: "cron(0 5 * * ? *)" }] },
      { rule: [{ rule_name: "daily", schedule: "cron(0 3 * * ? *)" }] },
      [],
    ],
    [
      "where tags of images move",
      "aws_ecr_repository",
      { image_tag_mutability: "IMMUTABLE" },
      { image_tag_mutability: "MUTABLE" },
      [expect.stringMatching(/^medium/)],
    ],
    [
      "where volumes go with their claims",
      "StorageClass",
      { reclaimPolicy: "Retain" },
      { reclaimPolicy: "Delete" },
      [expect.stringContaining('reclaimPolicy changed from "Retain" to "Delete"')],
    ],
  ];
  test.each(cases)("%s", (_, type, before, after, expected) => {
    expectSaid(protectionWeakened, type, before, after, expected);
  });

  test("where Argo CD deletes without asking", () => {
    const namespace = (options?: string): Given =>
      application([
        {
          apiVersion: "v1",
          kind: "Namespace",
          metadata: {
            name: "shop",
            annotations: options === undefined ? {} : { "argocd.argoproj.io/sync-options": options },
          },
        },
      ]);
    expect(said(protectionWeakened, namespace("Prune=confirm,Delete=confirm"), namespace("Prune=confirm"))).toEqual([
      "high: Namespace shop is deleted without asking: it had Delete=confirm and has Prune=confirm",
    ]);
    expect(said(protectionWeakened, namespace("Prune=confirm"), namespace("Prune=false,ServerSideApply=true"))).toEqual(
      [],
    );
  });

  test("where a backup is gone, and not where it goes with what it backed up", () => {
    const backups = {
      aws_backup_plan: { p: { name: "p-a" } },
      aws_backup_selection: { s: { name: "s", plan_id: "${aws_backup_plan.p.id}" } },
    };
    expect(said(protectionWeakened, stack({ ...none, ...backups }), stack(none))).toEqual([
      "high: aws_backup_plan p-a is gone: nothing is backed up by it any more",
    ]);
    expect(said(protectionWeakened, stack(backups), { stacks: {} })).toEqual([]);
  });
});

describe("something is kept for a shorter time", () => {
  const bucket = (...rules: JsonObject[]): JsonObject => ({ rule: rules });
  const topics = (line: string): JsonObject => ({ data: { topics: `audit|8|cleanup.policy=compact\n${line}\n` } });
  const chart = (retention: string): JsonObject => ({
    spec: { source: { helm: { valuesObject: { prometheus: { prometheusSpec: { retention } } } } } },
  });
  const cases: Case[] = [
    [
      "logs",
      "aws_cloudwatch_log_group",
      { name: "a-b", retention_in_days: 30 },
      { name: "a-b", retention_in_days: 7 },
      ["medium: aws_cloudwatch_log_group a-b is kept for 7 days; before for 30 days"],
    ],
    [
      "logs that were kept for ever",
      "aws_cloudwatch_log_group",
      { name: "a-b" },
      { name: "a-b", retention_in_days: 7 },
      ["medium: aws_cloudwatch_log_group a-b is kept for 7 days; before for ever"],
    ],
    [
      "not logs that are kept for ever",
      "aws_cloudwatch_log_group",
      { retention_in_days: 7 },
      { retention_in_days: 0 },
      [],
    ],
    [
      "a stream by its default",
      "aws_kinesis_stream",
      { name: "a-b", retention_period: 168 },
      { name: "a-b" },
      ["medium: aws_kinesis_stream a-b is kept for 1 day; before for 7 days"],
    ],
    [
      "a queue",
      "aws_sqs_queue",
      { name: "a-b" },
      { name: "a-b", message_retention_seconds: 3600 },
      ["medium: aws_sqs_queue a-b is kept for 1 hour; before for 4 days"],
    ],
    [
      "a backup",
      "aws_backup_plan",
      { name: "a-b", rule: [{ rule_name: "daily", lifecycle: { delete_after: 35 } }] },
      { name: "a-b", rule: [{ rule_name: "daily", lifecycle: { delete_after: 7 } }] },
      ["high: aws_backup_plan a-b (rule daily) is kept for 7 days; before for 35 days"],
    ],
    [
      "objects that expire now",
      "aws_s3_bucket_lifecycle_configuration",
      bucket(),
      bucket({ id: "old", status: "Enabled", expiration: { days: 90 } }),
      ["high: aws_s3_bucket_lifecycle_configuration.it (rule old) is kept for 90 days; before for ever"],
    ],
    [
      "old versions of objects",
      "aws_s3_bucket_lifecycle_configuration",
      bucket({ id: "old", noncurrent_version_expiration: [{ noncurrent_days: 90 }] }),
      bucket({ id: "old", noncurrent_version_expiration: [{ noncurrent_days: 9 }] }),
      [expect.stringMatching(/^high: .*\(old versions, rule old\) is kept for 9 days; before for 90 days$/)],
    ],
    [
      "not objects whose rule is gone",
      "aws_s3_bucket_lifecycle_configuration",
      bucket({ id: "old", expiration: { days: 90 } }),
      bucket(),
      [],
    ],
    [
      "a topic",
      "ConfigMap",
      topics("orders|8|cleanup.policy=delete,retention.ms=604800000"),
      topics("orders|8|cleanup.policy=delete,retention.ms=86400000"),
      ["medium: ConfigMap shop/it (topic orders) is kept for 1 day; before for 7 days"],
    ],
    [
      "a topic that was compacted",
      "ConfigMap",
      topics("orders|8|cleanup.policy=compact"),
      topics("orders|8|cleanup.policy=delete,retention.ms=86400000"),
      ["medium: ConfigMap shop/it (topic orders) is kept for 1 day; before for ever"],
    ],
    ["not a topic that is new", "ConfigMap", topics(""), topics("orders|8|retention.ms=1000"), []],
    [
      "what brokers keep by default",
      "aws_msk_configuration",
      { server_properties: "a=b\nlog.retention.hours=168" },
      { server_properties: "log.retention.hours=24\na=b" },
      ["medium: aws_msk_configuration.it (default of topics) is kept for 1 day; before for 7 days"],
    ],
    [
      "images",
      "aws_ecr_lifecycle_policy",
      {
        policy: JSON.stringify({
          rules: [{ rulePriority: 1, selection: { countType: "imageCountMoreThan", countNumber: 200 } }],
        }),
      },
      {
        policy: JSON.stringify({
          rules: [{ rulePriority: 1, selection: { countType: "imageCountMoreThan", countNumber: 20 } }],
        }),
      },
      ["medium: aws_ecr_lifecycle_policy.it (rule 1 by number) is kept up to 20 images; before up to 200 images"],
    ],
    [
      "metrics, in other units",
      "Application",
      chart("15d"),
      chart("48h"),
      ["medium: Application shop/it (prometheus.prometheusSpec.retention) is kept for 2 days; before for 15 days"],
    ],
    ["not the same time in other units", "Application", chart("1d"), chart("24h"), []],
  ];
  test.each(cases)("%s", (_, type, before, after, expected) => {
    expectSaid(retentionShortened, type, before, after, expected);
  });
});
