import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import type { IServiceEntry } from "@kubernetes-models/istio/networking.istio.io/v1";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1";
import {
  IntOrString,
  KubeConfigMap,
  KubeDeployment,
  KubeNetworkPolicy,
  KubePodDisruptionBudget,
  KubeService,
  KubeServiceAccount,
  Quantity,
} from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { parameterName } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { type IEnvoyFilter, lastHttpFilter } from "../common/envoy-filter.ts";
import { LIFELINES, port, watchers } from "../common/pod-network.ts";
import { CONNECTIONS_WAIVER, containerWaivers, waived } from "../common/waivers.ts";
import { imageOf, RATE_LIMITER } from "../delivery/contract.ts";
import {
  COUNTER_PORT,
  countersOf,
  GATEWAY,
  GATEWAY_IDENTITY,
  LIMITER,
  type SharedLimits,
  servedProducts,
} from "./contract.ts";
import { gatewayFilter } from "./gateway-filter.ts";
import { LIMITER_DOMAIN, limiterActions, limiterRules } from "./limiter-rules.ts";

/** Why nothing scales it. Catalogue: foundation.targets.elasticity. */
const FIXED_SIZE = {
  "dodeca.dev/fixed-size": "counters bound it: a pod answers tens of thousands of questions a second",
} as const;

const PORTS = { grpc: 8081, http: 8080 } as const;
const LABELS = { "app.kubernetes.io/name": LIMITER } as const;

/** Put in after keys of clients, which say who is counted. */
const AFTER_KEYS = 10;

/** How long the gateway waits for a word; without one it lets the request through. Catalogue: ingress.kpis.limit-latency. */
const TIMEOUT = "0.020s";

/**
 * Counts for all gateways of a platform in a region: the gateway describes each request, the limiter adds it to the windows of
 * its route and caller, of its address, its tenant and of everybody, and answers whether one is full. Who is refused learns
 * with 429 what is left and when to come back.
 */
