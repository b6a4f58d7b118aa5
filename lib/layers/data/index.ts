import type { Place } from "../../model/place.ts";
import type { ResolvedStore } from "../../model/resolved.ts";
import type { ContractRef } from "../common/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import type { Stack } from "../common/stack.ts";
import { WAVES } from "../delivery/contract.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { Backups } from "./backups.ts";
import { Cache } from "./cache.ts";
import { documentContract, endpointContract, influxContract, relationalContract } from "./contract.ts";
import { DocumentDatabase } from "./document.ts";
import { GraphDatabase, isGlobalGraph } from "./graph.ts";
import { KeyValueTable } from "./key-value.ts";
import { Memcached } from "./memcached.ts";
import { Migration } from "./migrations.ts";
import { ObjectBucket } from "./object.ts";
import { isGlobal, RelationalDatabase } from "./relational.ts";
import { SearchDomain } from "./search.ts";
import { TimeSeriesInstance } from "./time-series.ts";
import { WideColumnKeyspace } from "./wide-column.ts";

/** The stores of a product, each in a stack of its own: a change to a cache never locks the relational store. */
export const data: Layer = {
  id: "data",
  stacks: (place) => {
    if (place.global) return [];
    const stores = Object.entries(place.blueprint.data).filter(([, store]) => !ownedElsewhere(place, store));
    const plans = stores.map(([name, store]) => storeStack(place, name, store));
    return plans.length > 0 && place.deployment.tier !== "dev" ? [...plans, backups(place)] : plans;
  },
  applications: (place) => (relationalStores(place).length === 0 ? [] : [migrations(place)]),
};

/** A global table is made once, in the primary's stack, which makes its replicas. */
const ownedElsewhere = (place: Place, store: ResolvedStore): boolean =>
  store.kind === "keyValue" && store.global && place.role !== "primary";

/** Whether what is written goes to the store's cluster in the primary region. */
const isFollower = (place: Place, store: ResolvedStore): boolean =>
  place.role !== "primary" &&
  ((store.kind === "relational" && isGlobal(place, store)) || (store.kind === "graph" && isGlobalGraph(place, store)));

const relationalStores = (place: Place) =>
  Object.entries(place.blueprint.data).flatMap(([name, store]) =>
    store.kind === "relational" && !(isGlobal(place, store) && place.role !== "primary") ? [{ name, store }] : [],
  );

function storeStack(place: Place, name: string, store: ResolvedStore): StackPlan {
  const inNetwork = ["relational", "cache", "memcached", "search", "document", "graph", "timeSeries"].includes(
    store.kind,
  );
  const follows = isFollower(place, store);
  return {
    slice: name.toLowerCase(),
    reads: [keysOf(place), ...(inNetwork ? [networkOf(place), clusterOf(place)] : [])],
    publishes: published(place, name, store),
    ...(follows
      ? { follows: [{ ...relationalContract(place, name), region: place.deployment.primary.region.code }] }
      : {}),
    build: (stack) => build(stack, place, name, store),
  };
}

function published(place: Place, name: string, store: ResolvedStore): ContractRef[] {
  switch (store.kind) {
    case "relational":
    case "graph":
      return [relationalContract(place, name)];
    case "cache":
    case "memcached":
    case "search":
      return [endpointContract(place, name)];
    case "document":
      return [documentContract(place, name)];
    case "timeSeries":
      return [influxContract(place, name)];
    default:
      return [];
  }
}

function build(stack: Stack, place: Place, name: string, store: ResolvedStore): void {
  const common = { stack, place, name };
  switch (store.kind) {
    case "relational":
      new RelationalDatabase(stack, "store", { ...common, store });
      return;
    case "keyValue":
      new KeyValueTable(stack, "store", { ...common, store });
      return;
    case "cache":
      new Cache(stack, "store", { ...common, store });
      return;
    case "memcached":
      new Memcached(stack, "store", { ...common, store });
      return;
    case "object":
      new ObjectBucket(stack, "store", { ...common, store });
      return;
    case "search":
      new SearchDomain(stack, "store", { ...common, store });
      return;
    case "document":
      new DocumentDatabase(stack, "store", { ...common, store });
      return;
    case "graph":
      new GraphDatabase(stack, "store", { ...common, store });
      return;
    case "wideColumn":
      new WideColumnKeyspace(stack, "store", { ...common, store });
      return;
    case "timeSeries":
      new TimeSeriesInstance(stack, "store", { ...common, store });
  }
}

function backups(place: Place): StackPlan {
  return {
    slice: "backups",
    reads: [keysOf(place)],
    publishes: [],
    build: (stack) => {
      new Backups(stack, "backups", place);
    },
  };
}

function migrations(place: Place): ApplicationPlan {
  return {
    name: "migrations",
    wave: WAVES.data,
    build: (application) => {
      for (const { name, store } of relationalStores(place)) new Migration(application, name, { place, name, store });
    },
  };
}
