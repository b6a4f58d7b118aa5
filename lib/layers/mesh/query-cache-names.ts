import { namespaceOf, type Place } from "../../model/place.ts";

/** Port of the cache beside a GraphQL router. */
export const QUERY_CACHE_PORT = 6379;

/** File with the cache's password, in the router's pods and its own. */
export const QUERY_CACHE_PASSWORD = "/var/run/dodeca/query-cache/password";

/** Name of the cache of a router, and of everything that belongs to it. */
export const queryCacheOf = (router: string): string => `${router}-cache`;

export const queryCacheUrl = (place: Place, router: string): string =>
  `redis://${queryCacheOf(router)}.${namespaceOf(place, router)}.svc.cluster.local:${QUERY_CACHE_PORT}`;
