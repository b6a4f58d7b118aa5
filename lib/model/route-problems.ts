import { isPool, issuersOf } from "./issuers.ts";
import { slowProblems } from "./origin-timeout.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { ambiguous, routesOf, type ServiceRoute } from "./routes.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** Routes of which nobody could say where a request goes, or who may send it. */
export function routeProblems(blueprint: ResolvedBlueprint): Finding[] {
  const routes = routesOf(blueprint);
  return [
    ...overlaps(routes),
    ...missingIssuer(blueprint, routes),
    ...anyAudience(blueprint),
    ...routes.flatMap((route) => [...splitProblems(blueprint, route), ...endProblems(route)]),
    ...graphqlProblems(blueprint),
    ...keyProblems(blueprint),
    ...slowProblems(blueprint),
  ];
}

const place = ({ service, index }: ServiceRoute): string[] => ["services", service, "routes", String(index)];

/** Two of which a request could be meant; on different hosts too, since the CDN and limits choose by path alone. */
function overlaps(routes: readonly ServiceRoute[]): Finding[] {
  return routes.flatMap((route, index) =>
    routes
      .slice(index + 1)
      .filter((other) => other.method === route.method && ambiguous(route.path, other.path))
      .map((other) => ({
        at: [...place(other), "path"],
        code: "overlapping-routes",
        message: `a ${other.method} request could match this route and ${route.path} of ${route.service}`,
        given: other.path,
        fix: "give one of them another path or method",
      })),
  );
}

function missingIssuer(blueprint: ResolvedBlueprint, routes: readonly ServiceRoute[]): Finding[] {
  const jwt =
    blueprint.layers.ingress.jwt === undefined ? routes.find(({ auth }) => auth.startsWith("jwt")) : undefined;
  return jwt === undefined
    ? []
    : [
        {
          at: [...place(jwt), "auth"],
          code: "missing-issuer",
          message: "the route wants a token, and layers.ingress.jwt names no issuer",
          given: jwt.auth,
          fix: "add layers.ingress.jwt with issuer and audiences",
        },
      ];
}

/** An issuer that also makes tokens for others, all of which would be let in. */
function anyAudience(blueprint: ResolvedBlueprint): Finding[] {
  return issuersOf(blueprint).flatMap((jwt, index) =>
    jwt.audiences !== undefined || isPool(jwt)
      ? []
      : [
          {
            at: ["layers", "ingress", "jwt", ...(index === 0 ? [] : ["also", String(index - 1)]), "audiences"],
            code: "any-audience",
            message:
              "tokens that this issuer makes for others would be let in; only a pool of Cognito is the product's own",
            given: `any token of ${jwt.issuer}`,
            fix: "name the audience that the product's tokens have",
          },
        ],
  );
}

/** Parts of a route that nobody could answer, or that leave nothing for the route's own service. */
function splitProblems({ services }: ResolvedBlueprint, route: ServiceRoute): Finding[] {
  const at = [...place(route), "split"];
  const parts = Object.entries(route.split ?? {});
  const sum = parts.reduce((total, [, weight]) => total + weight, 0);
  const isolation = services[route.service]?.isolation;
  return [
    ...parts
      .filter(([other]) => services[other] === undefined || other === route.service)
      .map(([other]) => ({
        at: [...at, other],
        code: "unknown-service",
        message:
          other === route.service ? "the route's own service gets the rest" : "the blueprint has no such service",
        given: other,
        allowed: Object.keys(services).filter((name) => name !== route.service),
        fix: "name another service",
      })),
    ...parts
      .filter(([other]) => services[other] !== undefined && services[other].isolation !== isolation)
      .map(([other]) => ({
        at: [...at, other],
        code: "split-over-namespaces",
        message: "a route may be answered only within its service's namespace",
        given: other,
        fix: `give ${other} the isolation of ${route.service}, or none of the route`,
      })),
    ...(sum >= 100
      ? [
          {
            at,
            code: "split-too-large",
            message: "nothing is left for the route's own service",
            given: `${sum} percent`,
            allowed: ["less than 100 percent together"],
            fix: `name the service that gets all as the route's own instead of ${route.service}`,
          },
        ]
      : []),
  ];
}

