import type { IHTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import { epochOf, httpDate } from "../../model/days.ts";
import { seconds } from "../../model/quantities.ts";
import { endless, type ServiceRoute } from "../../model/routes.ts";

type Filter = NonNullable<NonNullable<NonNullable<IHTTPRoute["spec"]>["rules"]>[number]["filters"]>[number];
type Headers = NonNullable<Filter["responseHeaderModifier"]>;

/**
 * What the gateway changes on the way: headers and path of the request, and of the response its headers, what it says about
 * caching, and when the API ends. Gateways do it by themselves: no script is run for it.
 */
export function filtersOf(route: ServiceRoute): Filter[] {
  const path = route.transform?.path;
  return [
    ...headerFiltersOf(route),
    ...(path === undefined
      ? []
      : [
          {
            type: "URLRewrite" as const,
            urlRewrite: { path: { type: "ReplaceFullPath" as const, replaceFullPath: path } },
          },
        ]),
  ];
}

/** What the gateway changes of headers, which is all that it can change of gRPC. */
export function headerFiltersOf(route: ServiceRoute) {
  const { request, response } = route.transform ?? {};
  return [
    {
      type: "ResponseHeaderModifier" as const,
      responseHeaderModifier: headersOf({ ...caching(route), ...ending(route), ...response?.set }, response?.remove),
    },
    ...(request === undefined
      ? []
      : [
          {
            type: "RequestHeaderModifier" as const,
            requestHeaderModifier: headersOf(request.set ?? {}, request.remove),
          },
        ]),
  ];
}

const headersOf = (set: Readonly<Record<string, string>>, remove: readonly string[] | undefined): Headers => ({
  ...(Object.keys(set).length === 0 ? {} : { set: Object.entries(set).map(([name, value]) => ({ name, value })) }),
  ...(remove === undefined ? {} : { remove: [...remove] }),
});

/**
 * What the response says about caching, to browsers and to the CDN in front. `private` would have the CDN keep nothing, although
 * its key holds token and key of the caller. Without it no cache on the way answers another caller either: what was asked for with
 * a token is for no shared cache (RFC 9111, 3.5), and what was asked for with a key differs by the key.
 */
function caching(route: ServiceRoute): Record<string, string> {
  if (route.cache === undefined)
    return { "Cache-Control": "no-store", ...(endless(route) ? { "X-Accel-Buffering": "no" } : {}) };
  const open = route.auth === "none";
  const time = seconds(route.cache);
  return {
    "Cache-Control": `${open ? "public, " : ""}max-age=${time}, stale-while-revalidate=${time}`,
    ...(open ? {} : { Vary: route.auth === "api-key" ? "X-Api-Key" : "Authorization" }),
  };
}

/** When a version of the API was told to end, when it does, and what replaces it. RFC 9745, RFC 8594. */
function ending({ deprecated }: ServiceRoute): Record<string, string> {
  if (deprecated === undefined) return {};
  const { since, sunset, successor } = deprecated;
  return {
    Deprecation: `@${epochOf(since)}`,
    Sunset: httpDate(sunset),
    ...(successor === undefined ? {} : { Link: `<${successor}>; rel="successor-version"` }),
  };
}
