import type { IConstruct } from "constructs";
import type { Deployment } from "../../model/deployment.ts";
import { hasGrpcHost, isForPartners } from "../../model/hosts.ts";
import type { Issuer } from "../../model/issuers.ts";
import { clusterName, nameOf, type Place, platformOwnerOf } from "../../model/place.ts";
import { homeRegion } from "../../model/regions.ts";
import type { ResolvedBlueprint } from "../../model/resolved.ts";
import { matchOf, routesOf, type ServiceRoute } from "../../model/routes.ts";
import { portalOrigin } from "../client/contract.ts";
import { type ContractRef, contract } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { AddonRequest } from "../delivery/contract.ts";
import { principal } from "../mesh/contract.ts";

/** Namespace and name of the platform's public gateway. */
export const GATEWAY = { namespace: "istio-ingress", name: "public" } as const;

/** Listeners of a product's routes: its domain, and every host below it. */
export const listenersOf = (place: Place) => [
  { name: GATEWAY.name, namespace: GATEWAY.namespace, sectionName: place.deployment.name },
  { name: GATEWAY.name, namespace: GATEWAY.namespace, sectionName: `${place.deployment.name}-sub` },
];

/** Share of errors at which a pod of a service gets no more requests, and how it is measured. Catalogue: ingress.circuit-breaker.trip. */
export const BREAKER = { errorPercent: 50, calls: 100, interval: "10s", open: "30s" } as const;

/** Ports on which the gateway's pods take requests, and say whether they are ready to. */
export const GATEWAY_PORTS = { https: 443, health: 15_021 } as const;

/** Name of the target group that the gateway's pods are registered in: ours to choose, so that YAML can say it. */
export const gatewayTargets = (place: Place): string => nameOf(place, "aws_lb_target_group", "gw");

/** The load balancer of a platform in a region. */
export const loadBalancer = contract("ingress", { arn: "text", dnsName: "text", zoneId: "text" }, "load-balancer");

/** The load balancer's contract that a place reads, or publishes when the platform is its own. */
export const loadBalancerOf = (place: Place): ContractRef<(typeof loadBalancer)["declared"]> => ({
  contract: loadBalancer,
  owner: platformOwnerOf(place),
  region: place.region.code,
});

/** Settings of limits that are counted once for a region. */
export type SharedLimits = Extract<ResolvedBlueprint["layers"]["ingress"]["rateLimits"], { store: "shared" }>;

/** How the platform of a place counts over all its gateways, or undefined where each pod counts for itself. */
export function sharedLimits(place: Place): SharedLimits | undefined {
  const { rateLimits } = place.hostBlueprint.layers.ingress;
  return rateLimits.store === "shared" ? rateLimits : undefined;
}

/** Name of everything that belongs to the counters. */
export const COUNTERS = "rate-limit";

/** Keys of clients as the gateway knows them: one file each, mounted from a secret; and the headers in which they come and go on. */
export const API_KEYS = {
  name: `${GATEWAY.name}-api-keys`,
  folder: "/etc/dodeca/api-keys",
  header: "x-api-key",
  clientHeader: "x-api-client",
} as const;

/** Name of the service that counts for all gateways, in the gateway's namespace. */
export const LIMITER = "rate-limiter";

/** Port of the counters' store. */
export const COUNTER_PORT = 6379;

const counters = contract("ingress", { endpoint: "text" }, COUNTERS);

/** Where a platform's requests are counted. */
export const countersOf = (place: Place): ContractRef<(typeof counters)["declared"]> => ({
  contract: counters,
  owner: platformOwnerOf(place),
  region: place.region.code,
});

const accelerator = contract("ingress", { listenerArn: "text" }, "accelerator");

/** The accelerator before all regions of a platform, which its global stack makes. */
export const acceleratorOf = (place: Place): ContractRef<(typeof accelerator)["declared"]> => ({
  contract: accelerator,
  owner: platformOwnerOf(place),
  region: homeRegion(place.deployment.account.partition),
});

/** Whether clients are led to the platform's regions by an accelerator too. */
export const accelerated = (place: Place): boolean =>
  place.hostBlueprint.layers.ingress.globalLoadBalancer === "global-accelerator";

/** Name under which an accelerated domain is reached without the CDN. */
export const directHost = (domain: string): string => `direct.${domain}`;

/** Header in which the gateway says for which tenant a verified token speaks; what callers write into it themselves is removed. */
export const TENANT_HEADER = "x-tenant-id";

/** Header in which the gateway says who a verified token speaks for; what callers write into it themselves is removed. */
export const USER_HEADER = "x-user-id";

/** Header in which the gateway writes the path that a caller asked for where a route sends it on under another one. */
export const ORIGINAL_PATH_HEADER = "x-envoy-original-path";

/** Whether the gateway of a place verifies tokens and says who they speak for. */
export const verifiesTokens = (place: Place): boolean =>
  canVerifyTokens(productsOn(place, [place.host, ...place.neighbours]));

/**
 * Whether a gateway verifies tokens. Only where every product behind it names its issuers, since a gateway that checks any token
 * refuses those of issuers that it does not know.
 */
export const canVerifyTokens = (products: readonly ServedProduct[]): boolean =>
  products.length > 0 && products.every(({ blueprint }) => blueprint.layers.ingress.jwt !== undefined);

/** How tokens of an issuer are verified. */
export const tokenRule = (jwt: Issuer) => ({
  issuer: jwt.issuer,
  ...(jwt.audiences === undefined ? {} : { audiences: jwt.audiences }),
  jwksUri: jwt.jwksUri ?? `${jwt.issuer}/.well-known/jwks.json`,
  forwardOriginalToken: true,
});

