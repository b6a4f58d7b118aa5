import { nearest, type Problem } from "./problem.ts";
import { perMinute } from "./quantities.ts";
import { callerAllowance, MINUTES } from "./request-limits.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { limitOf, routesOf } from "./routes.ts";

type FirewallProblem = Omit<Problem, "path"> & { readonly at: readonly string[] };

const EDGE = ["layers", "edge"];

/** Settings of the firewall that the rest of the blueprint contradicts. */
export const firewallProblems = (blueprint: ResolvedBlueprint): FirewallProblem[] => [
  ...addressLimit(blueprint),
  ...checkoutLimit(blueprint),
  ...botPaths(blueprint),
  ...botActions(blueprint),
];

/** An address must be let through with what the routes allow one caller, or their limits would never be reached. */
function addressLimit(blueprint: ResolvedBlueprint): FirewallProblem[] {
  const given = blueprint.layers.edge.waf.requestsPerAddress;
  const { requests, because } = callerAllowance(blueprint);
  if (given === undefined || given >= requests) return [];
  return [
    {
      at: [...EDGE, "waf", "requestsPerAddress"],
      code: "address-limit-too-low",
      message: `the firewall would block a caller who keeps to ${because.join(" and ")}: that is ${requests} requests in five minutes`,
      given: String(given),
      allowed: [`at least ${requests}`],
      fix: `write ${requests} or more, lower ${because.join(" or ")}, or leave it out`,
    },
  ];
}

/** Nor may attempts at a checkout be fewer than its own route allows. */
function checkoutLimit(blueprint: ResolvedBlueprint): FirewallProblem[] {
  const checkout = blueprint.layers.edge.bots?.checkout;
  const route = routesOf(blueprint).find(({ method, path }) => method === "POST" && path === checkout?.path);
  const limit = route && limitOf(route);
  if (checkout === undefined || route === undefined || limit === undefined) return [];
  const requests = MINUTES * perMinute(limit.rate);
  if (checkout.attempts >= requests) return [];
  const because = `services.${route.service}.routes.${route.index}.rateLimit`;
  return [
    {
      at: [...EDGE, "bots", "checkout", "attempts"],
      code: "checkout-limit-too-low",
      message: `the firewall would block a caller who keeps to ${because}: that is ${requests} attempts in five minutes`,
      given: String(checkout.attempts),
      allowed: [`at least ${requests}`],
      fix: `write ${requests} or more, or lower ${because}`,
    },
  ];
}

/** Forms that are watched are routes of the product. */
function botPaths(blueprint: ResolvedBlueprint): FirewallProblem[] {
  const { bots } = blueprint.layers.edge;
  const posts = routesOf(blueprint).flatMap(({ method, path }) => (method === "POST" ? [path] : []));
  return (["login", "signUp", "checkout"] as const).flatMap((form): FirewallProblem[] => {
    const path = bots?.[form]?.path;
    if (path === undefined || posts.includes(path)) return [];
    const near = nearest(path, posts);
    return [
      {
        at: [...EDGE, "bots", form, "path"],
        code: "unknown-form",
        message: "no route takes a POST there",
        given: path,
        allowed: posts,
        ...(near === undefined ? {} : { nearest: near }),
        fix: near === undefined ? "write the path of a route with the method POST" : `write "${near}"`,
      },
    ];
  });
}

/** Actions that would never be taken, since nothing recognizes what they are for. */
function botActions(blueprint: ResolvedBlueprint): FirewallProblem[] {
  const { bots } = blueprint.layers.edge;
  if (bots === undefined) return [];
  const report = (category: string, message: string, fix: string): FirewallProblem => ({
    at: [...EDGE, "bots", "actions", category],
    code: "unrecognized-bots",
    message,
    fix,
  });
  return [
    ...(bots.actions?.scalpers !== undefined && bots.inspection === "common"
      ? [report("scalpers", "common inspection does not recognize them", 'use inspection "targeted" or "learning"')]
      : []),
    ...(bots.actions?.credentialStuffing !== undefined && bots.login === undefined
      ? [report("credentialStuffing", "no login is watched", "add bots.login")]
      : []),
  ];
}
