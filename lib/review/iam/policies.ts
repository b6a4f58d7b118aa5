import type { Change } from "../../estate/diff.ts";
import type { Graph } from "../../estate/graph.ts";
import { at, list, object, parsed, text, texts } from "../../estate/json.ts";
import { idOf, type Node } from "../../estate/node.ts";
import { type Stack, withContracts } from "../../estate/stacks.ts";
import type { Evidence } from "../evidence.ts";
import { documentOfBlocks, type Statement, statementsIn } from "./statement.ts";

/** Attributes that hold the policy of a resource, by its type: who may do what with it. */
export const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  aws_backup_vault_policy: "policy",
  aws_cloudwatch_event_bus_policy: "policy",
  aws_cloudwatch_log_resource_policy: "policy_document",
  aws_dynamodb_resource_policy: "policy",
  aws_ecr_registry_policy: "policy",
  aws_ecr_repository_policy: "policy",
  aws_efs_file_system_policy: "policy",
  aws_iam_role: "assume_role_policy",
  aws_kinesis_resource_policy: "policy",
  aws_kms_key: "policy",
  aws_kms_key_policy: "policy",
  aws_msk_cluster_policy: "policy",
  aws_opensearch_domain: "access_policies",
  aws_opensearch_domain_policy: "access_policies",
  aws_s3_bucket_policy: "policy",
  aws_secretsmanager_secret_policy: "policy",
  aws_sns_topic: "policy",
  aws_sns_topic_policy: "policy",
  aws_sqs_queue: "policy",
  aws_sqs_queue_policy: "policy",
  aws_vpc_endpoint: "policy",
};

/** Attributes that name the identity that a policy is attached to, by type. */
const ATTACHED: Readonly<Record<string, string>> = {
  aws_iam_group_policy: "group",
  aws_iam_group_policy_attachment: "group",
  aws_iam_role_policy: "role",
  aws_iam_role_policy_attachment: "role",
  aws_iam_user_policy: "user",
  aws_iam_user_policy_attachment: "user",
};
const IDENTITIES = new Set(["aws_iam_role", "aws_iam_user", "aws_iam_group"]);

/** Everything that an identity may do, as far as its stack says. */
export interface Identity {
  /** The role, user or group. @default it is made elsewhere */
  readonly node?: Node;
  readonly statements: readonly Statement[];
  /** ARNs of managed policies whose text is not in the stack. */
  readonly managed: ReadonlyMap<string, Node>;
  /** Policies that are expressions. */
  readonly unreadable: readonly Node[];
}

/** The policies of one side of a review. */
export class Policies {
  private readonly graph: Graph;
  private readonly stacks: ReadonlyMap<string, Stack>;
  private readonly renames: ReadonlyMap<string, readonly (readonly [from: string, to: string])[]>;
  private readonly byIdentity: ReadonlyMap<string, readonly Node[]>;

  /** @param moved changes by whose addresses the texts of this side are read, so that a renamed resource is the same one */
  constructor(side: Evidence["base"], graph: Graph, moved: readonly Change[] = []) {
    this.graph = graph;
    this.stacks = new Map(side.estate.stacks.map((stack) => [stack.name, stack]));
    const renames = moved.flatMap(({ node, before }) =>
      before === undefined || before.address === node.address
        ? []
        : [{ unit: before.unit, pair: [`\${${before.address}.`, `\${${node.address}.`] as const }],
    );
    this.renames = new Map(
      [...Map.groupBy(renames, ({ unit }) => unit)].map(([unit, all]) => [unit, all.map(({ pair }) => pair)]),
    );
    const attached = graph
      .where(({ kind, type }) => kind === "resource" && (ATTACHED[type] !== undefined || IDENTITIES.has(type)))
      .flatMap((node) => {
        const identity = this.identityOf(node);
        return identity === undefined ? [] : [{ identity, node }];
      });
    this.byIdentity = new Map(
      [...Map.groupBy(attached, ({ identity }) => identity)].map(([key, all]) => [key, all.map(({ node }) => node)]),
    );
  }

