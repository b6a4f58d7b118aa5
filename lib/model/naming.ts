import { createHash } from "node:crypto";

/** How a type of resource may be named. */
export interface NameRule {
  /** Most characters. */
  readonly max: number;
  /** What a whole name must look like. */
  readonly pattern: RegExp;
  /** Characters between parts. @default "-" */
  readonly separator?: "-" | "_" | "/";
  /** Upper case is not allowed. @default false */
  readonly lower?: boolean;
}

const LETTERS_HYPHENS = /^[A-Za-z][A-Za-z0-9-]*$/;
const LOWER_HYPHENS = /^[a-z][a-z0-9-]*[a-z0-9]$/;
const WORD = /^[\w+=,.@-]+$/;
const TAG = /^[\w .:/=+@-]+$/;
const rule = (
  max: number,
  pattern: RegExp,
  options: { readonly separator?: NameRule["separator"]; readonly lower?: boolean } = {},
): NameRule => ({
  max,
  pattern,
  ...(options.separator === undefined ? {} : { separator: options.separator }),
  ...(options.lower === undefined ? {} : { lower: options.lower }),
});
const lower = (max: number, pattern = LOWER_HYPHENS): NameRule => rule(max, pattern, { lower: true });

/**
 * Budgets by Terraform resource type. Types whose only name is a `Name` tag have a tag's budget. Source: the API
 * reference of each service.
 */
