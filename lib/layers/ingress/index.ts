import { domainOf, type Place } from "../../model/place.ts";
import { routesOf } from "../../model/routes.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { clusterOf } from "../foundation/contract.ts";
import { ControllerAccess } from "./controller-access.ts";
import { Cors } from "./cors.ts";
import { PublicGateway } from "./gateway.ts";
import { RateLimits } from "./rate-limits.ts";
import { productRoutes } from "./routes.ts";
import { GatewayTokens } from "./tokens.ts";

/** From the load balancer through the gateway to the services: listeners, certificates, routes, limits. */
export const ingress: Layer = {
  id: "ingress",
  stacks: (place) => (place.global || !place.deployment.platform.owned ? [] : [controllers(place)]),
  applications: (place) => [
    ...(place.deployment.platform.owned ? [gateway(place)] : []),
    ...(domainOf(place) === undefined || routesOf(place.blueprint).length === 0 ? [] : [routes(place)]),
  ],
};

function controllers(place: Place): StackPlan {
  return {
    reads: [clusterOf(place)],
    publishes: [],
    build: (stack) => {
      new ControllerAccess(stack, "controllers", place);
    },
  };
}

function gateway(place: Place): ApplicationPlan {
  return {
    name: "gateway",
    clusterWide: true,
    wave: WAVES.platform,
    build: (application) => {
      new PublicGateway(application, "gateway", place);
      new GatewayTokens(application, "gateway-tokens", place);
    },
  };
}

function routes(place: Place): ApplicationPlan {
  return {
    name: "routes",
    wave: WAVES.routes,
    build: (application) => {
      productRoutes(application, place);
      for (const [service, { routes: own }] of Object.entries(place.blueprint.services)) {
        if (own.length === 0) continue;
        const named = own.map((route, index) => ({ ...route, service, index }));
        new RateLimits(application, `limits-${service}`, { place, service, routes: named });
        new Cors(application, `cors-${service}`, { place, service, routes: named });
      }
    },
  };
}
