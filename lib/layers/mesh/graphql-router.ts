import type { z } from "zod";
import type { Place } from "../../model/place.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import type { graphql } from "../../model/service.ts";
import { serviceHost } from "./contract.ts";
import { QUERY_CACHE_PASSWORD, queryCacheUrl } from "./query-cache-names.ts";

/** Where the router finds its settings. */
export const ROUTER_FOLDER = "/etc/dodeca/router";

type Graphql = z.infer<typeof graphql>;

/** Where a router says that it lives and is ready: on the port of its service. */
export const ROUTER_PROBES = { liveness: "/health?live", readiness: "/health?ready" } as const;

/** Estimated length of a list of which the schema does not say how long it is. */
const LIST = 10;

/** Settings of an Apollo Router before the services that it uses. JSON is YAML. Catalogue: ingress.graphql. */
export function routerFile(place: Place, name: string, settings: Graphql): string {
  const service = place.blueprint.services[name];
  if (service === undefined) throw new Error(`no service ${name}`);
  const listen = `0.0.0.0:${service.port}`;
  const { maxDepth = 10, maxCost = 1000, introspection = place.deployment.tier === "dev" } = settings;
  return JSON.stringify(
    {
      supergraph: { listen, path: "/graphql", introspection },
      sandbox: { enabled: false },
      homepage: { enabled: false },
      health_check: { enabled: true, listen, path: "/health" },
      limits: { router: { max_depth: maxDepth } },
      demand_control: {
        enabled: true,
        mode: "enforce",
        strategy: { static_estimated: { list_size: LIST, max: maxCost } },
      },
      ...persisted(place, name, settings),
      ...caching(place, name, settings),
      ...(settings.subscriptions === true
        ? { subscription: { enabled: true, mode: { passthrough: { all: { path: "/subscriptions" } } } } }
        : {}),
      override_subgraph_url: Object.fromEntries(
        subgraphsOf(place, service).map((subgraph) => [subgraph, `http://${serviceHost(place, subgraph)}/graphql`]),
      ),
      // Subgraphs decide by who asks: the token goes with the question.
      headers: { all: { request: [{ propagate: { named: "authorization" } }] } },
    },
    undefined,
    2,
  );
}

/** Services that answer a part of the graph. Those that speak gRPC do so behind one that speaks GraphQL. */
const subgraphsOf = (place: Place, { uses }: ResolvedService): readonly string[] =>
  Object.keys(uses).filter((target) => place.blueprint.services[target]?.protocol === "http");

/** A hash instead of a query: of one that was sent before, or of one that was registered. */
function persisted(place: Place, name: string, { persistedQueries = "automatic", cache }: Graphql): object {
  if (persistedQueries === "safelist")
    return {
      apq: { enabled: false },
      persisted_queries: { enabled: true, safelist: { enabled: true, require_id: true } },
    };
  return {
    apq: { enabled: true, ...(cache === undefined ? {} : { router: { cache: { redis: redis(place, name) } } }) },
  };
}

/** Answers of subgraphs, each kept as long as is said of it. */
function caching(place: Place, name: string, { cache }: Graphql): object {
  if (cache === undefined) return {};
  return {
    response_cache: {
      enabled: true,
      subgraph: {
        all: { enabled: true, ttl: cache.ttl ?? "10s", redis: redis(place, name) },
        subgraphs: Object.fromEntries(
          Object.entries(cache.subgraphs ?? {}).map(([subgraph, ttl]) => [subgraph, { ttl }]),
        ),
      },
    },
  };
}

const redis = (place: Place, name: string): object => ({
  urls: [queryCacheUrl(place, name)],
  password: `\${file.${QUERY_CACHE_PASSWORD}}`,
});

/** Facts that a router's settings express. */
export const graphqlFacts = ({ cache, subscriptions }: Graphql): readonly string[] => [
  "ingress.graphql.depth",
  "ingress.graphql.cost",
  "ingress.graphql.introspection",
  "ingress.graphql.persisted",
  ...(cache === undefined ? [] : ["ingress.graphql.cache"]),
  ...(subscriptions === true ? ["ingress.graphql.subscriptions"] : []),
];