/** Origins of pages that may call a service: the product's, and of a sandbox the portal's, on whose page the API is tried out. */
export function corsOrigins(place: Place, service: string): readonly string[] {
  const { client, ingress } = place.blueprint.layers;
  const portal = client.partners?.api?.sandbox?.service === service ? portalOrigin(place) : undefined;
  return [...(ingress.cors?.origins ?? []), ...(portal === undefined ? [] : [portal])];
}

/** Headers that every preflight carries, and no other request both of. */
export const PREFLIGHT_HEADERS = ["Origin", "Access-Control-Request-Method"] as const;

/**
 * Routes of a service for whose paths it answers preflights, each path once. Where services share a path, the first that has
 * origins answers for all. None comes along a route of partners, whose API Gateway answers itself, and none before a socket or
 * before gRPC on a host of its own, which browsers do not speak.
 */
export function preflightsOf(place: Place, service: string): readonly ServiceRoute[] {
  const first = new Map<string, ServiceRoute>();
  for (const route of routesOf(place.blueprint)) {
    const unasked = route.protocol === "websocket" || hasGrpcHost(route) || isForPartners(place.blueprint, route);
    if (unasked || corsOrigins(place, route.service).length === 0) continue;
    const { type, value } = matchOf(route.path);
    const path = `${route.host ?? ""} ${type} ${value}`;
    if (!first.has(path)) first.set(path, route);
  }
  return [...first.values()].filter((route) => route.service === service);
}

/** Path under which the gateway says, on every host, that it is up. */
export const HEALTH_PATH = "/.well-known/gateway-health";

/** Mesh identity of the gateway's pods: Istio names the account of a gateway it deploys after gateway and class. */
export const GATEWAY_IDENTITY = principal(GATEWAY.namespace, `${GATEWAY.name}-istio`);

/** A product whose domain a platform's gateway serves. */
export interface ServedProduct {
  readonly name: string;
  readonly environment: string;
  readonly domain: string;
  readonly blueprint: ResolvedBlueprint;
}

/** The products with a domain that a platform serves in a region: its own and its tenants'. */
export const servedProducts = (place: Place): readonly ServedProduct[] =>
  productsOn(place, [place.deployment, ...place.tenants]);

/** Those of some deployments that have a domain, as they are in the region of a place. */
function productsOn(place: Place, deployments: readonly Deployment[]): readonly ServedProduct[] {
  return deployments.flatMap((deployment) => {
    const blueprint = deployment.regions.find(({ region }) => region.code === place.region.code)?.blueprint;
    const domain = blueprint && domainIn(deployment, blueprint);
    return blueprint === undefined || domain === undefined
      ? []
      : [{ name: deployment.name, environment: deployment.environment, domain, blueprint }];
  });
}

function domainIn(deployment: Deployment, blueprint: ResolvedBlueprint): string | undefined {
  const { domain } = blueprint.layers.edge;
  if (domain === undefined) return undefined;
  return deployment.tier === "prod" ? domain : `${deployment.environment}.${domain}`;
}

/** Service accounts of the controllers that need AWS, as their charts name them. */
export const CONTROLLERS = {
  "aws-load-balancer-controller": { namespace: "kube-system", serviceAccount: "aws-load-balancer-controller" },
  "cert-manager": { namespace: "cert-manager", serviceAccount: "cert-manager" },
} as const;

/** Charts that bring traffic from outside to the gateway. */
export function addons(place: Place): readonly AddonRequest[] {
  const replicas = place.deployment.tier === "dev" ? 1 : 2;
  return [
    {
      chart: "cert-manager",
      wave: 2,
      values: {
        crds: { enabled: true, keep: true },
        replicaCount: replicas,
        webhook: { replicaCount: replicas },
        config: {
          apiVersion: "controller.config.cert-manager.io/v1alpha1",
          kind: "ControllerConfiguration",
          enableGatewayAPI: true,
        },
        serviceAccount: { name: CONTROLLERS["cert-manager"].serviceAccount },
      },
    },
    {
      chart: "aws-load-balancer-controller",
      wave: 2,
      values: {
        clusterName: clusterName(place),
        region: place.region.code,
        vpcTags: { Name: nameOf(place, "aws_vpc") },
        replicaCount: replicas,
        serviceAccount: { create: true, name: CONTROLLERS["aws-load-balancer-controller"].serviceAccount },
        // Services of other kinds are none of its business.
        enableServiceMutatorWebhook: false,
        controllerConfig: { featureGates: { EnableServiceController: "false" } },
      },
    },
  ];
}

/**
 * Declares which row of the catalogue's routing table the parts of a service's route express: the route itself, its limit,
 * who may take it, and how it is balanced.
 */
export function encodesRow(place: Place, service: string, ...constructs: readonly IConstruct[]): void {
  if (place.deployment.name !== "reference") return;
  if (service === "user") encodes("ingress.routing-table.users", ...constructs);
  if (service === "apollo-gateway") encodes("ingress.routing-table.graphql", ...constructs);
  if (service === "search") encodes("ingress.routing-table.search", ...constructs);
  if (service === "order") encodes("ingress.routing-table.orders", ...constructs);
  if (service === "payment") encodes("ingress.routing-table.payments", ...constructs);
  if (service === "messaging") encodes("ingress.routing-table.chat", ...constructs);
}
