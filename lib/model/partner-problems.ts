import { isForPartners } from "./hosts.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { limitOf, routesOf } from "./routes.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

const API = ["layers", "client", "partners", "api"];

/** What partners ask for and could not be given. */
export function partnerProblems(blueprint: ResolvedBlueprint): Finding[] {
  const { apps, identity, partners } = blueprint.layers.client;
  const api = partners?.api;
  const tiers = Object.keys(api?.tiers ?? {});
  return [
    ...Object.entries(apps).flatMap(([name, app]): Finding[] =>
      app.kind !== "partner" || app.tier === undefined || tiers.includes(app.tier)
        ? []
        : [
            {
              at: ["layers", "client", "apps", name, "tier"],
              code: "unknown-tier",
              message: "layers.client.partners.api has no such tier",
              given: app.tier,
              allowed: tiers,
              fix: "name one of them, or add it there",
            },
          ],
    ),
    ...(api === undefined || identity?.provider === "cognito"
      ? []
      : [
          {
            at: API,
            code: "no-tokens",
            message: "partners' tokens come from the product's own identity provider, and it has none",
            given: identity?.provider ?? "no identity",
            allowed: ["cognito"],
            fix: 'write layers.client.identity.provider: "cognito"',
          },
        ]),
    ...(api === undefined
      ? []
      : wayOnProblems(blueprint, [api.path, ...(api.sandbox === undefined ? [] : [api.sandbox.path])])),
    ...(api?.sandbox === undefined ? [] : sandboxProblems(blueprint, api.sandbox.service)),
    ...(partners?.portal === undefined || api !== undefined
      ? []
      : [
          {
            at: ["layers", "client", "partners", "portal"],
            code: "portal-without-api",
            message: "there is no API that it could tell partners of",
            given: partners.portal.tool,
            fix: "add layers.client.partners.api, or remove the portal",
          },
        ]),
  ];
}

/** Requests come from API Gateway's own addresses and with its own key: what is counted or known by these would be wrong. */
function wayOnProblems(blueprint: ResolvedBlueprint, paths: readonly string[]): Finding[] {
  const routes = routesOf(blueprint).filter((route) => isForPartners(blueprint, route));
  const hosts = new Set(routes.map(({ host }) => host));
  return [
    ...paths
      .filter((path) => !routes.some((route) => route.path.startsWith(`${path}/`)))
      .map((path) => ({
        at: [...API, path === paths[0] ? "path" : "sandbox"],
        code: "no-way-on",
        message: "requests of partners go on to routes of the product, and there is none",
        given: path,
        fix: `add a route to a service with a path below ${path}, auth "api-key" and a host of its own`,
      })),
    ...routes.flatMap((route): Finding[] => {
      const at = ["services", route.service, "routes", String(route.index)];
      return [
        ...(route.auth === "api-key"
          ? []
          : [
              {
                at: [...at, "auth"],
                code: "partners-without-key",
                message: "API Gateway proves itself to the route with a key",
                given: route.auth,
                allowed: ["api-key"],
                fix: 'write auth: "api-key"',
              },
            ]),
        ...(route.host !== undefined && hosts.size === 1
          ? []
          : [
              {
                at: [...at, "host"],
                code: "partners-without-host",
                message:
                  "partners' requests come from API Gateway's addresses, which limits for one address would stop: they need one host of their own",
                given: route.host ?? "the domain",
                fix: 'write the same host at each of these routes, such as "partners-api"',
              },
            ]),
        ...(limitOf(route) === undefined
          ? []
          : [
              {
                at: [...at, "rateLimit"],
                code: "partners-counted-together",
                message: "all partners come with API Gateway's key and would share this limit; their tiers count them",
                given: typeof route.rateLimit === "string" ? route.rateLimit : route.rateLimit.rate,
                allowed: ["unlimited"],
                fix: "remove it",
              },
            ]),
      ];
    }),
  ];
}

/** What is tried out in a sandbox must not be real. */
function sandboxProblems({ services }: ResolvedBlueprint, name: string): Finding[] {
  const at = [...API, "sandbox", "service"];
  const service = services[name];
  if (service === undefined)
    return [
      {
        at,
        code: "unknown-service",
        message: "the blueprint has no such service",
        given: name,
        allowed: Object.keys(services),
        fix: "name one of them, or add it",
      },
    ];
  const inside = Object.values(services).filter(({ isolation }) => isolation === service.isolation);
  const real = Object.values(services).filter((one) => !inside.includes(one));
  const shared = [...new Set(inside.flatMap(({ uses }) => Object.keys(uses)))].filter(
    (target) =>
      (services[target] !== undefined && !inside.includes(services[target])) ||
      real.some(({ uses }) => uses[target] !== undefined),
  );
  return [
    ...(service.isolation === undefined
      ? [
          {
            at: ["services", name, "isolation"],
            code: "sandbox-not-isolated",
            message: "a sandbox is alone in its namespace, with a quota and network rules of its own",
            given: "the product's namespace",
            fix: 'write isolation: "sandbox"',
          },
        ]
      : []),
    ...shared.map((target) => ({
      at: ["services", name, "uses", target],
      code: "sandbox-uses-real",
      message: "the product's own services use this: what is tried out would be real",
      given: target,
      fix: "give the sandbox a store of its own, or let it answer from what it has in memory",
    })),
  ];
}
