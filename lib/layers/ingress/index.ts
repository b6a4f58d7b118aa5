import { domainOf, type Place } from "../../model/place.ts";
import { routesOf, routesTo } from "../../model/routes.ts";
import { publish } from "../common/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { COUNTERS, countersOf, loadBalancerOf, sharedLimits } from "./contract.ts";
import { ControllerAccess } from "./controller-access.ts";
import { Cors } from "./cors.ts";
import { CounterStore } from "./counter-store.ts";
import { GatewayFigures } from "./figures.ts";
import { PublicGateway } from "./gateway.ts";
import { GatewayCertificates } from "./gateway-certificates.ts";
import { GatewayFilters } from "./gateway-filters.ts";
import { GatewayTokens } from "./gateway-tokens.ts";
import { LoadBalancer } from "./load-balancer.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { RateLimits } from "./rate-limits.ts";
import { productRoutes } from "./routes.ts";

/** From the load balancer through the gateway to the services: listeners, certificates, routes, limits. */
export const ingress: Layer = {
  id: "ingress",
  stacks: (place) => (place.global || !place.deployment.platform.owned ? [] : [entry(place), ...counters(place)]),
  applications: (place) => [
    ...(place.deployment.platform.owned ? [gateway(place)] : []),
    ...(domainOf(place) === undefined || routesOf(place.blueprint).length === 0 ? [] : [routes(place)]),
  ],
};

function entry(place: Place): StackPlan {
  return {
    reads: [networkOf(place), clusterOf(place)],
    publishes: [loadBalancerOf(place)],
    build: (stack) => {
      const { balancer } = new LoadBalancer(stack, "load-balancer", place);
      new ControllerAccess(stack, "controllers", place);
      publish(stack, loadBalancerOf(place), { dnsName: balancer.dnsName, zoneId: balancer.zoneId });
    },
  };
}

function counters(place: Place): StackPlan[] {
  const settings = sharedLimits(place);
  if (settings === undefined) return [];
  return [
    {
      slice: COUNTERS,
      reads: [networkOf(place), clusterOf(place), keysOf(place)],
      publishes: [countersOf(place)],
      build: (stack) => {
        new CounterStore(stack, "counters", { place, settings });
      },
    },
  ];
}

function gateway(place: Place): ApplicationPlan {
  return {
    name: "gateway",
    clusterWide: true,
    wave: WAVES.platform,
    build: (application) => {
      new GatewayCertificates(application, "certificates", place);
      new PublicGateway(application, "gateway", place);
      new GatewayFilters(application, "filters", place);
      new GatewayTokens(application, "tokens", place);
      new GatewayFigures(application, "figures", place);
      const settings = sharedLimits(place);
      if (settings !== undefined) new RateLimiter(application, "limiter", { place, settings });
    },
  };
}

function routes(place: Place): ApplicationPlan {
  return {
    name: "routes",
    wave: WAVES.routes,
    build: (application) => {
      productRoutes(application, place);
      for (const service of Object.keys(place.blueprint.services)) {
        const served = routesTo(place.blueprint, service);
        if (served.length === 0) continue;
        new RateLimits(application, `limits-${service}`, { place, service, routes: served });
        new Cors(application, `cors-${service}`, { place, service, routes: served });
      }
    },
  };
}
