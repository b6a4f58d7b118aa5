import type { IDestinationRule, IServiceEntry, IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { goDuration, milliseconds, perMinute } from "../../model/quantities.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import { limitOf, matchOf, servedPath } from "../../model/routes.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { encodesRow } from "../ingress/contract.ts";
import { serviceHost } from "./contract.ts";

/** Conditions under which a call is repeated. `idempotent` repeats only what the service cannot have seen. */
const RETRY_ON = {
  "5xx": "5xx,retriable-status-codes,connect-failure,refused-stream",
  idempotent: "connect-failure,refused-stream,reset-before-request",
} as const;

/** Connections of one pod to a host on the internet. */
const EGRESS_CONNECTIONS = 100;

export interface TrafficRulesProps {
  readonly place: Place;
  readonly name: string;
  readonly service: ResolvedService;
}

/** How the mesh carries calls to a service: deadline, retries within it, and when a pod is put aside. */
export class TrafficRules extends Construct {
  constructor(scope: Construct, id: string, { place, name, service }: TrafficRulesProps) {
    super(scope, id);
    const { traffic } = service;
    const namespace = namespaceOf(place, name);
    const host = serviceHost(place, name);
    const routes = new CustomObject<IVirtualService>(this, "virtual-service", {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name, namespace },
      spec: {
        hosts: [host],
        http: callsOf(service, host),
      },
    });
    const rule = new CustomObject<IDestinationRule>(this, "destination-rule", {
      apiVersion: "networking.istio.io/v1",
      kind: "DestinationRule",
      metadata: { name, namespace },
      spec: {
        host,
        trafficPolicy: {
          tls: { mode: "ISTIO_MUTUAL" },
          connectionPool: {
            tcp: { maxConnections: traffic.maxConnections, connectTimeout: "1s" },
            http: {
              ...(service.protocol === "grpc"
                ? { h2UpgradePolicy: "UPGRADE" as const, maxConcurrentStreams: STREAMS }
                : {}),
              http1MaxPendingRequests: pendingOf(service),
              http2MaxRequests: traffic.maxRequests ?? traffic.maxConnections,
              // Longer than any heartbeat, so that sockets are not cut between two of them.
              idleTimeout: "1h",
            },
          },
          loadBalancer: balancingOf(traffic),
          outlierDetection: {
            consecutive5xxErrors: traffic.consecutiveErrors,
            interval: "10s",
            baseEjectionTime: "30s",
            maxEjectionPercent: 50,
            minHealthPercent: 30,
          },
        },
      },
    });
    encodes("mesh.istio-traffic.virtualservice", routes);
    encodes("mesh.istio-traffic.destinationrule", rule);
    encodes("mesh.istio-resilience.retries", routes);
    encodes("mesh.istio-resilience.timeout", routes);
    encodes("mesh.istio-resilience.circuit-breaker", rule);
    encodes("mesh.istio-resilience.outlier", rule);
    encodes("ingress.glb.passive-health", rule);
    encodes("ingress.circuit-breaker.timeout", routes);
    encodes("ingress.circuit-breaker.bulkhead", rule);
    encodes("ingress.circuit-breaker.retry", routes);
    encodes("ingress.glb.features", rule);
    if (service.routes.some(({ streaming }) => streaming === true)) encodes("ingress.grpc.streaming", routes, rule);
    if (service.routes.some((route) => limitOf(route)?.strategy === "leaky-bucket"))
      encodes("ingress.rate-strategies.leaky-bucket", rule);
    if (traffic.stickyHeader !== undefined || traffic.balance === "address-hash")
      encodes("ingress.lb-algorithms.ip-hash", rule);
    else if (traffic.balance === undefined || traffic.balance === "least-request")
      encodes("ingress.lb-algorithms.least-conn", rule);
    encodesRow(place, name, rule);
    if (place.deployment.name === "reference" && name === "messaging")
      encodes("mesh.traffic-rules.messaging", routes, rule);
  }
}

/** Streams of one connection at a time: as many as Envoy takes from clients. */
const STREAMS = 100;

type Call = NonNullable<NonNullable<IVirtualService["spec"]>["http"]>[number];
type TrafficPolicy = NonNullable<NonNullable<IDestinationRule["spec"]>["trafficPolicy"]>;

/**
 * Calls by what may be done to them: streams go on without deadline or second try; what writes is sent again only if the
 * service cannot have seen it, since nobody knows whether it did; everything else is repeated as the service says.
 */
