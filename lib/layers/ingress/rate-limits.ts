import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { perMinute } from "../../model/quantities.ts";
import { pathExpression, type ServiceRoute } from "../../model/routes.ts";
import { CustomObject } from "../common/application.ts";
import { encodesRow } from "./contract.ts";
import type { IEnvoyFilter } from "./envoy-filter.ts";

/** Callers that a pod counts at the same time; the least recently seen are forgotten first. */
const CALLERS = 10_000;

/** Who is counted: the bearer of a token or key, otherwise the address that the edge saw. */
const headerOf = (route: ServiceRoute): string =>
  route.auth === "api-key" ? "x-api-key" : route.auth === "none" ? "x-forwarded-for" : "authorization";

/**
 * Rate limits of a service's routes, counted for each caller by the sidecar in front of each pod. A caller whose requests
 * spread over n pods can get n times the limit: a shared counter comes with the choice of a gateway that has one.
 */
export class RateLimits extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      place,
      service,
      routes,
    }: { readonly place: Place; readonly service: string; readonly routes: readonly ServiceRoute[] },
  ) {
    super(scope, id);
    const limited = routes.filter(({ rateLimit }) => rateLimit !== "unlimited");
    if (limited.length === 0) return;
    const filter = new CustomObject<IEnvoyFilter>(this, "Resource", {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: `${service}-rate-limits`, namespace: namespaceOf(place, service) },
      spec: {
        workloadSelector: { labels: { "app.kubernetes.io/name": service } },
        configPatches: [
          {
            applyTo: "HTTP_FILTER",
            match: {
              context: "SIDECAR_INBOUND",
              listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } },
            },
            patch: {
              operation: "INSERT_FIRST",
              value: {
                name: "envoy.filters.http.local_ratelimit",
                typed_config: {
                  "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
                  stat_prefix: "route_limits",
                  max_dynamic_descriptors: CALLERS,
                  filter_enabled: {
                    runtime_key: "local_rate_limit_enabled",
                    default_value: { numerator: 100, denominator: "HUNDRED" },
                  },
                  filter_enforced: {
                    runtime_key: "local_rate_limit_enforced",
                    default_value: { numerator: 100, denominator: "HUNDRED" },
                  },
                  enable_x_ratelimit_headers: "DRAFT_VERSION_03",
                  // Requests of no limited route have no descriptor and take from this bucket, which never empties.
                  token_bucket: { max_tokens: 1_000_000_000, tokens_per_fill: 1_000_000_000, fill_interval: "1s" },
                  rate_limits: limited.map((route) => ({ actions: actionsOf(route) })),
                  descriptors: limited.map((route) => descriptorOf(route)),
                },
              },
            },
          },
        ],
      },
    });
    encodesRow(place, service, filter);
  }
}

const keyOf = (route: ServiceRoute): string => `${route.method} ${route.path}`;

function actionsOf(route: ServiceRoute): object[] {
  return [
    {
      header_value_match: {
        descriptor_key: "route",
        descriptor_value: keyOf(route),
        headers: [
          { name: ":method", string_match: { exact: route.method } },
          { name: ":path", string_match: { safe_regex: { regex: `${pathExpression(route.path)}(\\?.*)?` } } },
        ],
      },
    },
    { request_headers: { header_name: headerOf(route), descriptor_key: "caller" } },
  ];
}

/** A descriptor without a value stands for every caller, each with a bucket of its own. */
function descriptorOf(route: ServiceRoute): object {
  const limit = route.rateLimit === "unlimited" ? 0 : perMinute(route.rateLimit);
  return {
    entries: [{ key: "route", value: keyOf(route) }, { key: "caller" }],
    token_bucket: { max_tokens: limit, tokens_per_fill: limit, fill_interval: "60s" },
  };
}
