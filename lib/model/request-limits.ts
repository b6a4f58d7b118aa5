import { perMinute } from "./quantities.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { limitOf, routesOf } from "./routes.ts";

/** Requests in five minutes that an address may always send. */
const LEAST = 2000;
/** Length of the firewall's window. */
export const MINUTES = 5;

/** How many requests one caller may send within five minutes, and which settings say so. */
export interface CallerAllowance {
  readonly requests: number;
  /** Paths of the settings, such as `services.user.routes.0.rateLimit`. */
  readonly because: readonly string[];
}

/**
 * What the routes allow one caller together: each as much as its own limit, all of them no more than the limit of one client.
 * A route without a limit allows as much as that.
 */
export function callerAllowance(blueprint: ResolvedBlueprint): CallerAllowance {
  const routes = routesOf(blueprint);
  const client = perMinute(blueprint.layers.ingress.clientRateLimit);
  const sum = routes.reduce((total, route) => {
    const limit = limitOf(route);
    return total + (limit === undefined ? client : perMinute(limit.rate));
  }, 0);
  if (sum >= client) return { requests: MINUTES * client, because: ["layers.ingress.clientRateLimit"] };
  return {
    requests: MINUTES * sum,
    because: routes.map(({ service, index }) => `services.${service}.routes.${index}.rateLimit`),
  };
}

/** Requests that the firewall lets an address send within five minutes: never fewer than the routes allow one caller. */
export const requestsPerAddress = (blueprint: ResolvedBlueprint): number =>
  blueprint.layers.edge.waf.requestsPerAddress ?? Math.max(LEAST, callerAllowance(blueprint).requests);

/** Requests that all partners together may send within five minutes, by their tiers. */
export const requestsOfPartners = ({ layers }: ResolvedBlueprint): number => {
  const tiers = layers.client.partners?.api?.tiers ?? {};
  const rates = Object.values(layers.client.apps).map((app) =>
    app.kind === "partner" && app.tier !== undefined ? (tiers[app.tier]?.perMinute ?? 0) : 0,
  );
  return Math.max(LEAST, MINUTES * rates.reduce((sum, rate) => sum + rate, 0));
};
