import type { IServiceEntry } from "@kubernetes-models/istio/networking.istio.io/v1";
import type {
  IAuthorizationPolicy,
  IPeerAuthentication,
  IRequestAuthentication,
} from "@kubernetes-models/istio/security.istio.io/v1";
import type { ITelemetry } from "@kubernetes-models/istio/telemetry.istio.io/v1";
import { Construct } from "constructs";
import { hostOf, isForPartners } from "../../model/hosts.ts";
import { issuersOf } from "../../model/issuers.ts";
import { domainOf, namespaceOf, type Place } from "../../model/place.ts";
import { dnsSuffix } from "../../model/regions.ts";
import type { ResolvedRoute, ResolvedService } from "../../model/resolved.ts";
import { routesTo, servedPath } from "../../model/routes.ts";
import { partnersClient } from "../client/contract.ts";
import { type Application, CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { portOf as storePort } from "../data/contract.ts";
import {
  API_KEYS,
  encodesRow,
  GATEWAY_IDENTITY,
  PREFLIGHT_HEADERS,
  preflightsOf,
  tokenRule,
} from "../ingress/contract.ts";
import { portOf as streamPort } from "../streaming/contract.ts";
import { callersOf, identityOf, principal, TRACES } from "./contract.ts";
import { selectorOf } from "./selector.ts";

/** Encryption and telemetry for the whole mesh: STRICT mutual TLS, one trace in a hundred, access logs of errors and slow calls. */
export function meshDefaults(application: Application): void {
  const strict = new CustomObject<IPeerAuthentication>(application, "strict-mtls", {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata: { name: "default", namespace: "istio-system" },
    spec: { mtls: { mode: "STRICT" } },
  });
  const telemetry = new CustomObject<ITelemetry>(application, "telemetry", {
    apiVersion: "telemetry.istio.io/v1",
    kind: "Telemetry",
    metadata: { name: "default", namespace: "istio-system" },
    spec: {
      accessLogging: [{ providers: [{ name: "envoy" }] }],
      tracing: [{ providers: [{ name: TRACES }], randomSamplingPercentage: 1 }],
    },
  });
  encodes("mesh.istio-security.peer-auth", strict);
  encodes("ingress.grpc.auth", strict);
  encodes("edge.zero-trust.microseg", strict);
  encodes("mesh.istio-observability.access-logs", telemetry);
  encodes("ingress.grpc.observability", telemetry);
  encodes("ingress.gateway.plugins", telemetry);
  encodes("mesh.istio-observability.traces", telemetry);
}

/** Denies every call in a namespace that no service allows, and checks tokens where the product has issuers. */
export class NamespaceAuthorization extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, namespace }: { readonly place: Place; readonly namespace: string },
  ) {
    super(scope, id);
    const deny = new CustomObject<IAuthorizationPolicy>(this, "deny-all", {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name: "deny-all", namespace },
      spec: {},
    });
    encodes("mesh.istio-security.authz", deny);
    encodes("security.zerotrust.authz", deny);
    const issuers = issuersOf(place.blueprint);
    if (issuers.length === 0) return;
    const tokens = new CustomObject<IRequestAuthentication>(this, "tokens", {
      apiVersion: "security.istio.io/v1",
      kind: "RequestAuthentication",
      metadata: { name: "tokens", namespace },
      spec: { jwtRules: issuers.map(tokenRule) },
    });
    encodes("mesh.istio-security.request-auth", tokens);
    encodes("ingress.kpis.jwt-latency", tokens);
    const grpc = Object.entries(place.blueprint.services).filter(([, { protocol }]) => protocol === "grpc");
    if (grpc.some(([name]) => namespaceOf(place, name) === namespace)) encodes("ingress.grpc.auth", tokens);
    encodes("edge.zero-trust.identity", tokens);
  }
}

export interface ServiceAuthorizationProps {
  readonly place: Place;
  readonly name: string;
  readonly service: ResolvedService;
}

type Rule = NonNullable<NonNullable<IAuthorizationPolicy["spec"]>["rules"]>[number];

/** Which identities may call a service, and with what: its callers by name, the gateway along its routes. */
export class ServiceAuthorization extends Construct {
  constructor(scope: Construct, id: string, { place, name, service }: ServiceAuthorizationProps) {
    super(scope, id);
    const callers = callersOf(place, name).map((caller) => identityOf(place, caller));
    const rules: Rule[] = [
      ...(callers.length === 0 ? [] : [{ from: [{ source: { principals: callers } }] }]),
      ...routesTo(place.blueprint, name).map((route) => routeRule(place, route)),
      ...preflightRules(place, name),
      // Health and metrics are for the platform alone. Catalogue: ingress.routing-table.health.
      {
        from: [{ source: { principals: [principal("monitoring", "kube-prometheus-stack-prometheus")] } }],
        to: [{ operation: { methods: ["GET"], paths: ["/metrics"] } }],
      },
    ];
    const policy = new CustomObject<IAuthorizationPolicy>(this, "Resource", {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name, namespace: namespaceOf(place, name) },
      spec: { action: "ALLOW", selector: { matchLabels: selectorOf(name) }, rules },
    });
    encodes("mesh.istio-security.authz", policy);
    encodes("ingress.routing-table.health", policy);
    if (service.routes.some(({ scopes }) => scopes !== undefined)) encodes("ingress.pkce-flow.jwks", policy);
    if (service.routes.some(({ idempotencyKey }) => idempotencyKey)) encodes("client.protocols.idempotency", policy);
    encodesRow(place, name, policy);
    encodes("edge.zero-trust.microseg", policy);
    if (service.routes.some(({ auth }) => auth === "jwt+mfa")) encodes("edge.zero-trust.identity", policy);
  }
}

