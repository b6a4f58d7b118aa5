import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { perMinute } from "../../model/quantities.ts";
import type { ResolvedRoute } from "../../model/resolved.ts";
import { type Limit, limitOf, pathExpression, type ServiceRoute, servedPath } from "../../model/routes.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { type ConfigPatch, firstHttpFilter, type IEnvoyFilter, type Side } from "../common/envoy-filter.ts";
import { encodesRow, ORIGINAL_PATH_HEADER, sharedLimits, USER_HEADER, verifiesTokens } from "./contract.ts";

/** Callers that a pod counts at the same time; the least recently seen are forgotten first. */
const CALLERS = 10_000;

/** Tokens as Envoy counts them. */
interface Bucket {
  readonly max_tokens: number;
  readonly tokens_per_fill: number;
  readonly fill_interval: string;
}

/** One limit: by which actions a request is described, and the bucket of each description. */
interface LimitRule {
  readonly actions: readonly object[];
  readonly entries: readonly { readonly key: string; readonly value?: string }[];
  readonly bucket: Bucket;
}

/** The bucket of a limit, by its strategy. Catalogue: ingress.rate-strategies. */
export function bucketOf({ rate, strategy, burst }: Limit): Bucket {
  const minute = perMinute(rate);
  if (strategy === "fixed-window") return { max_tokens: minute, tokens_per_fill: minute, fill_interval: "60s" };
  // Envoy fills at most twenty times a second.
  const fills = Math.min(minute, 1200);
  const perFill = Math.ceil(minute / fills);
  const second = Math.ceil(minute / 60);
  if (strategy === "leaky-bucket")
    return { max_tokens: perFill, tokens_per_fill: perFill, fill_interval: `${Math.ceil(60_000 / fills) / 1000}s` };
  // The shortest time in whole seconds in which a whole number of tokens is added.
  const interval = 60 / divisor(minute, 60);
  const tokens = (minute * interval) / 60;
  return {
    max_tokens: burst ?? Math.max(tokens, minute >= 60 ? 2 * second : minute),
    tokens_per_fill: tokens,
    fill_interval: `${interval}s`,
  };
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** A filter that counts in the pod itself and answers 429, with when to come back and what is left. */
export const localRateLimit = (side: Side, name: string, rules: readonly LimitRule[]): ConfigPatch =>
  firstHttpFilter(side, "envoy.filters.http.local_ratelimit", "http.local_ratelimit.v3.LocalRateLimit", {
    stat_prefix: name,
    max_dynamic_descriptors: CALLERS,
    filter_enabled: enabledBy("local_rate_limit_enabled"),
    filter_enforced: enabledBy("local_rate_limit_enforced"),
    enable_x_ratelimit_headers: "DRAFT_VERSION_03",
    response_headers_to_add: [
      { header: { key: "retry-after", value: "60" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" },
    ],
    // Requests that no rule describes take from this bucket, which never empties.
    token_bucket: { max_tokens: 1_000_000_000, tokens_per_fill: 1_000_000_000, fill_interval: "1s" },
    rate_limits: rules.map(({ actions }) => ({ actions })),
    descriptors: rules.map(({ entries, bucket }) => ({ entries, token_bucket: bucket })),
  });

const enabledBy = (key: string): object => ({
  runtime_key: key,
  default_value: { numerator: 100, denominator: "HUNDRED" },
});

/**
 * Who is counted: whoever a token speaks for, which the gateway has verified, or the bearer of a token where it verifies none; the
 * holder of a key; otherwise the address that the gateway saw, which a caller cannot choose.
 */
function headerOf({ auth }: ResolvedRoute, verified: boolean): string {
  if (auth === "api-key") return "x-api-key";
  if (auth === "none") return "x-envoy-external-address";
  // A token may come in the query too, and each new one would begin to count again.
  return verified ? USER_HEADER : "authorization";
}

/**
 * Rate limits of a service's routes, counted for each caller by the sidecar in front of each pod. A caller whose requests
 * spread over n pods can get n times the limit: where that matters, `rateLimits` counts windows for all gateways together, and only
 * buckets, which fill and drip, stay here.
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
    const verified = verifiesTokens(place);
    const rules = routes.flatMap((route): LimitRule[] => {
      const limit = limitOf(route);
      // What is counted for all gateways together is not counted here again.
      if (limit === undefined || (limit.strategy === "fixed-window" && sharedLimits(place) !== undefined)) return [];
      return [ruleOf(route, limit, verified)];
    });
    if (rules.length === 0) return;
    const filter = new CustomObject<IEnvoyFilter>(this, "Resource", {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: `${service}-rate-limits`, namespace: namespaceOf(place, service) },
      spec: {
        workloadSelector: { labels: { "app.kubernetes.io/name": service } },
        configPatches: [localRateLimit("SIDECAR_INBOUND", "route_limits", rules)],
      },
    });
    encodes("ingress.rate-limiter.headers", filter);
    if (routes.some((route) => limitOf(route)?.strategy === "token-bucket"))
      encodes("ingress.rate-strategies.token-bucket", filter);
    if (routes.some((route) => limitOf(route)?.strategy === "leaky-bucket"))
      encodes("ingress.rate-strategies.leaky-bucket", filter);
    encodesRow(place, service, filter);
  }
}

const keyOf = (route: ServiceRoute): string => `${route.method} ${route.path}`;

/** A descriptor without a value stands for every caller, each with a bucket of its own. */
const ruleOf = (route: ServiceRoute, limit: Limit, verified: boolean): LimitRule => ({
  actions: [
    {
      header_value_match: {
        descriptor_key: "route",
        descriptor_value: keyOf(route),
        headers: [
          { name: ":method", string_match: { exact: route.method } },
          { name: ":path", string_match: withPath(servedPath(route)) },
          askedFor(route),
        ],
      },
    },
    { request_headers: { header_name: headerOf(route, verified), descriptor_key: "caller" } },
  ],
  entries: [{ key: "route", value: keyOf(route) }, { key: "caller" }],
  bucket: bucketOf(limit),
});

/** What a caller asked for: routes with other limits may be served under the same path, and Envoy counts by every rule that fits. */
const askedFor = (route: ServiceRoute): object =>
  route.transform?.path === undefined
    ? { name: ORIGINAL_PATH_HEADER, present_match: false }
    : { name: ORIGINAL_PATH_HEADER, string_match: withPath(route.path) };

/** A path, whatever is asked for in its query. */
const withPath = (path: string): object => ({ safe_regex: { regex: `${pathExpression(path)}(\\?.*)?` } });