  /** Number of the account that a node is in. */
  accountOf(node: Node): string | undefined {
    return this.stacks.get(node.unit)?.account;
  }

  /** Id of the role, user or group that a policy or attachment belongs to, or that a node is. */
  identityOf(node: Node): string | undefined {
    if (IDENTITIES.has(node.type)) return node.id;
    const key = ATTACHED[node.type];
    const name = key === undefined ? undefined : text(node.body[key]);
    if (name === undefined) return undefined;
    const address = /^\$\{(aws_iam_\w+\.[\w-]+)\.(?:name|id)\}$/.exec(name)?.[1];
    if (address !== undefined) return idOf(node.unit, address);
    const own = this.graph.where(
      ({ unit, type, body }) => unit === node.unit && type === `aws_iam_${key}` && body["name"] === name,
    )[0];
    return own?.id ?? `${node.unit} ${key} ${this.read(node, name)}`;
  }

  /** Whether anything is known of an identity. */
  hasIdentity(id: string): boolean {
    return this.byIdentity.has(id);
  }

  /** What an identity may do. */
  identity(id: string): Identity {
    const nodes = this.byIdentity.get(id) ?? [];
    const node = nodes.find(({ type }) => IDENTITIES.has(type));
    const managed = new Map<string, Node>();
    const documents: { readonly of: Node; readonly value: unknown }[] = [];
    for (const one of nodes) {
      if (IDENTITIES.has(one.type)) {
        for (const arn of texts(one.body["managed_policy_arns"])) managed.set(arn, one);
        for (const inline of list(one.body["inline_policy"])) documents.push({ of: one, value: at(inline, "policy") });
        continue;
      }
      const arn = text(one.body["policy_arn"]);
      if (arn === undefined) {
        documents.push({ of: one, value: one.body["policy"] });
        continue;
      }
      const address = /^\$\{(aws_iam_policy\.[\w-]+)\.(?:arn|id)\}$/.exec(arn)?.[1];
      const policy = address === undefined ? undefined : this.graph.nodes.get(idOf(one.unit, address));
      if (policy === undefined) managed.set(this.read(one, arn), one);
      else documents.push({ of: policy, value: policy.body["policy"] });
    }
    const read = documents.map(({ of, value }) => ({ of, statements: this.statements(of, value) }));
    return {
      ...(node === undefined ? {} : { node }),
      managed,
      statements: read.flatMap(({ statements }) => statements ?? []),
      unreadable: read.flatMap(({ of, statements }) => (statements === undefined ? [of] : [])),
    };
  }

  /** The statements of a policy's text, none where there is no text; nothing where it cannot be read. */
  statements(node: Node, value: unknown): Statement[] | undefined {
    if (value === undefined || value === null || value === "") return [];
    const data = /^\$\{(data\.aws_iam_policy_document\.[\w-]+)\.json\}$/.exec(text(value) ?? "")?.[1];
    if (data !== undefined) {
      const blocks = this.graph.nodes.get(idOf(node.unit, data));
      const written = blocks === undefined ? undefined : JSON.stringify(documentOfBlocks(blocks.body));
      return written === undefined ? undefined : statementsIn(parsed(this.read(node, written)), node);
    }
    const document = typeof value === "string" ? parsed(this.read(node, value)) : value;
    return typeof document === "object" && document !== null ? statementsIn(object(document), node) : undefined;
  }

  /** Statements of everything that is no identity's, to know what is usual. */
  all(): Statement[] {
    return this.graph
      .where(({ kind }) => kind === "resource")
      .flatMap((node) => {
        const key = RESOURCE_POLICIES[node.type] ?? (node.type.startsWith("aws_iam_") ? "policy" : undefined);
        return key === undefined ? [] : (this.statements(node, node.body[key]) ?? []);
      });
  }

  /** A text with contracts by their names and moved resources by their new ones. */
  private read(node: Node, value: string): string {
    const stack = this.stacks.get(node.unit);
    const named = stack === undefined ? value : withContracts(stack, value);
    return (this.renames.get(node.unit) ?? []).reduce((all, [from, to]) => all.replaceAll(from, to), named);
  }
}