/** A request along a route: from the gateway, with the method and path, and with what the route asks of the caller. */
function routeRule(place: Place, route: ResolvedRoute): Rule {
  const issuers = issuersOf(place.blueprint);
  const token = route.auth.startsWith("jwt") && issuers.length > 0;
  const when = [
    ...(token && route.scopes !== undefined ? [{ key: "request.auth.claims[scope]", values: [...route.scopes] }] : []),
    ...(route.auth === "jwt+mfa" ? [{ key: "request.auth.claims[amr]", values: ["mfa"] }] : []),
    // Whether a key is valid is the gateway's word where it has a store of them, otherwise the service's.
    ...(route.auth === "api-key" ? [{ key: "request.headers[x-api-key]", values: ["*"] }] : []),
    ...onlyApiGateway(place, route),
    ...(route.idempotencyKey ? [{ key: "request.headers[idempotency-key]", values: ["*"] }] : []),
  ];
  return {
    from: [
      {
        source: {
          principals: [GATEWAY_IDENTITY],
          ...(token ? { requestPrincipals: issuers.map(({ issuer }) => `${issuer}/*`) } : {}),
        },
      },
    ],
    to: [
      {
        operation: { ...hostsOf(place, route), methods: [route.method], paths: [authorizationPath(servedPath(route))] },
      },
    ],
    ...(when.length === 0 ? {} : { when }),
  };
}

/**
 * What browsers ask before they send a request from another origin. It has neither token nor key, and no service gets it: behind
 * this policy the sidecar answers. A request with the method that is no preflight is a route's, or refused.
 */
function preflightRules(place: Place, service: string): Rule[] {
  const asked = preflightsOf(place, service);
  const hosts = new Set(asked.map(({ host }) => host));
  return asked.length === 0
    ? []
    : [
        {
          from: [{ source: { principals: [GATEWAY_IDENTITY] } }],
          to: [...hosts].map((host) => {
            const here = asked.filter((route) => route.host === host);
            return {
              operation: {
                ...hostsOf(place, { host }),
                methods: ["OPTIONS"],
                paths: here.map(({ path }) => authorizationPath(path)),
              },
            };
          }),
          when: PREFLIGHT_HEADERS.map((name) => ({ key: `request.headers[${name.toLowerCase()}]`, values: ["*"] })),
        },
      ];
}

/** Routes of partners take API Gateway alone, which has looked at who asks: other holders of keys have not shown a certificate. */
function onlyApiGateway(
  place: Place,
  route: ResolvedRoute,
): readonly { readonly key: string; readonly values: string[] }[] {
  return isForPartners(place.blueprint, route)
    ? [{ key: `request.headers[${API_KEYS.clientHeader}]`, values: [partnersClient(place.deployment.name)] }]
    : [];
}

/** The host of a route that has one of its own, with whatever port a caller has written. */
function hostsOf(place: Place, route: Pick<ResolvedRoute, "host">): { readonly hosts?: string[] } {
  const domain = domainOf(place);
  if (domain === undefined || route.host === undefined) return {};
  const host = hostOf(route, domain);
  return { hosts: [host, `${host}:*`] };
}

/** Istio's path templates: `{*}` is one segment, `{**}` the rest. */
export const authorizationPath = (path: string): string =>
  path.includes("{")
    ? path
        .replace(/\{[^}]+\}/g, "{*}")
        .replace(/\*$/, "{**}")
        .replace("{{**}", "{*}")
    : path;

/** What pods reach outside the mesh but inside the network: stores and brokers, whose hosts are known only after apply. */
export function storesEntry(application: Application, place: Place, namespace: string): void {
  const ports = new Set<number>();
  for (const store of Object.values(place.blueprint.data)) {
    const number = storePort(store);
    if (number !== undefined) ports.add(number);
  }
  for (const stream of Object.values(place.blueprint.streams)) {
    const number = streamPort(stream);
    if (number !== undefined) ports.add(number);
  }
  const sorted = [...ports].sort((a, b) => a - b);
  if (sorted.length > 0) {
    new CustomObject<IServiceEntry>(application, `stores-${namespace}`, {
      apiVersion: "networking.istio.io/v1",
      kind: "ServiceEntry",
      metadata: { name: "stores", namespace },
      spec: {
        hosts: ["stores.internal"],
        addresses: [place.network],
        exportTo: ["."],
        location: "MESH_EXTERNAL",
        resolution: "NONE",
        ports: sorted.map((number) => ({ number, name: `tcp-${number}`, protocol: "TCP" })),
      },
    });
  }
  new CustomObject<IServiceEntry>(application, `aws-${namespace}`, {
    apiVersion: "networking.istio.io/v1",
    kind: "ServiceEntry",
    metadata: { name: "aws", namespace },
    spec: {
      hosts: [`*.${place.region.code}.${dnsSuffix(place.region.partition)}`],
      exportTo: ["."],
      location: "MESH_EXTERNAL",
      resolution: "NONE",
      ports: [{ number: 443, name: "tls", protocol: "TLS" }],
    },
  });
}
