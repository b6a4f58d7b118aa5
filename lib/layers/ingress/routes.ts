import type { IHTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import { Construct } from "constructs";
import { domainOf, namespaceOf, originHost, type Place } from "../../model/place.ts";
import { type Duration, goDuration } from "../../model/quantities.ts";
import { endless, matchOf, routesOf, type ServiceRoute, weightsOf } from "../../model/routes.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { SERVICE_PORT } from "../mesh/contract.ts";
import { accelerated, directHost, encodesRow, GATEWAY } from "./contract.ts";
import { filtersOf } from "./route-filters.ts";

type Rule = NonNullable<NonNullable<IHTTPRoute["spec"]>["rules"]>[number];

/** The routes of a service: what the gateway takes from outside, most specific first. */
export class ServiceRoutes extends Construct {
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
    const domain = domainOf(place);
    const origin = originHost(place);
    if (domain === undefined || origin === undefined) return;
    const rules = new CustomObject<IHTTPRoute>(this, "Resource", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: service, namespace: namespaceOf(place, service) },
      spec: {
        parentRefs: [
          { name: GATEWAY.name, namespace: GATEWAY.namespace, sectionName: place.deployment.name },
          { name: GATEWAY.name, namespace: GATEWAY.namespace, sectionName: `${place.deployment.name}-sub` },
        ],
        hostnames: [domain, `origin.${domain}`, origin, ...(accelerated(place) ? [directHost(domain)] : [])],
        rules: routes.flatMap((route) => rulesOf(place, service, route)),
      },
    });
    encodes("ingress.gateway.matching", rules);
    encodes("ingress.circuit-breaker.timeout", rules);
    if (routes.some(({ idempotencyKey }) => idempotencyKey)) encodes("client.protocols.idempotency", rules);
    encodesRow(place, service, rules);
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
