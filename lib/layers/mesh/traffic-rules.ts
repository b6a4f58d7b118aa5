import type { IDestinationRule, IServiceEntry, IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { goDuration, milliseconds } from "../../model/quantities.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { encodesRow } from "../ingress/contract.ts";
import { serviceHost } from "./contract.ts";

/** Conditions under which a call is repeated. `idempotent` repeats only what the service cannot have seen. */
const RETRY_ON = {
  "5xx": "5xx,retriable-status-codes,connect-failure,refused-stream",
  idempotent: "connect-failure,refused-stream,reset-before-request",
} as const;

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
        http: [
          { route: [{ destination: { host } }], timeout: goDuration(traffic.timeout), retries: retriesOf(service) },
        ],
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
              ...(service.protocol === "grpc" ? { h2UpgradePolicy: "UPGRADE" as const } : {}),
              // Longer than any heartbeat, so that sockets are not cut between two of them.
              idleTimeout: "1h",
            },
          },
          loadBalancer:
            traffic.stickyHeader === undefined
              ? { simple: "LEAST_REQUEST", localityLbSetting: { enabled: true } }
              : { consistentHash: { httpHeaderName: traffic.stickyHeader } },
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
    if (traffic.stickyHeader === undefined) encodes("ingress.lb-algorithms.least-conn", rule);
    else encodes("ingress.lb-algorithms.ip-hash", rule);
    encodesRow(place, name, rule);
    if (place.deployment.name === "reference" && name === "messaging")
      encodes("mesh.traffic-rules.messaging", routes, rule);
  }
}

/** Retries that fit into the deadline: each attempt gets its share of it. Catalogue: mesh.istio-resilience.timeout. */
export function retriesOf({ traffic }: ResolvedService) {
  const { attempts, on } = traffic.retries;
  if (attempts === 0) return { attempts: 0 };
  return {
    attempts,
    perTryTimeout: `${Math.floor(milliseconds(traffic.timeout) / (attempts + 1))}ms`,
    retryOn: RETRY_ON[on],
  };
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
  }
}
