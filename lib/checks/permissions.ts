import type { Graph } from "../estate/graph.ts";
import { type Estate, type Region, regionsOf } from "../estate/index.ts";
import { text } from "../estate/json.ts";
import { placeOf } from "../estate/node.ts";
import type { Deployments } from "../model/deployment.ts";
import { nameOf, namespaceOf, type Place, placesOf, platformNameOf } from "../model/place.ts";
import { error, type Finding } from "./finding.ts";
import { allows, roleStatements } from "./iam.ts";
import { type PodIdentity, podIdentitiesOf } from "./pod-identities.ts";

/** A request to AWS by which a permission is tried. */
interface Probe {
  /** What of a `uses` grants it; nothing when any verb does. */
  readonly verb?: "read" | "write" | "produce" | "consume";
  readonly action: string;
  readonly resource: string;
  /** The only service to which `uses` grants it. @default every one that uses it */
  readonly only?: string;
}

/**
 * The role of every service allows exactly what its `uses` say: each store and stream of the blueprint is tried, to read
 * and to write, whether the service uses it or not.
 */
export function permissions(graph: Graph, estate: Estate, deployments: Deployments): Finding[] {
  const regions = regionsOf(estate);
  const identities = podIdentitiesOf(graph);
  return deployments.all.flatMap((deployment) =>
    placesOf(deployments, deployment).regions.flatMap((place) => {
      const here = regions.find(
        ({ blueprint, environment, region }) =>
          blueprint === deployment.name && environment === deployment.environment && region === place.region.code,
      );
      return here === undefined ? [] : placeFindings(graph, here, place, identities.get(placeOf(here)) ?? []);
    }),
  );
}

function placeFindings(graph: Graph, here: Region, place: Place, identities: readonly PodIdentity[]): Finding[] {
  const fallback = placeOf(here);
  const stacks = new Map(here.stacks.map((stack) => [stack.name, stack]));
  const found: Finding[] = [];
  const probes = new Map<string, readonly Probe[]>();
  for (const target of [...Object.keys(place.blueprint.data), ...Object.keys(place.blueprint.streams)]) {
    const { type, name } = resourceOf(place, target);
    if (name !== undefined && !created(graph, here, type, name))
      found.push(error("store-uncreated", fallback, `no stack creates ${type} ${name} of ${target}`));
    probes.set(target, probesOf(here, place, target));
  }
  for (const [service, { uses }] of Object.entries(place.blueprint.services)) {
    const identity = identities.find(
      ({ namespace, serviceAccount }) => serviceAccount === service && namespace === namespaceOf(place, service),
    );
    const stack = stacks.get(identity?.association.unit ?? "");
    const role = identity?.role;
    const statements = stack === undefined || role === undefined ? [] : roleStatements(graph, role, stack);
    for (const [target, tried] of probes)
      for (const { verb, action, resource, only = service } of tried) {
        const used = uses[target];
        const wanted = used !== undefined && only === service && (verb === undefined || used.split("-").includes(verb));
        const own = resource.replace("SERVICE", service.replaceAll("-", "_"));
        if (allows(statements, action, own) === wanted) continue;
        found.push(
          error(
            wanted ? "permission-missing" : "permission-excess",
            identity?.association.unit ?? fallback,
            wanted
              ? `${service} uses ${target} (${used}) but may not ${action} on ${own}${identity === undefined ? ": it has no role" : ""}`
              : `${service} may ${action} on ${own}, which its uses do not say`,
            role?.address,
          ),
        );
      }
  }
  return found;
}

const created = (graph: Graph, { blueprint, environment }: Region, type: string, name: string): boolean =>
  graph
    .ofType("resource", type)
    .filter((node) => node.blueprint === blueprint && node.environment === environment)
    .some(({ body }) => Object.values(body).some((value) => text(value) === name));

/** The resource that a store or stream is; topics are made by a job, not by a stack. */
function resourceOf(place: Place, target: string): { readonly type: string; readonly name?: string } {
  const named = (type: string, at = place) => ({ type, name: nameOf(at, type, target) });
  const stream = place.blueprint.streams[target];
  switch (stream?.kind ?? place.blueprint.data[target]?.kind) {
    case "keyValue":
      return named("aws_dynamodb_table", { ...place, global: true });
    case "object":
      return named("aws_s3_bucket");
    case "cache":
      return named("aws_elasticache_replication_group");
    case "memcached":
      return named("aws_elasticache_cluster");
    case "search":
      return named("aws_opensearch_domain");
    case "relational":
      return named("aws_rds_cluster");
    case "graph":
      return named("aws_neptune_cluster");
    case "wideColumn":
      return named("aws_keyspaces_keyspace");
    case "eventStream":
      return named("aws_kinesis_stream");
    case "queue": {
      const { type, name } = named("aws_sqs_queue");
      return { type, name: stream?.kind === "queue" && stream.fifo ? `${name}.fifo` : name };
    }
    case "rabbitmq":
      return { type: "aws_mq_broker", name: nameOf(place, "aws_mq_broker") };
    case "fanOut": {
      const { type, name } = named("aws_sns_topic");
      return { type, name: stream?.kind === "fanOut" && stream.fifo ? `${name}.fifo` : name };
    }
    default:
      return { type: "" };
  }
}

