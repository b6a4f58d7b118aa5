import { domainOf, type Place } from "../../model/place.ts";
import { routesOf, routesTo } from "../../model/routes.ts";
import { publish } from "../common/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { zoneOf } from "../edge/contract.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { AcceleratedRegion, Accelerator } from "./accelerator.ts";
import { ApiKeys } from "./api-keys.ts";
import { accelerated, acceleratorOf, COUNTERS, countersOf, loadBalancerOf, sharedLimits } from "./contract.ts";
import { ControllerAccess } from "./controller-access.ts";
import { Cors } from "./cors.ts";
import { CounterStore } from "./counter-store.ts";
import { ErrorCaching } from "./error-caching.ts";
import { GatewayFigures } from "./figures.ts";
import { PublicGateway } from "./gateway.ts";
import { GatewayCertificates } from "./gateway-certificates.ts";
import { GatewayFilters } from "./gateway-filters.ts";
import { GatewayTokens } from "./gateway-tokens.ts";
import { LoadBalancer } from "./load-balancer.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { RateLimits } from "./rate-limits.ts";
import { productRoutes } from "./routes.ts";
import { WwwRedirect } from "./www-redirect.ts";

/** From the load balancer through the gateway to the services: listeners, certificates, routes, limits. */
export const ingress: Layer = {
  id: "ingress",
  stacks: (place) => {
    if (!place.deployment.platform.owned) return [];
    return place.global ? anycast(place) : [entry(place), ...counters(place), ...acceleratedRegion(place)];
  },
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
      publish(stack, loadBalancerOf(place), { arn: balancer.arn, dnsName: balancer.dnsName, zoneId: balancer.zoneId });
    },
  };
}

/** The accelerator of all regions. */
function anycast(place: Place): StackPlan[] {
  const domain = domainOf(place);
  if (domain === undefined || !accelerated(place)) return [];
  return [
    {
      slice: "accelerator",
      reads: [zoneOf(place)],
      publishes: [acceleratorOf(place)],
      build: (stack) => {
        new Accelerator(stack, "accelerator", { place, domain });
      },
    },
  ];
}

function acceleratedRegion(place: Place): StackPlan[] {
  if (domainOf(place) === undefined || !accelerated(place)) return [];
  return [
    {
      slice: "accelerator",
      reads: [acceleratorOf(place), loadBalancerOf(place)],
      publishes: [],
      build: (stack) => {
        new AcceleratedRegion(stack, "accelerated", place);
      },
    },
  ];
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
      new ErrorCaching(application, "errors");
      const { apiKeys } = place.blueprint.layers.ingress;
      if (apiKeys !== undefined) new ApiKeys(application, "api-keys", { place, secret: apiKeys.secret });
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
      new WwwRedirect(application, "www", place);
      for (const service of Object.keys(place.blueprint.services)) {
        const served = routesTo(place.blueprint, service);
        if (served.length === 0) continue;
        new RateLimits(application, `limits-${service}`, { place, service, routes: served });
        new Cors(application, `cors-${service}`, { place, service, routes: served });
      }
    },
  };
}
