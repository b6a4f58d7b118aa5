import type { IHTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import { Construct } from "constructs";
import { domainOf, namespaceOf, originHost, type Place } from "../../model/place.ts";
import { goDuration, seconds } from "../../model/quantities.ts";
import { matchOf, routesOf, type ServiceRoute } from "../../model/routes.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { SERVICE_PORT } from "../mesh/contract.ts";
import { encodesRow, GATEWAY } from "./contract.ts";

type Rule = NonNullable<NonNullable<IHTTPRoute["spec"]>["rules"]>[number];
type Filter = NonNullable<Rule["filters"]>[number];

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
        hostnames: [domain, `origin.${domain}`, origin],
        rules: routes.map((route) => ruleOf(place, service, route)),
      },
    });
    encodes("ingress.gateway.matching", rules);
    encodes("ingress.circuit-breaker.timeout", rules);
    if (routes.some(({ idempotencyKey }) => idempotencyKey)) encodes("client.protocols.idempotency", rules);
    encodesRow(place, service, rules);
  }
}

function ruleOf(place: Place, service: string, route: ServiceRoute): Rule {
  const { timeout } = place.blueprint.services[service]?.traffic ?? {};
  return {
    matches: [
      {
        path: matchOf(route.path),
        method: route.method,
        ...(route.idempotencyKey
          ? { headers: [{ type: "RegularExpression" as const, name: "Idempotency-Key", value: ".+" }] }
          : {}),
      },
    ],
    filters: filtersOf(route),
    backendRefs: [{ name: service, port: SERVICE_PORT }],
    // A socket lives as long as it wants to once it is open.
    ...(route.protocol === "websocket" || timeout === undefined ? {} : { timeouts: { request: goDuration(timeout) } }),
  };
}

/** What the response says about caching: the CDN in front keeps to it. */
function filtersOf(route: ServiceRoute): Filter[] {
  const value =
    route.cache === undefined
      ? "no-store"
      : `${route.auth === "none" ? "public" : "private"}, max-age=${seconds(route.cache)}`;
  return [{ type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "Cache-Control", value }] } }];
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