function probesOf({ account, region }: Region, place: Place, target: string): Probe[] {
  const { partition } = place.region;
  const { name } = resourceOf(place, target);
  const arn = (service: string, rest: string): string => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const contract = (value: string): string =>
    `{/dodeca/${place.deployment.name}/${place.deployment.environment}/data/${target}/${value}}`;
  const both = (read: string, write: string, resource: string): Probe[] => [
    { verb: "read", action: read, resource },
    { verb: "write", action: write, resource },
  ];
  const stream = (produce: string, consume: string, resource: string): Probe[] => [
    { verb: "produce", action: produce, resource },
    { verb: "consume", action: consume, resource },
  ];
  switch ((place.blueprint.streams[target] ?? place.blueprint.data[target])?.kind) {
    case "keyValue":
      return both("dynamodb:GetItem", "dynamodb:PutItem", arn("dynamodb", `table/${name}`));
    case "object":
      return both("s3:GetObject", "s3:PutObject", `arn:${partition}:s3:::${name}/object`);
    case "cache":
      return [{ action: "elasticache:Connect", resource: arn("elasticache", `replicationgroup:${name}`) }];
    case "search":
      return both("es:ESHttpGet", "es:ESHttpPut", arn("es", `domain/${name}/index`));
    case "relational":
      return [{ action: "rds-db:connect", resource: arn("rds-db", `dbuser:${contract("resourceId")}/SERVICE`) }];
    case "document":
    case "timeSeries":
      return [
        {
          action: "secretsmanager:GetSecretValue",
          resource: arn("secretsmanager", `secret:${contract("secretName")}-AbCdEf`),
        },
      ];
    case "graph":
      return both(
        "neptune-db:ReadDataViaQuery",
        "neptune-db:WriteDataViaQuery",
        arn("neptune-db", `${contract("resourceId")}/database`),
      );
    case "wideColumn":
      return both("cassandra:Select", "cassandra:Modify", arn("cassandra", `/keyspace/${name}/table/rows`));
    case "eventStream":
      return stream("kinesis:PutRecords", "kinesis:GetRecords", arn("kinesis", `stream/${name}`));
    case "queue":
      return stream("sqs:SendMessage", "sqs:ReceiveMessage", arn("sqs", name ?? ""));
    case "rabbitmq": {
      const secret = nameOf(place, "aws_secretsmanager_secret", "streaming", "rabbitmq");
      return [{ action: "secretsmanager:GetSecretValue", resource: arn("secretsmanager", `secret:${secret}-AbCdEf`) }];
    }
    case "fanOut":
      return [
        { verb: "produce", action: "sns:Publish", resource: arn("sns", name ?? "") },
        // A consumer reads from its own queue and from no other's.
        ...Object.entries(place.blueprint.services).flatMap(([service, { uses }]): Probe[] => {
          if (!uses[target]?.includes("consume")) return [];
          const queue = `${nameOf(place, "aws_sqs_queue", target, service)}${name?.endsWith(".fifo") ? ".fifo" : ""}`;
          return [{ verb: "consume", action: "sqs:ReceiveMessage", resource: arn("sqs", queue), only: service }];
        }),
      ];
    case "topic": {
      const cluster = platformNameOf(place, "aws_msk_cluster");
      const resource = arn(
        "kafka",
        `topic/${cluster}/00000000-0000-0000-0000-000000000000/${topicName(place, target)}`,
      );
      return stream("kafka-cluster:WriteData", "kafka-cluster:ReadData", resource);
    }
    default:
      return [];
  }
}

/** Tenants' topics carry their blueprint's name, since brokers are shared. */
function topicName(place: Place, target: string): string {
  const found = place.blueprint.streams[target];
  const topic = found?.kind === "topic" ? found.topic : target;
  return place.deployment.platform.owned ? topic : `${place.deployment.name}.${topic}`;
}