export function callsOf(service: ResolvedService, host: string): Call[] {
  const route = [{ destination: { host } }];
  const timeout = goDuration(service.traffic.timeout);
  const streams = service.routes.filter(({ streaming }) => streaming === true);
  const { attempts, on } = service.traffic.retries;
  return [
    ...(streams.length === 0
      ? []
      : [
          {
            name: "streams",
            match: streams.map((one) => ({ uri: uriMatch(servedPath(one)) })),
            route,
            // Without a timeout there is none: Istio takes no nought.
            retries: { attempts: 0 },
          },
        ]),
    // Every call of gRPC is a POST: what it does, only the service knows, and says with its own setting.
    ...(service.protocol === "grpc" || attempts === 0 || on === "idempotent"
      ? []
      : [
          {
            name: "writes",
            match: [{ method: { regex: "POST|PATCH" } }],
            route,
            timeout,
            retries: retriesOf(service, "idempotent"),
          },
        ]),
    { route, timeout, retries: retriesOf(service) },
  ];
}

function uriMatch(path: string) {
  const { type, value } = matchOf(path);
  if (type === "Exact") return { exact: value };
  return type === "PathPrefix" ? { prefix: `${value}/` } : { regex: value };
}

/** Retries that fit into the deadline: each attempt gets its share of it. Catalogue: mesh.istio-resilience.timeout. */
export function retriesOf({ traffic }: ResolvedService, on: keyof typeof RETRY_ON = traffic.retries.on) {
  const { attempts } = traffic.retries;
  if (attempts === 0) return { attempts: 0 };
  return {
    attempts,
    perTryTimeout: `${Math.floor(milliseconds(traffic.timeout) / (attempts + 1))}ms`,
    retryOn: RETRY_ON[on],
  };
}

/** Requests that may always wait: they do so too while a connection is being opened. */
const LEAST_PENDING = 64;

/** Requests that wait for a connection: where a route drips, not many more than its bucket holds. */
function pendingOf({ routes, traffic }: ResolvedService): number {
  const buckets = routes.flatMap((route) => {
    const limit = limitOf(route);
    return limit?.strategy === "leaky-bucket" ? [limit.burst ?? Math.ceil(perMinute(limit.rate) / 60)] : [];
  });
  return traffic.maxPending ?? (buckets.length === 0 ? 1024 : Math.max(LEAST_PENDING, ...buckets));
}

/** Which pod is next, in Istio's words. Catalogue: ingress.glb.algorithms. */
export function balancingOf({
  balance,
  stickyHeader,
}: ResolvedService["traffic"]): NonNullable<TrafficPolicy["loadBalancer"]> {
  if (stickyHeader !== undefined) return { consistentHash: { httpHeaderName: stickyHeader } };
  switch (balance) {
    case "address-hash":
      return { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 1024 } } };
    case "round-robin":
      return { simple: "ROUND_ROBIN", localityLbSetting: { enabled: true } };
    case "random":
      return { simple: "RANDOM", localityLbSetting: { enabled: true } };
    default:
      return { simple: "LEAST_REQUEST", localityLbSetting: { enabled: true } };
  }
}

/** Hosts on the internet that a service may call, in its namespace alone. */
export class Egress extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, name, hosts }: { readonly place: Place; readonly name: string; readonly hosts: readonly string[] },
  ) {
    super(scope, id);
    const entry = new CustomObject<IServiceEntry>(this, "Resource", {
      apiVersion: "networking.istio.io/v1",
      kind: "ServiceEntry",
      metadata: { name: `${name}-egress`, namespace: namespaceOf(place, name) },
      spec: {
        hosts: [...hosts],
        exportTo: ["."],
        location: "MESH_EXTERNAL",
        resolution: "DNS",
        ports: [{ number: 443, name: "tls", protocol: "TLS" }],
      },
    });
    encodes("mesh.istio-security.egress", entry);
    // Each host has connections of its own: one that hangs takes none from the others, and is left alone when it resets them.
    for (const host of hosts) {
      const pool = new CustomObject<IDestinationRule>(this, `pool-${host}`, {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata: { name: `${name}-${host.replaceAll(".", "-")}`, namespace: namespaceOf(place, name) },
        spec: {
          host,
          exportTo: ["."],
          trafficPolicy: {
            connectionPool: { tcp: { maxConnections: EGRESS_CONNECTIONS, connectTimeout: "2s" } },
            outlierDetection: {
              consecutive5xxErrors: 5,
              interval: "10s",
              baseEjectionTime: "30s",
              maxEjectionPercent: 50,
            },
          },
        },
      });
      encodes("ingress.circuit-breaker.bulkhead", pool);
    }
  }
}
