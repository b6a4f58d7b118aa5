import { type Edge, type EdgeKind, Index } from "./edges.ts";
import { at, list, text, texts } from "./json.ts";
import type { Node } from "./node.ts";
import { hostsOfRecord } from "./records.ts";

/** Addresses of resources and data sources inside expressions. */
const REFERENCE = /(?<![\w.])(data\.)?(aws_[a-z0-9_]+)\.([A-Za-z_][A-Za-z0-9_-]*)/g;

/** Types by which roles get permissions. */
export const POLICIES = new Set(["aws_iam_role_policy", "aws_iam_role_policy_attachment"]);

/** Dependencies of what Terraform manages: references inside a stack, contracts and access between stacks, records. */
export function cloudEdges(nodes: readonly Node[]): Edge[] {
  const own = nodes.filter(({ kind }) => kind === "resource" || kind === "data" || kind === "output");
  const accountOf = ({ scope }: Node): string => scope.split("/")[0] ?? "";
  const addresses = new Index(own, ({ unit, address }) => [`${unit} ${address}`]);
  const parameters = new Index(own, parameterKeys);
  const names = new Index(own, (node) => physicalNames(node).map((name) => `${accountOf(node)} ${name}`));
  const origins = new Index(own, hostsOfRecord);
  return own.flatMap((node): Edge[] => {
    const edges: Edge[] = [];
    const said = JSON.stringify(node.body);
    const to = (index: Index, kind: EdgeKind, keys: Iterable<string>): void => {
      for (const key of new Set(keys)) edges.push(...index.edges(node, kind, key));
    };
    to(
      addresses,
      "reference",
      [...said.matchAll(REFERENCE)].map(([, data = "", type, id]) => `${node.unit} ${data}${type}.${id}`),
    );
    if (node.type === "aws_ssm_parameter" && node.kind === "data")
      to(parameters, "contract", [parameterKey(node.scope, node.type, text(node.body["name"]))]);
    if (node.kind === "resource")
      to(
        names,
        "access",
        arnsIn(said).map((name) => `${accountOf(node)} ${name}`),
      );
    // What a role may do is part of it, though Terraform writes the reference the other way.
    const role = POLICIES.has(node.type)
      ? /^\$\{(aws_iam_role\.[\w-]+)\./.exec(text(node.body["role"]) ?? "")?.[1]
      : undefined;
    for (const { id } of role === undefined ? [] : addresses.get(`${node.unit} ${role}`))
      edges.push({ from: id, to: node.id, kind: "access" });
    if (node.type === "aws_cloudfront_distribution")
      to(
        origins,
        "record",
        list(node.body["origin"]).map((origin) => text(at(origin, "domain_name")) ?? ""),
      );
    return edges;
  });
}

/** How a parameter or secret is found: by who keeps it, in an account and region. */
export const parameterKey = (scope: string, type: string, name = ""): string => `${scope} ${type} ${name}`;

/** Keys of the parameter or secret that a resource is. */
export const parameterKeys = ({ kind, type, body, scope }: Node): string[] =>
  kind === "resource" && (type === "aws_ssm_parameter" || type === "aws_secretsmanager_secret")
    ? texts(body["name"]).map((name) => parameterKey(scope, type, name))
    : [];

/** Types of the resources that ARNs of a service name, by what stands before the name; `*` where nothing does. */
const TYPES_BY_ARN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cassandra: { keyspace: "aws_keyspaces_keyspace" },
  cloudwatch: { alarm: "aws_cloudwatch_metric_alarm" },
  dynamodb: { table: "aws_dynamodb_table" },
  eks: { cluster: "aws_eks_cluster" },
  elasticache: {
    cluster: "aws_elasticache_cluster",
    replicationgroup: "aws_elasticache_replication_group",
    user: "aws_elasticache_user",
  },
  es: { domain: "aws_opensearch_domain" },
  firehose: { deliverystream: "aws_kinesis_firehose_delivery_stream" },
  iam: { policy: "aws_iam_policy", role: "aws_iam_role" },
  kafka: { cluster: "aws_msk_cluster", topic: "aws_msk_cluster", group: "aws_msk_cluster" },
  kinesis: { stream: "aws_kinesis_stream" },
  logs: { "log-group": "aws_cloudwatch_log_group" },
  s3: { "*": "aws_s3_bucket" },
  secretsmanager: { secret: "aws_secretsmanager_secret" },
  sns: { "*": "aws_sns_topic" },
  sqs: { "*": "aws_sqs_queue" },
};

/** Names of resources in the ARNs that a text holds, each behind its type: ours are computed, so policies name what other stacks make. */
const arnsIn = (said: string): string[] =>
  [...said.matchAll(/arn:aws[\w-]*:([\w-]+):[\w-]*:\d*:([^"\\\s]+)/g)].flatMap(([, service = "", rest = ""]) => {
    const types = TYPES_BY_ARN[service] ?? {};
    const [first = "", second = ""] = rest.split(/[/:]/).filter((part) => part !== "");
    const type = types[first];
    return type !== undefined ? [`${type} ${second}`] : types["*"] === undefined ? [] : [`${types["*"]} ${first}`];
  });

/** Names by which ARNs know a resource. */
function physicalNames({ kind, type, body }: Node): string[] {
  if (kind !== "resource") return [];
  return ["name", "bucket", "cluster_name", "replication_group_id", "domain_name", "user_id", "alarm_name"]
    .flatMap((key) => text(body[key]) ?? [])
    .filter((name) => !name.includes("${"))
    .map((name) => `${type} ${name}`);
}
