import type { Expected } from "./mutations.ts";

/** What a review has to say of each change of code. */
export const CODE_EXPECTED: Readonly<Record<string, Expected>> = {
  "the CDN takes older versions of TLS": {
    rows: [
      "~ url-shortener edge aws_cloudfront_distribution.cdn-Resource [dev global; prod global] viewer_certificate.minimum_protocol_version <- code",
    ],
    risks: ["encryption-weakened"],
  },
  "clusters lose their deletion protection": {
    rows: [
      "~ reference data-articles aws_rds_cluster.store-Resource [prod us-east-1] deletion_protection <- code",
      "~ reference data-articles aws_rds_global_cluster.store-global [prod us-east-1] deletion_protection <- code",
      "~ reference data-drafts aws_docdb_cluster.store-Resource [prod us-east-1] deletion_protection <- code",
      "~ reference data-files aws_rds_cluster.store-Resource [prod us-east-1] deletion_protection <- code",
      "~ reference data-files aws_rds_global_cluster.store-global [prod us-east-1] deletion_protection <- code",
    ],
    count: 16,
    risks: ["protection-weakened ×16"],
  },
  "buckets may be made public": {
    rows: [
      "~ url-shortener data-archive aws_s3_bucket_public_access_block.store-public-access [dev us-east-1; prod eu-west-1, us-east-1] block_public_policy <- code",
    ],
    risks: ["network-opened"],
  },
  "caches are no longer encrypted": {
    rows: [
      "~ url-shortener data-hot aws_elasticache_replication_group.store-Resource [dev us-east-1; prod eu-west-1, us-east-1] at_rest_encryption_enabled <- code",
    ],
    risks: ["stateful-replaced", "encryption-weakened"],
  },
  "stores are open to every address": {
    rows: [
      "~ url-shortener data-hot aws_vpc_security_group_ingress_rule.store-network-from-pods [dev us-east-1] cidr_ipv4, referenced_security_group_id <- code",
      "~ url-shortener data-hot aws_vpc_security_group_ingress_rule.store-network-from-pods [prod eu-west-1, us-east-1] cidr_ipv4, referenced_security_group_id <- code",
    ],
    risks: ["network-opened ×2"],
  },
  "deployments select pods by another label": {
    rows: [
      "~ url-shortener Deployment url-shortener/redirect [dev us-east-1; prod eu-west-1, us-east-1] spec.selector.matchLabels.app, spec.selector.matchLabels.app.kubernetes.io/name <- code",
    ],
    risks: ["object-recreated"],
  },
  "disruption budgets ask for an older version of the API": {
    rows: [
      "~ url-shortener PodDisruptionBudget url-shortener/counter [dev us-east-1; prod eu-west-1, us-east-1] apiVersion <- code",
      "~ url-shortener PodDisruptionBudget url-shortener/exporter [dev us-east-1; prod eu-west-1, us-east-1] apiVersion <- code",
      "~ url-shortener PodDisruptionBudget url-shortener/redirect [dev us-east-1; prod eu-west-1, us-east-1] apiVersion <- code",
      "~ url-shortener PodDisruptionBudget url-shortener/shortener [dev us-east-1; prod eu-west-1, us-east-1] apiVersion <- code",
    ],
    risks: ["api-version-removed ×4"],
  },
  "disruption budgets are gone": {
    rows: [
      "− url-shortener PodDisruptionBudget url-shortener/counter [dev us-east-1; prod eu-west-1, us-east-1] <- code",
      "− url-shortener PodDisruptionBudget url-shortener/exporter [dev us-east-1; prod eu-west-1, us-east-1] <- code",
      "− url-shortener PodDisruptionBudget url-shortener/redirect [dev us-east-1; prod eu-west-1, us-east-1] <- code",
      "− url-shortener PodDisruptionBudget url-shortener/shortener [dev us-east-1; prod eu-west-1, us-east-1] <- code",
    ],
    risks: ["redundancy-below-floor ×4"],
  },
  "a table has another address": {
    rows: ["→ url-shortener data-links aws_dynamodb_table.table-Resource [dev us-east-1; prod us-east-1] <- code"],
    risks: ["stateful-replaced"],
  },
  "a table has another address, and Terraform is told": {
    rows: [
      "~ url-shortener stack data-links [dev us-east-1; prod us-east-1] moved <- code",
      "→ url-shortener data-links aws_dynamodb_table.table-Resource [dev us-east-1; prod us-east-1] <- code",
    ],
    risks: [],
  },
  "keys are in another order and policies are formatted": { rows: [], risks: [] },
  "the mesh takes plain text": {
    rows: ["~ url-shortener PeerAuthentication istio-system/default [dev us-east-1] spec.mtls.mode <- code"],
    risks: ["network-opened"],
  },
  "a network policy lets everybody in": {
    rows: [
      "~ url-shortener NetworkPolicy url-shortener/redirect [dev us-east-1; prod eu-west-1, us-east-1] spec.ingress[0] <- code",
    ],
    risks: ["network-opened"],
  },
  "a checksum is in every pod": { rows: [], risks: [], folds: ["annotations.checksum/config ×12"] },
  "a password is written in a variable": {
    rows: [
      "~ url-shortener Deployment url-shortener/redirect [dev us-east-1; prod eu-west-1, us-east-1] spec.template.spec.containers[name=app].env[name=DB_PASSWORD] <- code",
    ],
    risks: [],
  },
};
