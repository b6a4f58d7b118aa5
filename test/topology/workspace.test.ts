import type { Estate } from "../../lib/estate/index.ts";
import { contractKey } from "../../lib/layers/common/contract.ts";
import { overlaps, parseCidr } from "../../lib/model/addresses.ts";
import { NAME_RULES } from "../../lib/model/naming.ts";
import type { Plan } from "../../lib/topology/plan.ts";
import { type Document, planned } from "../support.ts";
import { outputFiles, synthesized } from "../synthesized.ts";

let plan: Plan;
let estate: Estate;
let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  plan = await planned();
  estate = await synthesized();
  files = await outputFiles();
});

const stacks = (): [name: string, document: Document][] => estate.stacks.map(({ name, document }) => [name, document]);

/** Values that occur more than once. */
const repeated = (values: readonly string[]): string[] =>
  [...new Set(values.filter((value, index) => values.indexOf(value) !== index))].slice(0, 10);

/** Attributes that are a resource's name in a namespace of the account and region, or of the world. */
const NAMED: readonly (readonly [type: string, attribute: string, global: boolean])[] = [
  ["aws_backup_vault", "name", false],
  ["aws_cloudfront_cache_policy", "name", true],
  ["aws_cloudfront_response_headers_policy", "name", true],
  ["aws_cloudwatch_log_group", "name", false],
  ["aws_cloudwatch_metric_alarm", "alarm_name", false],
  ["aws_codebuild_project", "name", false],
  ["aws_db_subnet_group", "name", false],
  ["aws_dynamodb_table", "name", false],
  ["aws_ecr_repository", "name", false],
  ["aws_eks_cluster", "name", false],
  ["aws_elasticache_replication_group", "replication_group_id", false],
  ["aws_elasticache_user", "user_id", false],
  ["aws_iam_policy", "name", true],
  ["aws_iam_role", "name", true],
  ["aws_kinesis_stream", "name", false],
  ["aws_kms_alias", "name", false],
  ["aws_msk_cluster", "cluster_name", false],
  ["aws_opensearch_domain", "domain_name", false],
  ["aws_rds_cluster", "cluster_identifier", false],
  ["aws_rds_global_cluster", "global_cluster_identifier", true],
  ["aws_route53_zone", "name", true],
  ["aws_secretsmanager_secret", "name", false],
  ["aws_sns_topic", "name", false],
  ["aws_sqs_queue", "name", false],
  ["aws_ssm_parameter", "name", false],
  ["aws_wafv2_web_acl", "name", true],
];

