import type { RegionRole } from "./environment.ts";
import type { RegionalService } from "./regions.ts";
import type { ResolvedBlueprint } from "./resolved.ts";

/** A service of AWS that a blueprint needs in a region, why, and the leaf that asks for it. */
export interface RegionalNeed {
  readonly service: RegionalService;
  readonly because: string;
  readonly path: readonly string[];
}

const STORE_NEEDS: Readonly<Record<string, RegionalService | undefined>> = {
  cache: "elasticache",
  memcached: "elasticache",
  search: "opensearch",
  document: "docdb",
  graph: "neptune",
  wideColumn: "keyspaces",
  timeSeries: "timestream-influxdb",
};

/** What a blueprint needs from the region it is in, as far as regions differ. */
export function neededServices(blueprint: ResolvedBlueprint, ownsPlatform: boolean, role: RegionRole): RegionalNeed[] {
  const needs: RegionalNeed[] = [];
  if (role === "primary" && blueprint.layers.analytics?.profiles !== undefined)
    needs.push({
      service: "customer-profiles",
      because: "customer profiles are kept in the primary region",
      path: ["layers", "analytics", "profiles"],
    });
  if (ownsPlatform) needs.push({ service: "eks", because: "a platform runs on EKS", path: ["environments"] });
  for (const [name, store] of Object.entries(blueprint.data)) {
    const path = ["data", name];
    const service = STORE_NEEDS[store.kind];
    if (service) needs.push({ service, because: `the ${store.kind} store "${name}" needs it`, path });
    if (store.kind === "keyValue" && store.global)
      needs.push({ service: "dynamodb-global-tables", because: `the global store "${name}" needs it`, path });
    if (store.kind === "relational" && store.global)
      needs.push({ service: "aurora-global", because: `the global store "${name}" needs it`, path });
  }
  for (const [name, stream] of Object.entries(blueprint.streams)) {
    const path = ["streams", name];
    if (stream.kind === "topic") needs.push({ service: "msk", because: `the topic "${name}" needs brokers`, path });
    if (stream.kind === "eventStream")
      needs.push({ service: "kinesis", because: `the event stream "${name}" needs it`, path });
  }
  return needs;
}