export const NAME_RULES = {
  aws_accessanalyzer_analyzer: rule(255, LETTERS_HYPHENS),
  aws_api_gateway_api_key: rule(1024, WORD),
  aws_api_gateway_rest_api: rule(1024, WORD),
  aws_api_gateway_usage_plan: rule(1024, WORD),
  aws_appconfig_application: rule(64, WORD),
  aws_appconfig_configuration_profile: rule(128, WORD),
  aws_appconfig_deployment_strategy: rule(64, WORD),
  aws_appconfig_environment: rule(64, WORD),
  aws_backup_plan: rule(50, /^[\w.-]+$/),
  aws_backup_selection: rule(50, /^[\w.-]+$/),
  aws_backup_vault: rule(50, /^[A-Za-z0-9_-]{2,50}$/),
  aws_cloudfront_cache_policy: rule(128, /^[A-Za-z0-9_-]+$/),
  aws_cloudfront_function: rule(64, /^[A-Za-z0-9_-]+$/),
  aws_cloudfront_key_value_store: rule(64, /^[A-Za-z0-9_-]+$/),
  aws_cloudfront_origin_access_control: rule(64, /^[A-Za-z0-9_-]+$/),
  aws_cloudfront_origin_request_policy: rule(128, /^[A-Za-z0-9_-]+$/),
  aws_cloudfront_response_headers_policy: rule(128, /^[A-Za-z0-9_-]+$/),
  aws_cloudtrail: rule(128, /^[A-Za-z0-9][A-Za-z0-9._-]+$/),
  aws_cloudwatch_dashboard: rule(255, /^[A-Za-z0-9_-]+$/),
  aws_cloudwatch_event_api_destination: rule(64, /^[\w.-]+$/),
  aws_cloudwatch_event_bus: rule(256, /^[\w./-]+$/),
  aws_cloudwatch_event_connection: rule(64, /^[\w.-]+$/),
  aws_cloudwatch_event_rule: rule(64, /^[\w.-]+$/),
  aws_cloudwatch_log_delivery_destination: rule(60, /^[\w-]+$/),
  aws_cloudwatch_log_delivery_source: rule(60, /^[\w-]+$/),
  aws_cloudwatch_log_group: rule(512, /^[\w./#-]+$/, { separator: "/" }),
  aws_cloudwatch_log_metric_filter: rule(512, /^[^:*]+$/),
  aws_cloudwatch_log_resource_policy: rule(512, /^[\w.-]+$/),
  aws_cloudwatch_metric_alarm: rule(255, /^.+$/),
  aws_codebuild_project: rule(255, /^[A-Za-z0-9][A-Za-z0-9_-]+$/),
  aws_cognito_identity_pool: rule(128, WORD),
  aws_cognito_resource_server: rule(256, WORD),
  aws_cognito_user_pool: rule(128, WORD),
  aws_cognito_user_pool_client: rule(128, WORD),
  aws_cognito_user_pool_domain: lower(63, /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
  aws_config_configuration_recorder: rule(256, WORD),
  aws_config_delivery_channel: rule(256, WORD),
  aws_customerprofiles_domain: rule(64, /^[A-Za-z0-9_-]+$/),
  aws_db_parameter_group: lower(255),
  aws_db_subnet_group: lower(255),
  aws_docdb_cluster: lower(50),
  aws_docdb_cluster_instance: lower(63),
  aws_docdb_cluster_parameter_group: lower(255),
  aws_docdb_subnet_group: lower(255),
  aws_dynamodb_table: rule(255, /^[\w.-]{3,255}$/),
  aws_ecr_repository: rule(256, /^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/, { separator: "/", lower: true }),
  aws_eip: rule(255, TAG),
  aws_eks_cluster: rule(64, /^[A-Za-z0-9][A-Za-z0-9_-]*$/),
  aws_eks_node_group: rule(63, LETTERS_HYPHENS),
  aws_elasticache_cluster: lower(50),
  aws_elasticache_parameter_group: lower(255),
  aws_elasticache_replication_group: lower(40),
  aws_elasticache_subnet_group: lower(255),
  aws_elasticache_user: lower(40),
  aws_elasticache_user_group: lower(40),
  aws_flow_log: rule(255, TAG),
  aws_globalaccelerator_accelerator: rule(64, /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/),
  aws_glue_catalog_database: rule(255, /^[a-z0-9_]+$/, { separator: "_", lower: true }),
  aws_guardduty_detector: rule(255, TAG),
  aws_iam_openid_connect_provider: rule(255, TAG),
  aws_iam_policy: rule(128, WORD),
  aws_iam_role: rule(64, WORD),
  aws_iot_domain_configuration: rule(128, /^[\w.:-]+$/),
  aws_iot_policy: rule(128, WORD),
  aws_iot_provisioning_template: rule(36, /^[A-Za-z0-9_-]+$/),
  aws_iot_role_alias: rule(128, WORD),
  aws_iot_thing_group: rule(128, /^[A-Za-z0-9:_-]+$/),
  aws_iot_thing_type: rule(128, /^[A-Za-z0-9:_-]+$/),
  aws_iot_topic_rule: rule(128, /^[A-Za-z0-9_]+$/, { separator: "_" }),
  aws_internet_gateway: rule(255, TAG),
  aws_keyspaces_keyspace: rule(48, /^[A-Za-z][A-Za-z0-9_]*$/, { separator: "_" }),
  aws_kinesis_firehose_delivery_stream: rule(64, /^[\w.-]+$/),
  aws_kinesis_stream: rule(128, /^[\w.-]+$/),
  aws_kms_alias: rule(250, /^[A-Za-z0-9/_-]+$/, { separator: "/" }),
  aws_lambda_function: rule(64, /^[A-Za-z0-9_-]+$/),
  aws_lb: rule(32, /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/),
  aws_lb_target_group: rule(32, /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/),
  aws_macie2_classification_job: rule(500, WORD),
  aws_macie2_custom_data_identifier: rule(128, WORD),
  aws_memorydb_cluster: lower(40),
  aws_mq_broker: rule(50, /^[A-Za-z0-9_-]+$/),
  aws_msk_cluster: rule(64, LETTERS_HYPHENS),
  aws_msk_configuration: rule(255, LETTERS_HYPHENS),
  aws_nat_gateway: rule(255, TAG),
  aws_neptune_cluster: lower(50),
  aws_neptune_cluster_instance: lower(63),
  aws_neptune_cluster_parameter_group: lower(255),
  aws_neptune_global_cluster: lower(63),
  aws_neptune_subnet_group: lower(255),
  aws_opensearch_domain: lower(28),
  aws_prometheus_workspace: rule(100, TAG),
  aws_rds_cluster: lower(50),
  aws_rds_cluster_instance: lower(63),
  aws_rds_cluster_parameter_group: lower(255),
  aws_rds_global_cluster: lower(63),
  aws_route53_health_check: rule(255, TAG),
  aws_route53_key_signing_key: rule(128, /^[A-Za-z0-9_]+$/, { separator: "_" }),
  aws_route53_resolver_endpoint: rule(64, /^[A-Za-z0-9_' -]+$/),
  aws_route53_zone: rule(255, /^[a-z0-9.-]+$/),
  aws_route_table: rule(255, TAG),
  aws_rum_app_monitor: rule(255, /^[\w.#/-]+$/),
  aws_s3_bucket: lower(63, /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/),
  aws_scheduler_schedule: rule(64, /^[\w.-]+$/),
  aws_scheduler_schedule_group: rule(64, /^[\w.-]+$/),
  aws_secretsmanager_secret: rule(512, /^[\w/+=.@-]+$/, { separator: "/" }),
  aws_security_group: rule(255, /^[\w .:/()#,@[\]+=&;{}!$*-]+$/),
  aws_shield_protection: rule(128, /^[ a-zA-Z0-9_.-]*$/),
  aws_signer_signing_profile: rule(64, /^[A-Za-z0-9_]+$/, { separator: "_" }),
  aws_sns_platform_application: rule(256, /^[\w.-]+$/),
  aws_sns_topic: rule(256, /^[A-Za-z0-9_-]+(?:\.fifo)?$/),
  // 80, less what dead letters and FIFO append: `-dead.fifo`.
  aws_sqs_queue: rule(70, /^[A-Za-z0-9_-]+(?:\.fifo)?$/),
  aws_ssm_parameter: rule(1011, /^[\w./-]+$/, { separator: "/" }),
  aws_subnet: rule(255, TAG),
  aws_timestreaminfluxdb_db_instance: lower(40, /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/),
  aws_vpc: rule(255, TAG),
  aws_vpc_endpoint: rule(255, TAG),
  aws_wafv2_ip_set: rule(128, /^[\w-]+$/),
  aws_wafv2_regex_pattern_set: rule(128, /^[\w-]+$/),
  aws_wafv2_web_acl: rule(128, /^[\w-]+$/),
} as const satisfies Readonly<Record<string, NameRule>>;

/** Resource types that have a naming rule. */
export type NamedType = keyof typeof NAME_RULES;

const DIGEST_LENGTH = 6;

/**
 * A resource's name from its parts, within the budget of its type. What is too long loses the tails of its longest
 * parts and gains a digest of the whole, so that two long names never meet.
 * @throws when the type has no rule, or when the parts cannot make a valid name
 */
export function physicalName(type: string, parts: readonly string[]): string {
  const found: NameRule | undefined = isNamed(type) ? NAME_RULES[type] : undefined;
  if (found === undefined) throw new Error(`no naming rule for ${type}: add one to lib/model/naming.ts`);
  const { max, separator = "-", lower: lowerCase = false } = found;
  const words = parts.map((part) => allowedCharacters(lowerCase ? kebab(part) : part, found, separator));
  const whole = words.join(separator);
  const name = whole.length <= max ? whole : shortened(words, separator, max, parts.join("\u0000"));
  if (!found.pattern.test(name))
    throw new Error(`"${name}" is no name for ${type}: at most ${max} characters matching ${found.pattern.source}`);
  return name;
}

/** What is wrong with a name for a type, or undefined. */
export function checkName(type: NamedType, name: string): string | undefined {
  const { max, pattern } = NAME_RULES[type];
  if (name.length > max) return `"${name}" has ${name.length} characters, and ${type} allows ${max}`;
  return pattern.test(name) ? undefined : `"${name}" does not match ${pattern.source}, as ${type} requires`;
}

function isNamed(type: string): type is NamedType {
  return Object.hasOwn(NAME_RULES, type);
}

/** Splits camel case, since lower-casing alone would make `userEvents` and `userevents` one name. */
const kebab = (part: string): string => part.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();

/** Replaces what the type does not allow. */
function allowedCharacters(part: string, { pattern }: NameRule, separator: string): string {
  if (separator === "_") return part.replace(/[^A-Za-z0-9_]/g, "_");
  return pattern.test(part) ? part : part.replace(/[^A-Za-z0-9/-]/g, separator === "/" ? "-" : separator);
}

function shortened(words: readonly string[], separator: string, max: number, identity: string): string {
  const digest = createHash("sha256").update(identity).digest("hex").slice(0, DIGEST_LENGTH);
  const room = max - digest.length - separator.length;
  const kept = [...words];
  while (kept.join(separator).length > room) {
    const longest = kept.reduce((best, word, index) => (word.length > (kept[best]?.length ?? 0) ? index : best), 0);
    kept[longest] = (kept[longest] ?? "").slice(0, -1);
  }
  return [...kept.map((word) => word.replace(/[-_/]+$/, "")).filter((word) => word !== ""), digest].join(separator);
}