describe("the three blueprints side by side", () => {
  test("keep every state under a key of its own", () => {
    const keys = stacks().map(([, { terraform }]) => `${terraform.backend.s3.bucket}/${terraform.backend.s3.key}`);
    expect(repeated(keys)).toEqual([]);
    expect(keys.length).toBeGreaterThan(400);
  });

  test.each(NAMED)("never give one name to two of %s", (type, attribute, global) => {
    const names = stacks().flatMap(([, document]) => {
      const provider = document.provider.aws[0];
      const where = `${provider.allowed_account_ids[0]}/${global ? "" : provider.region}`;
      const all: Document[] = Object.values(document.resource?.[type] ?? {});
      return all.map((body) => `${where}/${body[attribute]}`);
    });
    expect(repeated(names)).toEqual([]);
  });

  test("never give one bucket name to two in the world", () => {
    const names = stacks().flatMap(([, document]) =>
      Object.values<Document>(document.resource?.aws_s3_bucket ?? {}).map(({ bucket }) => bucket),
    );
    expect(repeated(names)).toEqual([]);
    expect(names.every((name) => typeof name === "string" && /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))).toBe(
      true,
    );
  });

  test("make what may exist once in an account or region once", () => {
    for (const type of [
      "aws_cloudtrail",
      "aws_ebs_encryption_by_default",
      "aws_ecr_replication_configuration",
      "aws_guardduty_detector",
      "aws_iam_account_password_policy",
      "aws_iam_openid_connect_provider",
      "aws_s3_account_public_access_block",
    ]) {
      const places = stacks().flatMap(([, document]) => {
        const provider = document.provider.aws[0];
        return Object.keys(document.resource?.[type] ?? {}).map(
          () => `${provider.allowed_account_ids[0]}/${provider.region}`,
        );
      });
      expect([type, repeated(places)]).toEqual([type, []]);
    }
  });

  test("have networks that do not overlap", () => {
    const networks = stacks().flatMap(([, document]) =>
      Object.values<Document>(document.resource?.aws_vpc ?? {}).map(({ cidr_block }) => parseCidr(cidr_block)),
    );
    expect(networks.length).toBeGreaterThan(10);
    for (const [index, one] of networks.entries())
      for (const other of networks.slice(index + 1)) expect(overlaps(one, other)).toBe(false);
  });

  test("write every object of a cluster under one name only", () => {
    // Clusters by the platform that owns them: products live on a cluster of another blueprint in prod.
    const objects = plan.applications.map(
      ({ platform, environment, region, blueprint, name }) =>
        `${platform}/${environment}/${region}/${blueprint}-${name}`,
    );
    expect(repeated(objects)).toEqual([]);
  });

  test("publish every contract once, and read only what is published", () => {
    const published = new Set(plan.stacks.flatMap(({ plan }) => plan.publishes.map(contractKey)));
    const read = plan.stacks.flatMap(({ plan }) => plan.reads.map(contractKey));
    expect(read.filter((key) => !published.has(key))).toEqual([]);
  });

  test("read in a stack exactly parameters that a stack of an earlier wave publishes", () => {
    const documents = new Map(stacks());
    const wave = new Map(plan.stacks.map(({ name, wave: own }) => [name, own]));
    const publisher = new Map<string, string>();
    const place = (document: Document): string =>
      `${document.provider.aws[0].allowed_account_ids[0]}/${document.provider.aws[0].region}`;
    for (const [name, document] of documents)
      for (const { name: parameter } of Object.values<Document>(document.resource?.aws_ssm_parameter ?? {}))
        publisher.set(`${place(document)}${parameter}`, name);
    const wrong = [...documents].flatMap(([name, document]) =>
      Object.values<Document>(document.data?.aws_ssm_parameter ?? {}).flatMap(({ name: parameter }) => {
        const from = publisher.get(`${place(document)}${parameter}`);
        return from !== undefined && (wave.get(from) ?? 0) < (wave.get(name) ?? 0) ? [] : [`${name}: ${parameter}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe("names", () => {
  test("every type that carries a name of ours has a rule", () => {
    // Named after what they belong to, by AWS, or by a fixed word.
    const FIXED = new Set([
      "aws_iam_role_policy",
      "aws_ssm_parameter",
      "aws_route53_record",
      "aws_route53_zone",
      "aws_cloudwatch_log_stream",
      "aws_guardduty_detector_feature",
    ]);
    const missing = new Set<string>();
    for (const [, document] of stacks())
      for (const [type, byId] of Object.entries<Document>(document.resource ?? {}))
        for (const body of Object.values<Document>(byId))
          if (typeof body.name === "string" && !body.name.includes("${") && !FIXED.has(type) && !(type in NAME_RULES))
            missing.add(type);
    expect([...missing]).toEqual([]);
  });

  test("every name keeps to its rule", () => {
    const wrong: string[] = [];
    const rules = new Map<string, (typeof NAME_RULES)[keyof typeof NAME_RULES]>(Object.entries(NAME_RULES));
    for (const [stack, document] of stacks())
      for (const [type, byId] of Object.entries<Document>(document.resource ?? {})) {
        const rule = rules.get(type);
        for (const body of Object.values<Document>(byId)) {
          const name = body.name ?? body.tags?.Name;
          if (rule === undefined || typeof name !== "string" || name.includes("${")) continue;
          const bare = type === "aws_kms_alias" ? name.replace(/^alias\//, "") : name;
          if (bare.length > rule.max || !rule.pattern.test(bare)) wrong.push(`${stack} ${type} ${name}`);
        }
      }
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

describe("what is nobody's secret", () => {
  test("objects hold no account number, ARN or subnet, but the image host", () => {
    const found = [...files].flatMap(([path, text]) =>
      path.startsWith("dist/kubernetes/") &&
      /\b\d{12}\b(?!\.dkr\.ecr\.)|arn:aws|subnet-[0-9a-f]|sg-[0-9a-f]/.test(text.replace(/\b\d{13,}\b/g, ""))
        ? [path]
        : [],
    );
    expect(found.slice(0, 5)).toEqual([]);
  });

  test("no output has a secret's value", () => {
    const found = [...files].flatMap(([path, text]) =>
      // An expression is no value: what it stands for is drawn at apply.
      /"(?:master_password|secret_string|auth_token|password)": "(?!(?:[^"\\]|\\.)*\$\{)|kind: Secret$/m.test(text)
        ? [path]
        : [],
    );
    expect(found).toEqual([]);
  });
});
