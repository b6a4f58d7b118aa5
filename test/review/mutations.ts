import type { Selection } from "../../lib/topology/plan.ts";
import type { Edits } from "./edited.ts";

/** What a review has to say of an edit. */
export interface Expected {
  /** The rows, or the first of them, as `linesOf` writes them. */
  readonly rows: readonly string[];
  /** How many rows there are. @default as many as are written out */
  readonly count?: number;
  /** Rules that find something, with the number of rows in which they do. */
  readonly risks: readonly string[];
  /** Differences that decide nothing. @default none */
  readonly folds?: readonly string[];
}

interface Mutation extends Expected {
  readonly name: string;
  readonly edits: Edits;
  readonly only: Selection;
}

/** Edits of the blueprints of this repository, and what a review has to say of each. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "the ceiling of a service is raised; a region with a ceiling of its own stays",
    edits: { "url-shortener.services.redirect.scaling.max": 90 },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener ResourceQuota url-shortener/quota [prod us-east-1; only here] spec.hard.pods, spec.hard.requests.cpu +1 <- services.redirect.scaling.max",
      "~ url-shortener ScaledObject url-shortener/redirect [prod us-east-1; only here] spec.maxReplicaCount <- services.redirect.scaling.max",
    ],
    risks: [],
  },
  {
    name: "the ceiling of a service is cut",
    edits: { "url-shortener.services.shortener.scaling": { max: 4 } },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener ResourceQuota url-shortener/quota [prod eu-west-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.shortener.scaling.max",
      "~ url-shortener ResourceQuota url-shortener/quota [prod us-east-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.shortener.scaling.max",
      "~ url-shortener HorizontalPodAutoscaler url-shortener/shortener [prod eu-west-1, us-east-1] spec.maxReplicas <- services.shortener.scaling.max",
    ],
    risks: ["scaling-cut"],
  },
  {
    name: "the floor of a service is raised in one region",
    edits: {
      "url-shortener.environments.prod.regions.us-east-1": {
        role: "primary",
        overrides: { services: { redirect: { scaling: { min: 6 } } } },
      },
    },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener ScaledObject url-shortener/redirect [prod us-east-1; only here] spec.minReplicaCount <- services.redirect.scaling.min",
    ],
    risks: [],
  },
  {
    name: "a setting of a service",
    edits: { "url-shortener.services.redirect.settings.REDIRECT_STATUS": "301" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener ConfigMap url-shortener/redirect-settings [dev us-east-1; prod eu-west-1, us-east-1] data.REDIRECT_STATUS <- services.redirect.settings.REDIRECT_STATUS",
    ],
    risks: [],
  },
  {
    name: "a route asks for no user any more",
    edits: {
      "url-shortener.services.shortener.routes": [
        { method: "POST", path: "/api/links", auth: "none", rateLimit: "100/min", idempotencyKey: true },
        { method: "DELETE", path: "/api/links/{code}", auth: "jwt", rateLimit: "100/min" },
      ],
    },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener EnvoyFilter url-shortener/shortener-rate-limits [dev us-east-1; prod eu-west-1, us-east-1] spec.configPatches.patch.value.typed_config.rate_limits[0].actions[1].request_headers.header_name <- services.shortener.routes[POST /api/links].auth",
      "~ url-shortener AuthorizationPolicy url-shortener/shortener [dev us-east-1; prod eu-west-1, us-east-1] spec.rules[0].from.source.requestPrincipals <- services.shortener.routes[POST /api/links].auth",
    ],
    risks: ["public-without-authentication"],
  },
  {
    name: "a rate limit",
    edits: {
      "url-shortener.services.redirect.routes": [
        { path: "/{code}", auth: "none", cache: "60s", rateLimit: "3000/min" },
      ],
    },
    only: { blueprints: ["url-shortener"] },
    rows: [
      // What the firewall lets an address send follows.
      "~ url-shortener edge aws_wafv2_web_acl.firewall-Resource [dev global; prod global] rule[name=requests-per-address].statement.rate_based_statement.limit <- services.redirect.routes[GET /{code}].rateLimit",
      "~ url-shortener EnvoyFilter url-shortener/redirect-rate-limits [dev us-east-1; prod eu-west-1, us-east-1] spec.configPatches.patch.value.typed_config.descriptors.token_bucket.max_tokens, spec.configPatches.patch.value.typed_config.descriptors.token_bucket.tokens_per_fill <- services.redirect.routes[GET /{code}].rateLimit",
    ],
    risks: ["network-opened"],
  },
  {
    name: "a service may write what it could read",
    edits: { "url-shortener.services.redirect.uses.links": "read-write" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener mesh aws_iam_role_policy.services-redirect-policy [dev us-east-1; prod eu-west-1, us-east-1] policy.Statement[0].Action <- services.redirect.uses.links",
    ],
    risks: ["iam-widened"],
  },
  {
    name: "a service no longer uses a queue",
    edits: { "url-shortener.services.shortener.uses.exports": undefined },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener mesh aws_iam_role_policy.services-shortener-policy [dev us-east-1; prod eu-west-1, us-east-1] policy.Statement[2], policy.Statement[3] <- services.shortener.uses.exports",
      "~ url-shortener ConfigMap url-shortener/shortener-settings [dev us-east-1; prod eu-west-1, us-east-1] data.EXPORTS_QUEUE_NAME <- services.shortener.uses.exports",
    ],
    risks: [],
  },
  {
    name: "a service uses another store",
    edits: { "url-shortener.services.counter.uses.archive": "read" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener ConfigMap url-shortener/counter-settings [dev us-east-1; prod eu-west-1, us-east-1] data.ARCHIVE_BUCKET_NAME <- services.counter.uses.archive",
      "~ url-shortener mesh aws_iam_role_policy.services-counter-policy [dev us-east-1; prod eu-west-1, us-east-1] policy.Statement[3], policy.Statement[4] +1 <- services.counter.uses.archive",
    ],
    risks: ["iam-widened"],
  },
  {
    name: "a service is removed",
    edits: { "url-shortener.services.exporter": undefined },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "− url-shortener delivery-images aws_ecr_lifecycle_policy.repositories-links-exporter-lifecycle [dev us-east-1; prod eu-west-1, us-east-1] <- services.exporter",
      "− url-shortener delivery-images aws_ecr_repository.repositories-links-exporter [dev us-east-1; prod eu-west-1, us-east-1] <- services.exporter",
      "~ url-shortener ResourceQuota url-shortener/quota [prod us-east-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.exporter",
      "~ url-shortener ResourceQuota url-shortener/quota [prod eu-west-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.exporter",
      "~ url-shortener ResourceQuota url-shortener/quota [dev us-east-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.exporter",
      "− url-shortener application exporter [dev us-east-1; prod eu-west-1, us-east-1] 30 inside <- services.exporter",
      "− url-shortener mesh aws_eks_pod_identity_association.services-exporter-association [dev us-east-1; prod eu-west-1, us-east-1] <- services.exporter",
      "− url-shortener mesh aws_iam_role.services-exporter-Resource [dev us-east-1; prod eu-west-1, us-east-1] <- services.exporter",
      "− url-shortener mesh aws_iam_role_policy.services-exporter-policy [dev us-east-1; prod eu-west-1, us-east-1] <- services.exporter",
    ],
    risks: ["stateful-destroyed"],
  },
  {
    name: "a service is added",
    edits: { "url-shortener.services.auditor": { image: "links/auditor", uses: { archive: "read" } } },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "+ url-shortener delivery-images aws_ecr_lifecycle_policy.repositories-links-auditor-lifecycle [dev us-east-1; prod eu-west-1, us-east-1] <- services.auditor",
      "+ url-shortener delivery-images aws_ecr_repository.repositories-links-auditor [dev us-east-1; prod eu-west-1, us-east-1] <- services.auditor",
      "~ url-shortener ResourceQuota url-shortener/quota [dev us-east-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.auditor",
      "~ url-shortener ResourceQuota url-shortener/quota [prod eu-west-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.auditor",
      "~ url-shortener ResourceQuota url-shortener/quota [prod us-east-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.auditor",
      "+ url-shortener application auditor [dev us-east-1; prod eu-west-1, us-east-1] 30 inside <- services.auditor",
      "+ url-shortener mesh aws_eks_pod_identity_association.services-auditor-association [dev us-east-1; prod eu-west-1, us-east-1] <- services.auditor",
      "+ url-shortener mesh aws_iam_role.services-auditor-Resource [dev us-east-1; prod eu-west-1, us-east-1] <- services.auditor",
      "+ url-shortener mesh aws_iam_role_policy.services-auditor-policy [dev us-east-1; prod eu-west-1, us-east-1] <- services.auditor",
    ],
    risks: [],
  },
  {
    name: "a store is removed with what used it",
    edits: {
      "url-shortener.data.archive": undefined,
      "url-shortener.streams.clicks.sink": undefined,
      "url-shortener.services.exporter.uses.archive": undefined,
    },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "− url-shortener stack data-archive [dev us-east-1; prod eu-west-1, us-east-1] 24 inside <- data.archive",
      "~ url-shortener ConfigMap url-shortener/exporter-settings [dev us-east-1; prod eu-west-1, us-east-1] data.ARCHIVE_BUCKET_NAME <- services.exporter.uses.archive?",
      "~ url-shortener mesh aws_iam_role_policy.services-exporter-policy [dev us-east-1; prod eu-west-1, us-east-1] policy.Statement[2], policy.Statement[3] +1 <- services.exporter.uses.archive?",
      "− url-shortener streaming aws_cloudwatch_log_group.clicks-sink-logs [dev us-east-1; prod eu-west-1, us-east-1] <- streams.clicks.sink?",
      "− url-shortener streaming aws_cloudwatch_log_stream.clicks-sink-log-stream [dev us-east-1; prod eu-west-1, us-east-1] <- streams.clicks.sink?",
      "− url-shortener streaming aws_iam_role.clicks-sink-role [dev us-east-1; prod eu-west-1, us-east-1] <- streams.clicks.sink?",
      "− url-shortener streaming aws_iam_role_policy.clicks-sink-policy [dev us-east-1; prod eu-west-1, us-east-1] <- streams.clicks.sink?",
      "− url-shortener streaming aws_kinesis_firehose_delivery_stream.clicks-sink [dev us-east-1; prod eu-west-1, us-east-1] <- streams.clicks.sink?",
      "− url-shortener streaming data.aws_ssm_parameter.read-url-shortener-security-keys-logs [dev us-east-1; prod eu-west-1, us-east-1] <- services.exporter.uses.archive?, streams.clicks.sink?",
    ],
    risks: ["stateful-destroyed ×2"],
  },
  {
    name: "the key of a table",
    edits: { "url-shortener.data.links.partitionKey": "id" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener data-links aws_dynamodb_table.store-Resource [dev us-east-1; prod us-east-1] attribute.name, hash_key <- data.links.partitionKey",
    ],
    risks: ["stateful-replaced"],
  },
  {
    name: "a table is global no more",
    edits: { "url-shortener.data.links.global": false },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "+ url-shortener stack data-links [prod eu-west-1; only here] 2 inside <- data.links.global",
      "~ url-shortener data-links aws_dynamodb_table.store-Resource [prod us-east-1; only here] replica[region_name=eu-west-1], server_side_encryption.kms_key_arn +2 <- data.links.global",
      "+ url-shortener data-links data.aws_ssm_parameter.read-url-shortener-security-keys-data [prod us-east-1; only here] <- data.links.global",
    ],
    risks: ["region-lost"],
  },
  {
    name: "events are kept for a shorter time",
    edits: { "url-shortener.streams.clicks.retention": "24h" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener streaming aws_kinesis_stream.clicks-Resource [dev us-east-1; prod eu-west-1, us-east-1] retention_period <- streams.clicks.retention",
    ],
    risks: ["retention-shortened"],
  },
  {
    name: "the time to live of a cache",
    edits: { "url-shortener.data.hot.ttl": "2h" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener ConfigMap url-shortener/redirect-settings [dev us-east-1; prod eu-west-1, us-east-1] data.HOT_TTL <- data.hot.ttl",
      "~ url-shortener ConfigMap url-shortener/shortener-settings [dev us-east-1; prod eu-west-1, us-east-1] data.HOT_TTL <- data.hot.ttl",
    ],
    risks: [],
  },
  {
    name: "the copies of a cache, overridden in one environment",
    edits: { "url-shortener.environments.prod.overrides": { data: { hot: { replicas: 0 } } } },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener data-hot aws_elasticache_replication_group.store-Resource [prod eu-west-1, us-east-1] multi_az_enabled, replicas_per_node_group <- data.hot.replicas",
    ],
    risks: ["redundancy-below-floor"],
  },
  {
    name: "logs are kept for a shorter time in one environment",
    edits: { "url-shortener.environments.prod.overrides": { layers: { observability: { logRetention: 7 } } } },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener edge aws_cloudwatch_log_group.firewall-logs [prod global] retention_in_days <- layers.observability.logRetention",
      "~ url-shortener streaming aws_cloudwatch_log_group.clicks-sink-logs [prod eu-west-1, us-east-1] retention_in_days <- layers.observability.logRetention",
    ],
    risks: ["retention-shortened ×2"],
  },
  {
    name: "an objective of availability",
    edits: { "url-shortener.services.redirect.slo.availability": 99.5 },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener PrometheusRule url-shortener/redirect-objectives [dev us-east-1; prod eu-west-1, us-east-1] spec.groups[name=redirect-availability].rules[5].annotations.description, spec.groups[name=redirect-availability].rules[5].expr +6 <- services.redirect.slo.availability?",
    ],
    risks: ["objective-lowered"],
  },
  {
    name: "an objective of latency",
    edits: { "url-shortener.services.redirect.slo.latency.p99": "200ms" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener PrometheusRule url-shortener/redirect-objectives [dev us-east-1; prod eu-west-1, us-east-1] spec.groups[name=redirect-latency].rules[0].expr, spec.groups[name=redirect-latency].rules[1].expr +3 <- services.redirect.slo.latency.p99",
    ],
    risks: ["objective-lowered"],
  },
  {
    name: "the team: its marks are folded",
    edits: { "url-shortener.owner.team": "growth" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "+ url-shortener AlertmanagerConfig url-shortener/growth [dev us-east-1; prod eu-west-1, us-east-1] <- owner.team",
      "− url-shortener AlertmanagerConfig url-shortener/links [dev us-east-1; prod eu-west-1, us-east-1] <- owner.team",
      "~ url-shortener ConfigMap url-shortener/url-shortener-overview [dev us-east-1; prod eu-west-1, us-east-1] data.url-shortener-overview.json.panels[id=6].targets.expr <- owner.team",
    ],
    risks: [],
    folds: ["tags.team ×37", "labels.dodeca.dev/team ×237", "labels.team ×61"],
  },
  {
    name: "the domain",
    edits: { "url-shortener.layers.edge.domain": "shrt.example" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener edge aws_acm_certificate.certificate-Resource [dev global] domain_name, subject_alternative_names <- layers.edge.domain",
      "~ url-shortener edge aws_acm_certificate.certificate-Resource [prod global] domain_name, subject_alternative_names <- layers.edge.domain",
      "~ url-shortener edge aws_cloudfront_distribution.cdn-Resource [prod global] aliases, origin[0].domain_name <- layers.edge.domain",
      "~ url-shortener edge aws_cloudfront_distribution.cdn-Resource [dev global] aliases, origin[0].domain_name <- layers.edge.domain",
      "~ url-shortener edge aws_route53_health_check.origin-eu-west-1-health [prod global] fqdn <- layers.edge.domain",
    ],
    count: 49,
    risks: ["object-recreated ×6", "iam-widened"],
  },
  {
    name: "a region is given up",
    edits: { "url-shortener.environments.prod.regions.eu-west-1": undefined },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "− url-shortener region eu-west-1 of prod [prod eu-west-1] 167 inside <- environments.prod.regions.eu-west-1",
      "~ url-shortener data-links aws_dynamodb_table.store-Resource [prod us-east-1] replica[region_name=eu-west-1], server_side_encryption.kms_key_arn +2 <- environments.prod.regions.eu-west-1",
      "+ url-shortener data-links data.aws_ssm_parameter.read-url-shortener-security-keys-data [prod us-east-1] <- environments.prod.regions.eu-west-1",
      "− url-shortener edge aws_route53_health_check.origin-eu-west-1-health [prod global] <- environments.prod.regions.eu-west-1",
      "− url-shortener edge aws_route53_record.origin-eu-west-1 [prod global] <- environments.prod.regions.eu-west-1",
    ],
    risks: ["stateful-destroyed", "region-lost"],
  },
  {
    name: "a region stands by",
    edits: { "url-shortener.environments.prod.regions.eu-west-1.role": "standby" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "− url-shortener edge aws_route53_health_check.origin-eu-west-1-health [prod global] <- environments.prod.regions.eu-west-1",
      "+ url-shortener edge aws_route53_health_check.origin-serving-health [prod global] <- environments.prod.regions.eu-west-1",
      "− url-shortener edge aws_route53_record.origin-eu-west-1 [prod global] <- environments.prod.regions.eu-west-1",
      "+ url-shortener edge aws_route53_record.origin-primary [prod global] <- environments.prod.regions.eu-west-1",
      "+ url-shortener edge aws_route53_record.origin-secondary [prod global] <- environments.prod.regions.eu-west-1",
      "~ url-shortener edge aws_route53_record.origin-us-east-1 [prod global] name <- environments.prod.regions.eu-west-1",
      "~ url-shortener ResourceQuota url-shortener/quota [prod eu-west-1; only here] spec.hard.pods, spec.hard.requests.cpu +1 <- environments.prod.regions.eu-west-1",
      "~ url-shortener ScaledObject url-shortener/counter [prod eu-west-1; only here] spec.maxReplicaCount, spec.minReplicaCount <- environments.prod.regions.eu-west-1",
      "~ url-shortener ScaledObject url-shortener/redirect [prod eu-west-1; only here] spec.minReplicaCount <- environments.prod.regions.eu-west-1",
      "~ url-shortener HorizontalPodAutoscaler url-shortener/shortener [prod eu-west-1; only here] spec.maxReplicas, spec.minReplicas <- environments.prod.regions.eu-west-1",
    ],
    risks: ["region-lost", "scaling-cut ×3"],
  },
  {
    name: "a region is added",
    edits: { "url-shortener.environments.prod.regions.ap-south-1": "active" },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "+ url-shortener region ap-south-1 of prod [prod ap-south-1] 167 inside <- environments.prod.regions.ap-south-1",
      "~ url-shortener data-links aws_dynamodb_table.store-Resource [prod us-east-1] replica[region_name=ap-south-1] <- environments.prod.regions.ap-south-1",
      "+ url-shortener edge aws_route53_health_check.origin-ap-south-1-health [prod global] <- environments.prod.regions.ap-south-1",
      "+ url-shortener edge aws_route53_record.origin-ap-south-1 [prod global] <- environments.prod.regions.ap-south-1",
    ],
    risks: [],
  },
  {
    name: "a leaf of a fork",
    edits: { "promo-links.services.redirect.scaling.max": 150 },
    only: { blueprints: ["promo-links"] },
    rows: [
      "~ promo-links ResourceQuota promo-links/quota [prod us-east-1; only here] spec.hard.pods, spec.hard.requests.cpu +1 <- services.redirect.scaling.max",
      "~ promo-links ScaledObject promo-links/redirect [prod us-east-1; only here] spec.maxReplicaCount <- services.redirect.scaling.max",
    ],
    risks: [],
  },
  {
    name: "a leaf that a fork inherits",
    edits: { "url-shortener.services.counter.scaling.on.lag.threshold": 500 },
    only: { blueprints: ["promo-links"] },
    rows: [
      "~ promo-links ScaledObject promo-links/counter [dev us-east-1; prod eu-west-1, us-east-1] spec.triggers.metadata.targetMetricValue <- services.counter.scaling.on.lag.threshold",
    ],
    risks: [],
  },
  {
    name: "a fork removes objectives",
    edits: { "promo-links.services.redirect.slo": null },
    only: { blueprints: ["promo-links"] },
    rows: [
      "− promo-links PrometheusRule promo-links/redirect-objectives [dev us-east-1; prod eu-west-1, us-east-1] <- services.redirect.slo.latency.p99",
    ],
    risks: ["objective-lowered ×2"],
  },
  {
    name: "the ceiling of a service in every region",
    edits: { "reference.services.order.scaling.max": 99 },
    only: {
      blueprints: ["reference"],
      environments: ["prod"],
      regions: ["global", "us-east-1", "eu-west-1", "us-west-2", "af-south-1"],
    },
    rows: [
      "~ reference ResourceQuota reference/quota [prod (4 regions)] spec.hard.pods, spec.hard.requests.cpu +1 <- services.order.scaling.max",
      "~ reference ScaledObject reference/order [prod (4 regions)] spec.maxReplicaCount <- services.order.scaling.max",
    ],
    risks: [],
  },
  {
    name: "the ceiling of a service in one region of many",
    edits: {
      "reference.environments.prod.regions.eu-west-1": {
        role: "active",
        overrides: { services: { user: { scaling: { max: 20 } } } },
      },
    },
    only: {
      blueprints: ["reference"],
      environments: ["prod"],
      regions: ["global", "us-east-1", "eu-west-1", "us-west-2", "af-south-1"],
    },
    rows: [
      "~ reference ResourceQuota reference/quota [prod eu-west-1; only here] spec.hard.pods, spec.hard.requests.cpu +1 <- services.user.scaling.max",
      "~ reference HorizontalPodAutoscaler reference/user [prod eu-west-1; only here] spec.maxReplicas <- services.user.scaling.max",
    ],
    risks: ["scaling-cut"],
  },
  {
    name: "the capacity of a database",
    edits: { "reference.data.orders.capacity": { min: 4, max: 32 } },
    only: {
      blueprints: ["reference"],
      environments: ["prod"],
      regions: ["global", "us-east-1", "eu-west-1", "us-west-2", "af-south-1"],
    },
    rows: [
      "~ reference data-orders aws_rds_cluster.store-Resource [prod (4 regions)] serverlessv2_scaling_configuration.max_capacity, serverlessv2_scaling_configuration.min_capacity <- data.orders.capacity.max, data.orders.capacity.min",
    ],
    risks: ["scaling-cut"],
  },
  {
    name: "the engine of a database",
    edits: { "reference.data.orders.engine": "mysql" },
    only: {
      blueprints: ["reference"],
      environments: ["prod"],
      regions: ["global", "us-east-1", "eu-west-1", "us-west-2", "af-south-1"],
    },
    rows: [
      "~ reference data-orders aws_rds_cluster.store-Resource [prod (4 regions)] enabled_cloudwatch_logs_exports, engine +2 <- data.orders.engine",
      "~ reference data-orders aws_rds_cluster_instance.store-instance-0 [prod (4 regions)] engine <- data.orders.engine",
      "~ reference data-orders aws_rds_cluster_instance.store-instance-1 [prod (4 regions)] engine <- data.orders.engine",
      "~ reference data-orders aws_rds_cluster_instance.store-instance-2 [prod (4 regions)] engine <- data.orders.engine",
      "~ reference data-orders aws_rds_cluster_parameter_group.store-parameters [prod (4 regions)] family, parameter[name=log_min_duration_statement] +7 <- data.orders.engine",
      "~ reference data-orders aws_rds_global_cluster.store-global [prod us-east-1] engine, engine_version <- data.orders.engine",
    ],
    count: 11,
    risks: ["stateful-replaced ×2", "encryption-weakened", "network-opened ×3", "object-recreated ×3"],
  },
  {
    name: "the readers of a database",
    edits: { "reference.data.orders.readers": 0 },
    only: {
      blueprints: ["reference"],
      environments: ["prod"],
      regions: ["global", "us-east-1", "eu-west-1", "us-west-2", "af-south-1"],
    },
    rows: [
      "− reference data-orders aws_rds_cluster_instance.store-instance-1 [prod (4 regions)] <- data.orders.readers",
      "− reference data-orders aws_rds_cluster_instance.store-instance-2 [prod (4 regions)] <- data.orders.readers",
    ],
    risks: ["redundancy-below-floor"],
  },
  {
    name: "a region of a platform is given up",
    edits: { "reference.environments.prod.regions.af-south-1": undefined },
    only: {
      blueprints: ["reference"],
      environments: ["prod"],
      regions: ["global", "us-east-1", "eu-west-1", "us-west-2", "af-south-1"],
    },
    rows: [
      "− reference region af-south-1 of prod [prod af-south-1] 1149 inside <- environments.prod.regions.af-south-1",
      "~ reference data-flags aws_dynamodb_table.store-Resource [prod us-east-1] replica[region_name=af-south-1] <- environments.prod.regions.af-south-1",
      "~ reference edge aws_cloudfront_response_headers_policy.cdn-headers [prod global] security_headers_config.content_security_policy.content_security_policy <- environments.prod.regions.af-south-1",
      "− reference edge aws_route53_health_check.origin-af-south-1-health [prod global] <- environments.prod.regions.af-south-1",
      "~ reference edge aws_route53_health_check.shield-health [prod global] child_healthchecks <- environments.prod.regions.af-south-1",
      "− reference edge aws_route53_record.origin-af-south-1 [prod global] <- environments.prod.regions.af-south-1",
    ],
    risks: ["stateful-destroyed", "region-lost"],
  },
  {
    name: "an older version of Kubernetes",
    edits: { "reference.layers.foundation.kubernetes": "1.34" },
    only: { blueprints: ["reference"], environments: ["dev"] },
    rows: [
      "~ reference foundation-cluster aws_eks_cluster.cluster-Resource [dev us-east-1] version <- layers.foundation.kubernetes",
    ],
    risks: ["api-version-removed"],
  },
  {
    name: "origins that may call",
    edits: { "reference.layers.ingress.cors.origins": ["*"] },
    only: { blueprints: ["reference"], environments: ["dev"] },
    rows: [
      "~ reference EnvoyFilter reference-pci/payment-cors [dev us-east-1] spec.configPatches.patch.value.typed_per_filter_config.envoy.filters.http.cors.allow_origin_string_match.exact <- layers.ingress.cors.origins",
      "~ reference EnvoyFilter reference-sandbox/bff-partner-sandbox-cors [dev us-east-1] spec.configPatches.patch.value.typed_per_filter_config.envoy.filters.http.cors.allow_origin_string_match[0].exact <- layers.ingress.cors.origins",
      "~ reference EnvoyFilter reference/analytics-cors [dev us-east-1] spec.configPatches.patch.value.typed_per_filter_config.envoy.filters.http.cors.allow_origin_string_match.exact <- layers.ingress.cors.origins",
      "~ reference EnvoyFilter reference/apollo-gateway-cors [dev us-east-1] spec.configPatches.patch.value.typed_per_filter_config.envoy.filters.http.cors.allow_origin_string_match.exact <- layers.ingress.cors.origins",
      "~ reference EnvoyFilter reference/auth-cors [dev us-east-1] spec.configPatches.patch.value.typed_per_filter_config.envoy.filters.http.cors.allow_origin_string_match.exact <- layers.ingress.cors.origins",
      "~ reference EnvoyFilter reference/bff-iot-cors [dev us-east-1] spec.configPatches.patch.value.typed_per_filter_config.envoy.filters.http.cors.allow_origin_string_match.exact <- layers.ingress.cors.origins",
      "~ reference EnvoyFilter reference/bff-mobile-cors [dev us-east-1] spec.configPatches.patch.value.typed_per_filter_config.envoy.filters.http.cors.allow_origin_string_match.exact <- layers.ingress.cors.origins",
    ],
    count: 18,
    risks: [],
  },
  {
    name: "the limit of the firewall",
    edits: { "reference.environments.dev.overrides.layers.edge.waf.requestsPerAddress": 100000 },
    only: { blueprints: ["reference"], environments: ["dev"] },
    rows: [
      "~ reference edge aws_wafv2_web_acl.firewall-Resource [dev global] rule[name=requests-per-address].statement.rate_based_statement.limit <- layers.edge.waf.requestsPerAddress",
    ],
    risks: ["network-opened"],
  },
  {
    name: "an administrator of the cluster",
    edits: { "reference.layers.foundation.clusterAdmins": ["arn:aws:iam::210000000002:role/everyone"] },
    only: { blueprints: ["reference"], environments: ["dev"] },
    rows: [
      "+ reference foundation-cluster aws_eks_access_entry.cluster-admin-arn-aws-iam--210000000002-role--everyone [dev us-east-1] <- layers.foundation.clusterAdmins",
      "+ reference foundation-cluster aws_eks_access_policy_association.cluster-admin-arn-aws-iam--210000000002-role--everyone-policy [dev us-east-1] <- layers.foundation.clusterAdmins",
    ],
    risks: ["iam-widened"],
  },
  {
    name: "the partitions of a topic",
    edits: { "reference.streams.user-events.partitions": 32 },
    only: { blueprints: ["reference"], environments: ["dev"] },
    rows: [
      "~ reference ConfigMap reference/kafka-topics [dev us-east-1] data.topics <- streams.user-events.partitions",
    ],
    risks: [],
  },
  {
    name: "a smaller tier",
    edits: { "reference.environments.staging.tier": "dev" },
    only: { blueprints: ["reference"], environments: ["staging"] },
    rows: [
      "~ reference client-devices aws_cloudwatch_log_group.devices-fleet-hook-logs [staging us-east-1] retention_in_days <- environments.staging.tier",
      "~ reference client-partner-api aws_cloudwatch_log_group.partners-signatures-logs [staging us-east-1] retention_in_days <- environments.staging.tier",
      "~ reference Deployment reference/turn [staging us-east-1] spec.replicas <- environments.staging.tier",
      "~ reference data-articles aws_rds_cluster.store-Resource [staging us-east-1] backup_retention_period, serverlessv2_scaling_configuration.max_capacity +1 <- environments.staging.tier",
      "− reference data-articles aws_rds_cluster_instance.store-instance-1 [staging us-east-1] <- environments.staging.tier",
      "− reference stack data-backups [staging us-east-1] 7 inside <- environments.staging.tier",
    ],
    count: 106,
    risks: [
      "stateful-destroyed",
      "stateful-replaced",
      "protection-weakened ×24",
      "redundancy-below-floor",
      "retention-shortened ×13",
      "scaling-cut ×30",
    ],
  },
  {
    name: "a host outside that a service calls",
    edits: { "url-shortener.services.shortener.egress": ["api.example.com"] },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "+ url-shortener DestinationRule url-shortener/shortener-api-example-com [dev us-east-1; prod eu-west-1, us-east-1] <- services.shortener.egress",
    ],
    count: 2,
    risks: ["network-opened"],
  },
  {
    name: "the port of a service",
    edits: { "url-shortener.services.redirect.port": 9090 },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener Deployment url-shortener/redirect [dev us-east-1; prod eu-west-1, us-east-1] spec.template.spec.containers[name=app].env[name=PORT].value, spec.template.spec.containers[name=app].ports[name=app].containerPort <- services.redirect.port",
      "~ url-shortener NetworkPolicy url-shortener/redirect [dev us-east-1; prod eu-west-1, us-east-1] spec.ingress[0].ports.port <- services.redirect.port",
    ],
    risks: ["network-opened"],
  },
  {
    name: "two leaves at once, each where it acts",
    edits: {
      "url-shortener.services.redirect.scaling.max": 90,
      "url-shortener.services.counter.resources": { memory: "1Gi" },
    },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener ResourceQuota url-shortener/quota [prod eu-west-1] spec.hard.requests.memory <- services.counter.resources.memory",
      "~ url-shortener ResourceQuota url-shortener/quota [dev us-east-1] spec.hard.requests.memory <- services.counter.resources.memory",
      "~ url-shortener ResourceQuota url-shortener/quota [prod us-east-1] spec.hard.pods, spec.hard.requests.cpu +1 <- services.counter.resources.memory, services.redirect.scaling.max",
      "~ url-shortener Deployment url-shortener/counter [dev us-east-1; prod eu-west-1, us-east-1] spec.template.spec.containers[name=app].resources.limits.memory, spec.template.spec.containers[name=app].resources.requests.memory <- services.counter.resources.memory",
      "~ url-shortener ScaledObject url-shortener/redirect [prod us-east-1; only here] spec.maxReplicaCount <- services.redirect.scaling.max",
    ],
    risks: [],
  },
  {
    name: "a risk that the blueprint accepts",
    edits: {
      "url-shortener.data.links.partitionKey": "id",
      "url-shortener.acknowledgements": [
        { risk: "stateful-replaced", at: "data-links", reason: "the table is empty yet" },
      ],
    },
    only: { blueprints: ["url-shortener"] },
    rows: [
      "~ url-shortener data-links aws_dynamodb_table.store-Resource [dev us-east-1; prod us-east-1] attribute.name, hash_key <- data.links.partitionKey",
    ],
    risks: ["accepted stateful-replaced"],
  },
];
