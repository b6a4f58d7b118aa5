import { KeyspacesKeyspace } from "@cdktn/provider-aws/lib/keyspaces-keyspace/index.js";
import { KeyspacesTable } from "@cdktn/provider-aws/lib/keyspaces-table/index.js";
import { Construct } from "constructs";
import { seconds } from "../../model/quantities.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { read } from "../common/contract.ts";
import { keysOf } from "../security/contract.ts";
import { keyspaceName } from "./contract.ts";
import { guarded } from "./defaults.ts";
import type { StoreProps } from "./store-network.ts";

/** A wide-column store: a keyspace of Amazon Keyspaces with its tables, recoverable to any second of 35 days. */
export class WideColumnKeyspace extends Construct {
  constructor(scope: Construct, id: string, { stack, place, name, store }: StoreProps<StoreOf<"wideColumn">>) {
    super(scope, id);
    const keyspace = new KeyspacesKeyspace(this, "Resource", {
      name: keyspaceName(place, name),
      lifecycle: { preventDestroy: guarded(place.deployment.tier) },
    });
    for (const [table, { columns, partitionKey, clusteringKey = [], ttl }] of Object.entries(store.tables)) {
      new KeyspacesTable(this, `table-${table}`, {
        keyspaceName: keyspace.name,
        tableName: table,
        schemaDefinition: {
          column: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
          partitionKey: partitionKey.map((column) => ({ name: column })),
          clusteringKey: clusteringKey.map((column) => ({ name: column, orderBy: "DESC" })),
        },
        capacitySpecification: { throughputMode: "PAY_PER_REQUEST" },
        encryptionSpecification: {
          type: "CUSTOMER_MANAGED_KMS_KEY",
          kmsKeyIdentifier: read(stack, keysOf(place)).data,
        },
        pointInTimeRecovery: { status: "ENABLED" },
        ...(ttl === undefined ? {} : { ttl: { status: "ENABLED" }, defaultTimeToLive: seconds(ttl) }),
        lifecycle: { preventDestroy: guarded(place.deployment.tier) },
      });
    }
  }
}
