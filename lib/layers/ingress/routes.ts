import type { IHTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import { Construct } from "constructs";
import { hasGrpcHost, isForPartners } from "../../model/hosts.ts";
import { domainOf, namespaceOf, originHost, type Place } from "../../model/place.ts";
import { type Duration, goDuration } from "../../model/quantities.ts";
import { endless, matchOf, routesOf, type ServiceRoute, weightsOf } from "../../model/routes.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { SERVICE_PORT } from "../mesh/contract.ts";
import { accelerated, directHost, encodesRow, listenersOf, PREFLIGHT_HEADERS, preflightsOf } from "./contract.ts";
import { GrpcRoutes } from "./grpc-routes.ts";
import { filtersOf } from "./route-filters.ts";

type Rule = NonNullable<NonNullable<IHTTPRoute["spec"]>["rules"]>[number];

/** Routes of a service on one host, or on the names of the domain. */
export interface HostedRoutes {
  readonly place: Place;
  readonly service: string;
  readonly routes: readonly ServiceRoute[];
  /** Name of the object. */
  readonly name: string;
  readonly hostnames: readonly string[];
}

/** The routes of a service: what the gateway takes from outside, most specific first; those with a host of their own apart. */
export class ServiceRoutes extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, service, routes }: Pick<HostedRoutes, "place" | "service" | "routes">,
  ) {
    super(scope, id);
    const domain = domainOf(place);
    const origin = originHost(place);
    if (domain === undefined || origin === undefined) return;
    const shared = routes.filter(({ host }) => host === undefined);
    if (shared.length > 0) {
      const direct = accelerated(place) ? [directHost(domain)] : [];
      this.http("Resource", {
        place,
        service,
        routes: shared,
        name: service,
        hostnames: [domain, `origin.${domain}`, origin, ...direct],
      });
    }
    for (const host of new Set(routes.flatMap((route) => route.host ?? []))) {
      const own: HostedRoutes = {
        place,
        service,
        routes: routes.filter((route) => route.host === host),
        name: `${service}-${host}`,
        hostnames: [`${host}.${domain}`],
      };
      if (own.routes.some(hasGrpcHost)) new GrpcRoutes(this, host, own);
      else this.http(host, own);
    }
  }

  private http(id: string, { place, service, routes, name, hostnames }: HostedRoutes): void {
    const rules = new CustomObject<IHTTPRoute>(this, id, {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name, namespace: namespaceOf(place, service) },
      spec: {
        parentRefs: listenersOf(place),
        hostnames: [...hostnames],
        rules: [
          ...routes.flatMap((route) => rulesOf(place, service, route)),
          ...preflightRules(place, service, routes),
        ],
      },
    });
    encodes("ingress.gateway.matching", rules);
    encodes("ingress.circuit-breaker.timeout", rules);
    if (routes.some(({ idempotencyKey }) => idempotencyKey)) encodes("client.protocols.idempotency", rules);
    if (routes.some((route) => isForPartners(place.blueprint, route)))
      encodes("client.partner-api.integration-types", rules);
    encodesRow(place, service, rules);
    if (routes.some(({ cache }) => cache !== undefined)) encodes("edge.cdn.swr", rules);
    if (routes.some(({ split }) => split !== undefined)) encodes("ingress.lb-algorithms.weighted-rr", rules);
    if (routes.some(({ transform }) => transform !== undefined)) encodes("ingress.gateway.transformation", rules);
    if (routes.some(({ deprecated }) => deprecated !== undefined)) encodes("ingress.gateway.versioning", rules);
    if (routes.some(({ protocol }) => protocol === "websocket")) encodes("ingress.websocket.provider", rules);
    if (place.blueprint.services[service]?.graphql?.subscriptions === true)
      encodes("ingress.graphql.subscriptions", rules);
    if (routes.some(({ protocol }) => protocol === "sse")) encodes("ingress.websocket.fallback", rules);
    if (routes.some(({ protocol, streaming }) => protocol === "grpc" && streaming === true))
      encodes("ingress.grpc.streaming", rules);
  }
}

/** What clients say who want a subscription: an answer in parts, over plain HTTP. */
const IN_PARTS = { type: "RegularExpression" as const, name: "Accept", value: ".*multipart/mixed.*" };

/** The rule of a route. A GraphQL route with subscriptions has one more, before it: their answers never end. */
function rulesOf(place: Place, service: string, route: ServiceRoute): Rule[] {
  const subscriptions =
    route.protocol === "graphql" && place.blueprint.services[service]?.graphql?.subscriptions === true;
  return [
    ...(subscriptions ? [ruleOf(place, service, { ...route, streaming: true }, [IN_PARTS])] : []),
    ruleOf(place, service, route, []),
  ];
}

/** Nothing is looked up for an answer. */
const PREFLIGHT_DEADLINE = "1s";

/** What browsers ask before they send a request from another origin: the sidecar answers, whatever the route wants of a request. */
function preflightRules(place: Place, service: string, routes: readonly ServiceRoute[]): Rule[] {
  const asked = preflightsOf(place, service).filter(({ index }) => routes.some((route) => route.index === index));
  const headers = PREFLIGHT_HEADERS.map((name) => ({ type: "RegularExpression" as const, name, value: ".+" }));
  return asked.length === 0
    ? []
    : [
        {
          matches: asked.map(({ path }) => ({ path: matchOf(path), method: "OPTIONS" as const, headers })),
          backendRefs: [{ name: service, port: SERVICE_PORT }],
          timeouts: { request: PREFLIGHT_DEADLINE },
        },
      ];
}

type Headers = NonNullable<NonNullable<Rule["matches"]>[number]["headers"]>;

function ruleOf(place: Place, service: string, route: ServiceRoute, more: Headers): Rule {
  const { timeout } = place.blueprint.services[service]?.traffic ?? {};
  const headers: Headers = [
    ...(route.idempotencyKey ? [{ type: "RegularExpression" as const, name: "Idempotency-Key", value: ".+" }] : []),
    ...more,
  ];
  return {
    matches: [{ path: matchOf(route.path), method: route.method, ...(headers.length === 0 ? {} : { headers }) }],
    filters: filtersOf(route),
    backendRefs: weightsOf(route).map(([name, weight]) => ({
      name,
      port: SERVICE_PORT,
      ...(route.split === undefined ? {} : { weight }),
    })),
    ...deadlineOf(route, timeout),
  };
}

/** A socket lives as long as it wants to once it is open; a stream is told so. */
function deadlineOf(route: ServiceRoute, timeout: Duration | undefined): Pick<Rule, "timeouts"> {
  if (route.protocol === "websocket") return {};
  if (endless(route)) return { timeouts: { request: "0s" } };
  return timeout === undefined ? {} : { timeouts: { request: goDuration(timeout) } };
}

/** One route group a service that has any. */
export function productRoutes(scope: Construct, place: Place): void {
  const byService = new Map<string, ServiceRoute[]>();
  for (const route of routesOf(place.blueprint))
    byService.set(route.service, [...(byService.get(route.service) ?? []), route]);
  for (const [service, routes] of byService) {
    new ServiceRoutes(scope, service, { place, service, routes });
  }
}