export class RateLimiter extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, settings }: { readonly place: Place; readonly settings: SharedLimits },
  ) {
    super(scope, id);
    const { namespace } = GATEWAY;
    const products = servedProducts(place);
    this.connection(place);
    const rules = new KubeConfigMap(this, "rules", {
      metadata: { name: `${LIMITER}-rules`, namespace },
      // JSON is YAML.
      data: { "gateway.yaml": JSON.stringify(limiterRules(products, settings), undefined, 2) },
    });
    this.deployment(place);
    this.access(place);
    const filter = this.filter(
      limiterActions(products, settings, place.blueprint.layers.ingress.apiKeys !== undefined),
    );
    encodes("ingress.rate-limiter.dimensions", rules, filter);
    encodes("ingress.rate-strategies.fixed-window", rules);
    encodes("ingress.rate-limiter.headers", filter);
    encodes("ingress.rate-limiter.breach", filter);
    encodes("ingress.gateway.plugins", filter);
  }

  /** Where the counters are, and the way there. */
  private connection(place: Place): void {
    const { contract: of, owner } = countersOf(place);
    new CustomObject<IExternalSecret>(this, "connection", {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: `${LIMITER}-connection`, namespace: GATEWAY.namespace },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "ClusterSecretStore", name: "parameters" },
        target: {
          name: `${LIMITER}-connection`,
          creationPolicy: "Owner",
          template: { engineVersion: "v2", data: { REDIS_URL: `{{ .endpoint }}:${COUNTER_PORT}` } },
        },
        data: [{ secretKey: "endpoint", remoteRef: { key: parameterName(of, owner, "endpoint") } }],
      },
    });
    new CustomObject<IServiceEntry>(this, "counters", {
      apiVersion: "networking.istio.io/v1",
      kind: "ServiceEntry",
      metadata: { name: "counters", namespace: GATEWAY.namespace },
      spec: {
        hosts: ["counters.internal"],
        addresses: [place.network],
        exportTo: ["."],
        location: "MESH_EXTERNAL",
        resolution: "NONE",
        ports: [{ number: COUNTER_PORT, name: "tcp-counters", protocol: "TCP" }],
      },
    });
  }

  private deployment(place: Place): void {
    const { namespace } = GATEWAY;
    const image = imageOf(place, RATE_LIMITER);
    const memory = Quantity.fromString("256Mi");
    const replicas = place.deployment.tier === "dev" ? 1 : 3;
    new KubeServiceAccount(this, "account", {
      metadata: { name: LIMITER, namespace },
      automountServiceAccountToken: false,
    });
    new KubeDeployment(this, "Resource", {
      metadata: {
        name: LIMITER,
        namespace,
        labels: LABELS,
        annotations: { ...waived([...containerWaivers(image), CONNECTIONS_WAIVER]), ...FIXED_SIZE },
      },
      spec: {
        replicas,
        revisionHistoryLimit: 3,
        selector: { matchLabels: LABELS },
        strategy: {
          type: "RollingUpdate",
          rollingUpdate: { maxUnavailable: IntOrString.fromNumber(0), maxSurge: IntOrString.fromNumber(1) },
        },
        template: {
          metadata: { labels: LABELS },
          spec: {
            serviceAccountName: LIMITER,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            nodeSelector: { "dodeca.dev/pool": "general" },
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 10001,
              runAsGroup: 10001,
              seccompProfile: { type: "RuntimeDefault" },
            },
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: "topology.kubernetes.io/zone",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: LABELS },
              },
            ],
            containers: [
              {
                name: LIMITER,
                image,
                command: ["/bin/ratelimit"],
                ports: [
                  { name: "grpc", containerPort: PORTS.grpc },
                  { name: "http", containerPort: PORTS.http },
                ],
                env: Object.entries(this.environment()).map(([name, value]) => ({ name, value })),
                envFrom: [{ secretRef: { name: `${LIMITER}-connection` } }],
                resources: { requests: { cpu: Quantity.fromString("250m"), memory }, limits: { memory } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
                readinessProbe: {
                  httpGet: { path: "/healthcheck", port: IntOrString.fromString("http") },
                  periodSeconds: 5,
                },
                livenessProbe: {
                  httpGet: { path: "/healthcheck", port: IntOrString.fromString("http") },
                  periodSeconds: 10,
                  failureThreshold: 6,
                },
                volumeMounts: [{ name: "rules", mountPath: "/data/ratelimit/config", readOnly: true }],
              },
            ],
            volumes: [{ name: "rules", configMap: { name: `${LIMITER}-rules` } }],
          },
        },
      },
    });
    new KubePodDisruptionBudget(this, "disruption-budget", {
      metadata: { name: LIMITER, namespace },
      spec: { maxUnavailable: IntOrString.fromNumber(1), selector: { matchLabels: LABELS } },
    });
    new KubeService(this, "address", {
      metadata: { name: LIMITER, namespace, labels: LABELS },
      spec: {
        selector: LABELS,
        ports: [{ name: "grpc", port: PORTS.grpc, targetPort: IntOrString.fromString("grpc"), appProtocol: "grpc" }],
      },
    });
  }

  /** The limiter's own settings, which it reads from its environment. */
  private environment(): Readonly<Record<string, string>> {
    return {
      RUNTIME_ROOT: "/data",
      RUNTIME_SUBDIRECTORY: "ratelimit",
      RUNTIME_WATCH_ROOT: "false",
      RUNTIME_IGNOREDOTFILES: "true",
      USE_STATSD: "false",
      LOG_LEVEL: "warn",
      REDIS_SOCKET_TYPE: "tcp",
      REDIS_TYPE: "cluster",
      REDIS_TLS: "true",
      REDIS_POOL_SIZE: "20",
      // In cluster mode commands have to travel together.
      REDIS_PIPELINE_WINDOW: "150us",
      REDIS_PIPELINE_LIMIT: "8",
      // Callers that are over their limit are remembered here, so that a flood does not reach the counters.
      LOCAL_CACHE_SIZE_IN_BYTES: "16777216",
      LIMIT_RESPONSE_HEADERS_ENABLED: "true",
    };
  }

  /** Only the gateway asks, and only the counters are asked. */
  private access(place: Place): void {
    new CustomObject<IAuthorizationPolicy>(this, "authorization", {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name: LIMITER, namespace: GATEWAY.namespace },
      spec: {
        action: "ALLOW",
        selector: { matchLabels: LABELS },
        rules: [
          {
            from: [{ source: { principals: [GATEWAY_IDENTITY] } }],
            to: [{ operation: { ports: [String(PORTS.grpc)] } }],
          },
        ],
      },
    });
    new KubeNetworkPolicy(this, "network", {
      metadata: { name: LIMITER, namespace: GATEWAY.namespace },
      spec: {
        podSelector: { matchLabels: LABELS },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { "gateway.networking.k8s.io/gateway-name": GATEWAY.name } } }],
            ports: [port(PORTS.grpc)],
          },
          ...watchers(place),
        ],
        egress: [...LIFELINES, { to: [{ ipBlock: { cidr: place.network } }], ports: [port(COUNTER_PORT)] }],
      },
    });
  }

  /** Asks after tokens were verified and right before a request is passed on. */
  private filter(actions: readonly object[]): CustomObject<IEnvoyFilter> {
    const host = `${LIMITER}.${GATEWAY.namespace}.svc.cluster.local`;
    return new CustomObject<IEnvoyFilter>(
      this,
      "filter",
      gatewayFilter(
        "shared-limits",
        [
          lastHttpFilter("GATEWAY", "envoy.filters.http.ratelimit", "http.ratelimit.v3.RateLimit", {
            domain: LIMITER_DOMAIN,
            timeout: TIMEOUT,
            failure_mode_deny: false,
            enable_x_ratelimit_headers: "DRAFT_VERSION_03",
            response_headers_to_add: [
              { header: { key: "retry-after", value: "60" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" },
            ],
            rate_limit_service: {
              transport_api_version: "V3",
              grpc_service: {
                envoy_grpc: { cluster_name: `outbound|${PORTS.grpc}||${host}`, authority: host },
              },
            },
          }),
          {
            applyTo: "VIRTUAL_HOST",
            match: { context: "GATEWAY" },
            patch: { operation: "MERGE", value: { rate_limits: actions } },
          },
        ],
        AFTER_KEYS,
      ),
    );
  }
}