/** An API that would be gone before its end was announced. */
function endProblems(route: ServiceRoute): Finding[] {
  const { deprecated } = route;
  return deprecated === undefined || deprecated.since < deprecated.sunset
    ? []
    : [
        {
          at: [...place(route), "deprecated", "sunset"],
          code: "sunset-before-deprecation",
          message: `the route would be gone before its end is announced on ${deprecated.since}`,
          given: deprecated.sunset,
          fix: "write a later day",
        },
      ];
}

/** Routers that no route reaches as GraphQL, and caches of subgraphs that they do not use. */
function graphqlProblems({ services }: ResolvedBlueprint): Finding[] {
  return Object.entries(services).flatMap(([name, { graphql, uses, secrets, transcoding, protocol }]): Finding[] => {
    const unused = Object.keys(graphql?.cache?.subgraphs ?? {}).filter((subgraph) => uses[subgraph] !== "call");
    return [
      ...unused.map((subgraph) => ({
        at: ["services", name, "graphql", "cache", "subgraphs", subgraph],
        code: "unused-subgraph",
        message: "the router does not call this service",
        given: subgraph,
        allowed: Object.keys(uses).filter((target) => uses[target] === "call"),
        fix: `add ${subgraph} to uses, or take it away here`,
      })),
      ...(graphql === undefined || secrets.includes(graphql.secret)
        ? []
        : [
            {
              at: ["services", name, "graphql", "secret"],
              code: "unread-secret",
              message: "the router's key has to be one of the service's secrets",
              given: graphql.secret,
              allowed: [...secrets],
              fix: `add it to services.${name}.secrets`,
            },
          ]),
      ...(transcoding !== undefined && protocol !== "grpc"
        ? [
            {
              at: ["services", name, "transcoding"],
              code: "transcoding-without-grpc",
              message: "JSON is translated for services that speak gRPC",
              given: protocol,
              allowed: ["grpc"],
              fix: 'write protocol: "grpc", or remove transcoding',
            },
          ]
        : []),
    ];
  });
}

/** Keys and tenants that the gateway could not know, and clients that it would not let in. */
function keyProblems({ layers }: ResolvedBlueprint): Finding[] {
  const { apiKeys, globalLoadBalancer, jwt, loadBalancer, rateLimits } = layers.ingress;
  const declared = layers.security.secrets;
  return [
    ...(apiKeys === undefined || declared[apiKeys.secret] !== undefined
      ? []
      : [
          {
            at: ["layers", "ingress", "apiKeys", "secret"],
            code: "unknown-secret",
            message: "the secret is not declared in layers.security.secrets",
            given: apiKeys.secret,
            allowed: Object.keys(declared),
            fix: "declare it",
          },
        ]),
    ...(globalLoadBalancer === "global-accelerator" && loadBalancer.reachableFrom === "cdn"
      ? [
          {
            at: ["layers", "ingress", "globalLoadBalancer"],
            code: "accelerator-shut-out",
            message: "clients of the accelerator keep their addresses, and the load balancer lets in the CDN alone",
            given: globalLoadBalancer,
            allowed: ["dns"],
            fix: 'write loadBalancer.reachableFrom: "internet", or globalLoadBalancer: "dns"',
          },
        ]
      : []),
    ...(rateLimits.store === "shared" && rateLimits.tenants !== undefined && jwt === undefined
      ? [
          {
            at: ["layers", "ingress", "rateLimits", "tenants"],
            code: "missing-issuer",
            message: "tenants are named by tokens, and layers.ingress.jwt names no issuer",
            given: rateLimits.tenants.claim,
            fix: "add layers.ingress.jwt with issuer and audiences",
          },
        ]
      : []),
  ];
}
