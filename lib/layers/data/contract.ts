import { nameOf, type Place } from "../../model/place.ts";
import type { ResolvedStore } from "../../model/resolved.ts";
import type { StoreVerb } from "../../model/stores.ts";
import { type ContractRef, contract, parameterName, read } from "../common/contract.ts";
import type { Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";

/** Port of Keyspaces, which speaks CQL over TLS. */
export const KEYSPACES_PORT = 9142;

const relational = (store: string) =>
  contract("data", { endpoint: "text", readerEndpoint: "text", resourceId: "text" }, store);
const endpoint = (store: string) => contract("data", { endpoint: "text" }, store);
const documents = (store: string) =>
  contract("data", { endpoint: "text", readerEndpoint: "text", secretName: "text" }, store);
const influx = (store: string) => contract("data", { endpoint: "text", secretName: "text" }, store);

/** What a relational store or a graph publishes. */
export const relationalContract = (place: Place, store: string) => ref(place, relational(store));
/** What a cache or search store publishes. */
export const endpointContract = (place: Place, store: string) => ref(place, endpoint(store));
/** What a document store publishes. */
export const documentContract = (place: Place, store: string) => ref(place, documents(store));
/** What a time series store publishes. */
export const influxContract = (place: Place, store: string) => ref(place, influx(store));

function ref<D extends ContractRef["contract"]["declared"]>(
  place: Place,
  of: ContractRef<D>["contract"],
): ContractRef<D> {
  return {
    contract: of,
    owner: { blueprint: place.deployment.name, environment: place.deployment.environment },
    region: place.region.code,
  };
}

/** Port of a store inside the network, or undefined for those that answer on AWS's own endpoints. */
export function portOf(store: ResolvedStore): number | undefined {
  switch (store.kind) {
    case "relational":
      return store.engine === "postgres" ? 5432 : 3306;
    case "cache":
      return 6379;
    case "memcached":
      return 11_211;
    case "search":
      return 443;
    case "document":
      return 27_017;
    case "timeSeries":
      return 8086;
    case "graph":
      return 8182;
    case "wideColumn":
      return KEYSPACES_PORT;
    default:
      return undefined;
  }
}

/** Name of a store's table, the same in every region of a global table. */
export const tableName = (place: Place, store: string): string =>
  nameOf({ ...place, global: true }, "aws_dynamodb_table", store);
export const bucketName = (place: Place, store: string): string => nameOf(place, "aws_s3_bucket", store);
export const clusterIdentifier = (place: Place, store: string): string => nameOf(place, "aws_rds_cluster", store);
export const cacheName = (place: Place, store: string): string =>
  nameOf(place, "aws_elasticache_replication_group", store);
export const memcachedName = (place: Place, store: string): string => nameOf(place, "aws_elasticache_cluster", store);
/** Name of a service's user in a cache. */
export const cacheUser = (place: Place, store: string, service: string): string =>
  nameOf(place, "aws_elasticache_user", store, service);
export const graphIdentifier = (place: Place, store: string): string => nameOf(place, "aws_neptune_cluster", store);
export const domainName = (place: Place, store: string): string => nameOf(place, "aws_opensearch_domain", store);
export const keyspaceName = (place: Place, store: string): string => nameOf(place, "aws_keyspaces_keyspace", store);

/** Name of a database in a relational or document store. */
export const databaseName = (store: string): string => store.replace(/[^A-Za-z0-9]/g, "_").toLowerCase();

/** User of a service in a relational store; made by the store's migrations. */
export const databaseUser = (service: string): string => service.replaceAll("-", "_");
/** User that owns the schema of a relational store and runs its migrations. */
export const MIGRATOR = "migrator";

/** Settings of a store that can be computed, for the services that use it. */
export function plainSettingsOf(place: Place, store: string): Readonly<Record<string, string>> {
  const found = place.blueprint.data[store];
  switch (found?.kind) {
    case "relational":
      return { DATABASE: databaseName(store), PORT: String(portOf(found)), IAM_AUTHENTICATION: "true" };
    case "keyValue":
      return { TABLE_NAME: tableName(place, store) };
    case "cache":
      return { PORT: "6379", TTL: found.ttl, REPLICATION_GROUP: cacheName(place, store), IAM_AUTHENTICATION: "true" };
    case "memcached":
      return { PORT: String(portOf(found)), TTL: found.ttl, TLS: "true" };
    case "object":
      return { BUCKET_NAME: bucketName(place, store) };
    case "document":
      return { DATABASE: databaseName(store), PORT: "27017" };
    case "graph":
      return { PORT: String(portOf(found)), IAM_AUTHENTICATION: "true" };
    case "wideColumn":
      return {
        KEYSPACE: keyspaceName(place, store),
        ENDPOINT: `cassandra.${place.region.code}.amazonaws.com`,
        PORT: String(KEYSPACES_PORT),
      };
    case "timeSeries":
      return { PORT: "8086" };
    default:
      return {};
  }
}

/** Parameters of a store whose values exist only after apply, by the name that services know them under. */
export function parametersOf(place: Place, store: string): Readonly<Record<string, string>> {
  switch (place.blueprint.data[store]?.kind) {
    case "relational":
    case "graph": {
      const { contract: of, owner } = relationalContract(place, store);
      return {
        ENDPOINT: parameterName(of, owner, "endpoint"),
        READER_ENDPOINT: parameterName(of, owner, "readerEndpoint"),
      };
    }
    case "cache":
    case "memcached":
    case "search": {
      const { contract: of, owner } = endpointContract(place, store);
      return { ENDPOINT: parameterName(of, owner, "endpoint") };
    }
    case "document": {
      const { contract: of, owner } = documentContract(place, store);
      return {
        ENDPOINT: parameterName(of, owner, "endpoint"),
        READER_ENDPOINT: parameterName(of, owner, "readerEndpoint"),
        SECRET_NAME: parameterName(of, owner, "secretName"),
      };
    }
    case "timeSeries": {
      const { contract: of, owner } = influxContract(place, store);
      return { ENDPOINT: parameterName(of, owner, "endpoint"), SECRET_NAME: parameterName(of, owner, "secretName") };
    }
    default:
      return {};
  }
}

/** Contracts that the permissions of a product's services are computed from. */
export function contractsUsedBy(place: Place): readonly ContractRef[] {
  const stores = new Set(Object.values(place.blueprint.services).flatMap(({ uses }) => Object.keys(uses)));
  return [...stores].flatMap((store): ContractRef[] => {
    switch (place.blueprint.data[store]?.kind) {
      case "relational":
      case "graph":
        return [relationalContract(place, store)];
      case "document":
        return [documentContract(place, store)];
      case "timeSeries":
        return [influxContract(place, store)];
      default:
        return [];
    }
  });
}

/** Services that use a store, with what they may do. */
export const usersOf = (place: Place, store: string): readonly (readonly [service: string, verb: string])[] =>
  Object.entries(place.blueprint.services).flatMap(([service, { uses }]) => {
    const verb = uses[store];
    return verb === undefined ? [] : [[service, verb] as const];
  });

const reads = (verb: string): boolean => verb !== "write";
const writes = (verb: string): boolean => verb !== "read";

/** What a service may do on AWS with a store that it uses: least privilege, from computed names. */
export function accessOf(
  stack: Stack,
  place: Place,
  store: string,
  verb: StoreVerb | string,
  service: string,
): readonly Statement[] {
  const found = place.blueprint.data[store];
  const both = (read_: readonly string[], write: readonly string[]): string[] => [
    ...(reads(verb) ? read_ : []),
    ...(writes(verb) ? write : []),
  ];
  switch (found?.kind) {
    case "relational": {
      const resource = read(stack, relationalContract(place, store)).resourceId;
      return [
        {
          actions: ["rds-db:connect"],
          resources: [stack.arnOf("rds-db", `dbuser:${resource}/${databaseUser(service)}`)],
        },
      ];
    }
    case "keyValue": {
      const table = stack.arnOf("dynamodb", `table/${tableName(place, store)}`);
      return [
        {
          actions: both(
            [
              "dynamodb:BatchGetItem",
              "dynamodb:ConditionCheckItem",
              "dynamodb:DescribeTable",
              "dynamodb:GetItem",
              "dynamodb:Query",
              "dynamodb:Scan",
            ],
            ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
          ),
          resources: Object.keys(found.indexes).length === 0 ? [table] : [table, `${table}/index/*`],
        },
      ];
    }
    case "cache":
      return [
        {
          actions: ["elasticache:Connect"],
          resources: [
            stack.arnOf("elasticache", `replicationgroup:${cacheName(place, store)}`),
            stack.arnOf("elasticache", `user:${cacheUser(place, store, service)}`),
          ],
        },
      ];
    case "object": {
      const bucket = `${stack.arn}:s3:::${bucketName(place, store)}`;
      return [
        ...(reads(verb) ? [{ actions: ["s3:ListBucket"], resources: [bucket] }] : []),
        {
          actions: both(["s3:GetObject"], ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]),
          resources: [`${bucket}/*`],
        },
        keyUse(stack, place, "s3", verb),
      ];
    }
    case "search":
      return [
        {
          actions: both(
            ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost"],
            ["es:ESHttpDelete", "es:ESHttpPatch", "es:ESHttpPut"],
          ),
          resources: [`${stack.arnOf("es", `domain/${domainName(place, store)}`)}/*`],
        },
      ];
    case "document":
    case "timeSeries": {
      const secret =
        found.kind === "document"
          ? read(stack, documentContract(place, store)).secretName
          : read(stack, influxContract(place, store)).secretName;
      return [
        { actions: ["secretsmanager:GetSecretValue"], resources: [stack.arnOf("secretsmanager", `secret:${secret}*`)] },
      ];
    }
    case "graph": {
      const resource = read(stack, relationalContract(place, store)).resourceId;
      return [
        {
          actions: both(
            ["neptune-db:GetEngineStatus", "neptune-db:GetQueryStatus", "neptune-db:ReadDataViaQuery"],
            ["neptune-db:DeleteDataViaQuery", "neptune-db:WriteDataViaQuery"],
          ),
          resources: [stack.arnOf("neptune-db", `${resource}/*`)],
        },
      ];
    }
    case "wideColumn": {
      const keyspace = stack.arnOf("cassandra", `/keyspace/${keyspaceName(place, store)}/table/*`);
      return [
        { actions: both(["cassandra:Select"], ["cassandra:Modify"]), resources: [keyspace] },
        // Drivers read the cluster's topology before anything else.
        { actions: ["cassandra:Select"], resources: [stack.arnOf("cassandra", "/keyspace/system*")] },
        // With these Keyspaces tells them which addresses its endpoint has, so that they open connections to all of them.
        { actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcEndpoints"], resources: ["*"] },
      ];
    }
    default:
      return [];
  }
}

/** Use of the product's data key through one service of AWS. */
export function keyUse(stack: Stack, place: Place, through: string, verb: string): Statement {
  return {
    actions: [...(reads(verb) ? ["kms:Decrypt"] : []), ...(writes(verb) ? ["kms:GenerateDataKey"] : [])],
    resources: [read(stack, keysOf(place)).data],
    conditions: { StringEquals: { "kms:ViaService": `${through}.${place.region.code}.amazonaws.com` } },
  };
}
