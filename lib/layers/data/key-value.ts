import { DynamodbTable } from "@cdktn/provider-aws/lib/dynamodb-table/index.js";
import { Construct } from "constructs";
import type { StoreOf } from "../../model/resolved.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { keysOf } from "../security/contract.ts";
import { tableName } from "./contract.ts";
import { guarded } from "./defaults.ts";
import type { StoreProps } from "./store-network.ts";

const TYPES = { string: "S", number: "N", binary: "B" } as const;

/**
 * A key-value store: a DynamoDB table on demand, recoverable to any second of the last 35 days. A global one has a
 * writable replica in every other region, made and owned by the primary's stack.
 */
export class KeyValueTable extends Construct {
  constructor(scope: Construct, id: string, { stack, place, name, store }: StoreProps<StoreOf<"keyValue">>) {
    super(scope, id);
    const replicas = store.global
      ? place.deployment.regions.map(({ region }) => region.code).filter((code) => code !== place.region.code)
      : [];
    const keys = [
      store.partitionKey,
      store.sortKey,
      ...Object.values(store.indexes).flatMap((index) => [index.partitionKey, index.sortKey]),
    ];
    const attributes = [...new Set(keys.filter((key) => key !== undefined))].sort((a, b) => (a < b ? -1 : 1));
    const table = new DynamodbTable(this, "Resource", {
      name: tableName(place, name),
      billingMode: "PAY_PER_REQUEST",
      hashKey: store.partitionKey,
      ...(store.sortKey === undefined ? {} : { rangeKey: store.sortKey }),
      attribute: attributes.map((key) => ({ name: key, type: TYPES[store.attributes[key] ?? "string"] })),
      globalSecondaryIndex: Object.entries(store.indexes).map(([index, { partitionKey, sortKey }]) => ({
        name: index,
        hashKey: partitionKey,
        ...(sortKey === undefined ? {} : { rangeKey: sortKey }),
        projectionType: "ALL",
      })),
      ...(store.ttl === undefined ? {} : { ttl: { attributeName: store.ttl, enabled: true } }),
      pointInTimeRecovery: { enabled: true },
      // Replicas would need a key in each of their regions: those of AWS are there already.
      serverSideEncryption: {
        enabled: true,
        ...(replicas.length === 0 ? { kmsKeyArn: read(stack, keysOf(place)).data } : {}),
      },
      ...(replicas.length === 0 ? {} : { streamEnabled: true, streamViewType: "NEW_AND_OLD_IMAGES" }),
      replica: replicas.map((regionName) => ({ regionName, pointInTimeRecovery: true, propagateTags: true })),
      deletionProtectionEnabled: guarded(place.deployment.tier),
      tags: { "dodeca:backup": place.deployment.tier },
      lifecycle: { preventDestroy: guarded(place.deployment.tier) },
    });
    if (replicas.length === 0) return;
    encodes("foundation.data.dynamodb", table);
  }
}
