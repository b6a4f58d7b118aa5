import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint, ResolvedRoute } from "./resolved.ts";
import { routesOf } from "./routes.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** Hosts below the domain that the product's gateway answers beside it, as labels in alphabetical order. */
export const ownHosts = (blueprint: ResolvedBlueprint): readonly string[] =>
  [...new Set(routesOf(blueprint).flatMap(({ host }) => host ?? []))].sort((a, b) => (a < b ? -1 : 1));

/** The host of a route: the domain, unless it has one of its own. */
export const hostOf = ({ host }: Pick<ResolvedRoute, "host">, domain: string): string =>
  host === undefined ? domain : `${host}.${domain}`;

/** Whether API Gateway passes partners' requests on along a route. */
export const isForPartners = ({ layers }: ResolvedBlueprint, { path }: Pick<ResolvedRoute, "path">): boolean => {
  const { api } = layers.client.partners ?? {};
  return [api?.path, api?.sandbox?.path].some((one) => one !== undefined && path.startsWith(`${one}/`));
};

/** Label of the host on which API Gateway passes partners' requests on. */
export const partnersHost = (blueprint: ResolvedBlueprint): string | undefined =>
  routesOf(blueprint).find((route) => isForPartners(blueprint, route) && route.host !== undefined)?.host;

/** Whether the gateway knows a route as one of gRPC, which takes a host of its own. */
export const hasGrpcHost = ({ host, protocol }: Pick<ResolvedRoute, "host" | "protocol">): boolean =>
  host !== undefined && protocol === "grpc";

/** Service and method of a path of gRPC; a star stands for every method. */
export function grpcMethodOf(path: string): { readonly service: string; readonly method?: string } {
  const [, service = "", method = "*"] = path.split("/");
  return method === "*" ? { service } : { service, method };
}

/** A path as gRPC writes it: the full name of a service, and a method or a star. */
const GRPC_PATH = /^\/[A-Za-z_][\w.]*\/(?:\*|[A-Za-z_]\w*)$/;

/** Labels that something else answers, and where it is said. */
function taken({ layers }: ResolvedBlueprint): readonly (readonly [label: string, by: string])[] {
  const { crashes, desktop, devices, media, partners } = layers.client;
  return [
    ["www", "the CDN"],
    ["origin", "the CDN's origin"],
    ["direct", "the accelerator"],
    ["serving", "the names of regions"],
    ...Object.keys(layers.edge.delegations ?? {}).map((name) => [name, `layers.edge.delegations.${name}`] as const),
    ...(crashes?.tool === "sentry" ? [[crashes.host ?? "crashes", "layers.client.crashes"] as const] : []),
    ...(desktop === undefined ? [] : [[desktop.host ?? "downloads", "layers.client.desktop"] as const]),
    ...(devices?.endpoint === undefined
      ? []
      : [[devices.endpoint.host ?? "devices", "layers.client.devices.endpoint"] as const]),
    ...(media?.turn === undefined ? [] : [[media.turn.host ?? "turn", "layers.client.media.turn"] as const]),
    ...(media?.rendering === undefined
      ? []
      : [[media.rendering.host ?? "render", "layers.client.media.rendering"] as const]),
    ...(partners?.api === undefined ? [] : [[partners.api.host ?? "partners", "layers.client.partners.api"] as const]),
    ...(partners?.api?.sandbox === undefined
      ? []
      : [[partners.api.sandbox.host ?? "partners-sandbox", "layers.client.partners.api.sandbox"] as const]),
    ...(partners?.portal === undefined
      ? []
      : [[partners.portal.host ?? "developers", "layers.client.partners.portal"] as const]),
  ];
}

/** Routes with a host that somebody else answers, that would be answered from cache, or that no gateway takes on one host. */
export function hostProblems(blueprint: ResolvedBlueprint): Finding[] {
  const routes = routesOf(blueprint);
  const owners = new Map(taken(blueprint));
  return routes.flatMap((route): Finding[] => {
    const { host, service, index } = route;
    if (host === undefined) return [];
    const at = ["services", service, "routes", String(index), "host"];
    const owner = owners.get(host);
    const other = routes.find((one) => one.host === host && hasGrpcHost(one) !== hasGrpcHost(route));
    return [
      ...(blueprint.layers.edge.domain === undefined
        ? [
            {
              at,
              code: "missing-domain",
              message: "it belongs to the product's domain, and there is none",
              given: host,
              fix: "add layers.edge.domain",
            },
          ]
        : []),
      ...(owner === undefined
        ? []
        : [
            {
              at,
              code: "taken-host",
              message: `${owner} has this host`,
              given: host,
              fix: "choose another label",
            },
          ]),
      ...(route.cache === undefined
        ? []
        : [
            {
              at: [...at.slice(0, -1), "cache"],
              code: "cached-host",
              message: "a host of its own is not cached: the CDN would answer the domain and the host with one answer",
              given: route.cache,
              fix: "remove cache, or the host",
            },
          ]),
      ...(!hasGrpcHost(route) || (GRPC_PATH.test(route.path) && route.transform?.path === undefined)
        ? []
        : [
            {
              at: [...at.slice(0, -1), "path"],
              code: "grpc-path",
              message: "a host of gRPC takes methods as they are called, and rewrites none",
              given: route.path,
              allowed: ["/package.Service/*", "/package.Service/Method"],
              fix: "write one of these, without transform.path",
            },
          ]),
      // Each pair once, at the route that speaks gRPC.
      ...(other === undefined || !hasGrpcHost(route)
        ? []
        : [
            {
              at,
              code: "mixed-host",
              message: `gateways take gRPC and HTTP only on different hosts (Gateway API), and ${other.service} has HTTP on this one`,
              given: host,
              fix: "give the routes of gRPC a host for themselves",
            },
          ]),
    ];
  });
}
