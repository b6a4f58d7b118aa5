import { dirname } from "node:path/posix";
import {
  type EnvFromSource,
  type EnvVar,
  IntOrString,
  KubeConfigMap,
  KubeDeployment,
  KubePodDisruptionBudget,
  KubeService,
  KubeServiceAccount,
  type Probe,
  Quantity,
} from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import { encodes } from "../common/encodes.ts";
import { CONNECTIONS_WAIVER, containerWaivers, waived } from "../common/waivers.ts";
import { imageOf } from "../delivery/contract.ts";
import type { Connections } from "./connections.ts";
import { asQuantities, SERVICE_PORT, sidecarOf } from "./contract.ts";
import { ROUTER_PROBES } from "./graphql-router.ts";
import { QUERY_CACHE_PASSWORD, queryCacheOf } from "./query-cache-names.ts";
import { selectorOf } from "./selector.ts";
import { filesOf } from "./service-files.ts";

/** Time for load balancers and proxies to learn that a pod is going before it stops. */
const DEREGISTRATION = 10;

export interface WorkloadProps {
  readonly place: Place;
  readonly name: string;
  readonly service: ResolvedService;
  readonly connections: Connections;
}

/** A service's pods: Deployment, account, stable address and disruption budget. How many there are is the scaler's affair. */
export class Workload extends Construct {
  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);
    const { place, name, service } = props;
    const namespace = namespaceOf(place, name);
    const account = new KubeServiceAccount(this, "account", {
      metadata: { name, namespace },
      automountServiceAccountToken: false,
    });
    const settings = this.settings(props, namespace);
    const deployment = this.deployment(props, namespace, settings);
    const address = new KubeService(this, "address", {
      metadata: { name, namespace, labels: selectorOf(name) },
      spec: {
        selector: selectorOf(name),
        ports: [
          {
            name: service.protocol,
            port: SERVICE_PORT,
            targetPort: IntOrString.fromString("app"),
            appProtocol: service.protocol,
          },
        ],
      },
    });
    const budget = new KubePodDisruptionBudget(this, "disruption-budget", {
      metadata: { name, namespace },
      spec: {
        maxUnavailable: IntOrString.fromNumber(1),
        selector: { matchLabels: selectorOf(name) },
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      },
    });
    encodes("mesh.workloads.deployment", deployment);
    encodes("mesh.workloads.rbac", account);
    if (service.protocol === "grpc") {
      encodes("mesh.communication.sync", address);
      encodes("ingress.grpc.provider", address);
    }
    encodes("foundation.crosscutting.horizontal-scaling", budget);
    encodes("foundation.crosscutting.zero-downtime", deployment, budget);
    if (service.graphql !== undefined) encodes("ingress.graphql.provider", deployment, budget);
    if (service.routes.some(({ protocol }) => protocol === "websocket"))
      encodes("ingress.websocket.provider", deployment);
  }

  private settings({ name, service, connections }: WorkloadProps, namespace: string): KubeConfigMap | undefined {
    const data = { ...connections.settings, ...service.settings };
    if (Object.keys(data).length === 0) return undefined;
    return new KubeConfigMap(this, "settings", { metadata: { name: `${name}-settings`, namespace }, data });
  }

  private deployment(
    { place, name, service, connections }: WorkloadProps,
    namespace: string,
    settings: KubeConfigMap | undefined,
  ): KubeDeployment {
    const gpu = service.resources.gpu > 0;
    const memory = Quantity.fromString(service.resources.memory);
    const envFrom: EnvFromSource[] = [
      ...(settings === undefined ? [] : [{ configMapRef: { name: `${name}-settings` } }]),
      ...(Object.keys(connections.parameters).length === 0 ? [] : [{ secretRef: { name: `${name}-connections` } }]),
    ];
    const env: EnvVar[] = [
      { name: "PORT", value: String(service.port) },
      { name: "AWS_REGION", value: place.region.code },
      { name: "OTEL_SERVICE_NAME", value: name },
      {
        name: "OTEL_EXPORTER_OTLP_ENDPOINT",
        value: "http://opentelemetry-collector.monitoring.svc.cluster.local:4318",
      },
    ];
    const files = filesOf(place, name, service);
    for (const file of files) for (const [key, value] of Object.entries(file.env)) env.push({ name: key, value });
    const cached = service.graphql?.cache !== undefined;
    const image = imageOf(place, service.image);
    const waivers = [
      ...containerWaivers(image),
      ...(envFrom.some(({ secretRef }) => secretRef) ? [CONNECTIONS_WAIVER] : []),
    ];
    return new KubeDeployment(this, "Resource", {
      metadata: { name, namespace, labels: selectorOf(name), annotations: waived(waivers) },
      spec: {
        revisionHistoryLimit: 3,
        progressDeadlineSeconds: 600,
        selector: { matchLabels: selectorOf(name) },
        strategy: {
          type: "RollingUpdate",
          rollingUpdate: { maxUnavailable: IntOrString.fromNumber(0), maxSurge: IntOrString.fromString("25%") },
        },
        template: {
          metadata: {
            labels: { ...selectorOf(name), "app.kubernetes.io/part-of": place.deployment.name },
            annotations: { "proxy.istio.io/config": JSON.stringify(proxyConfig(service)), ...proxySize(service) },
          },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: seconds(service.drain) + DEREGISTRATION,
            nodeSelector: { "dodeca.dev/pool": gpu ? "gpu" : "general" },
            ...(gpu ? { tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }] } : {}),
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 10001,
              runAsGroup: 10001,
              fsGroup: 10001,
              seccompProfile: { type: "RuntimeDefault" },
            },
            topologySpreadConstraints: spread(place, name),
            containers: [
              {
                name: "app",
                image,
                ports: [{ name: "app", containerPort: service.port }],
                env,
                ...(envFrom.length === 0 ? {} : { envFrom }),
                resources: {
                  requests: {
                    cpu: Quantity.fromString(service.resources.cpu),
                    memory,
                    ...(gpu ? { "nvidia.com/gpu": Quantity.fromNumber(service.resources.gpu) } : {}),
                  },
                  limits: { memory, ...(gpu ? { "nvidia.com/gpu": Quantity.fromNumber(service.resources.gpu) } : {}) },
                },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
                ...probesOf(service),
                lifecycle: { preStop: { sleep: { seconds: DEREGISTRATION } } },
                volumeMounts: [
                  { name: "tmp", mountPath: "/tmp" },
                  ...service.secrets.map((secret) => ({
                    name: `secret-${secret}`,
                    mountPath: `/var/run/dodeca/${secret}`,
                    readOnly: true,
                  })),
                  ...files.map(({ id, folder }) => ({ name: `file-${id}`, mountPath: folder, readOnly: true })),
                  ...(cached
                    ? [{ name: "query-cache", mountPath: dirname(QUERY_CACHE_PASSWORD), readOnly: true }]
                    : []),
                ],
              },
            ],
            volumes: [
              { name: "tmp", emptyDir: { sizeLimit: Quantity.fromString("1Gi") } },
              ...service.secrets.map((secret) => ({
                name: `secret-${secret}`,
                secret: { secretName: `${name}-${secret}` },
              })),
              ...files.map(({ id }) => ({ name: `file-${id}`, configMap: { name: `${name}-${id}` } })),
              ...(cached ? [{ name: "query-cache", secret: { secretName: queryCacheOf(name) } }] : []),
            ],
          },
        },
      },
    });
  }
}

/** The sidecar's own settings; what scales by open sockets has to say how many there are. */
const proxyConfig = ({ scaling }: ResolvedService): object => ({
  holdApplicationUntilProxyStarts: true,
  ...(scaling.on.connections === undefined
    ? {}
    : { proxyStatsMatcher: { inclusionRegexps: [".*downstream_cx_upgrades_active"] } }),
});

/** Size of a sidecar that keeps connections open; every other has the mesh's. */
function proxySize(service: ResolvedService): Readonly<Record<string, string>> {
  if (service.scaling.on.connections === undefined) return {};
  const { cpu, memory, memoryLimit } = asQuantities(sidecarOf(service));
  return {
    "sidecar.istio.io/proxyCPU": cpu,
    "sidecar.istio.io/proxyMemory": memory,
    "sidecar.istio.io/proxyMemoryLimit": memoryLimit,
  };
}

/** Pods over the zones, strictly where losing one must not lose the service. Catalogue: foundation.regions.zones. */
function spread(place: Place, name: string) {
  const strict = place.deployment.tier === "prod";
  const labelSelector = { matchLabels: selectorOf(name) };
  return [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: strict ? "DoNotSchedule" : "ScheduleAnyway",
      labelSelector,
    },
    { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
  ];
}

function probesOf(service: ResolvedService): {
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
} {
  const check = (path: string): Probe =>
    service.protocol === "grpc"
      ? { grpc: { port: service.port } }
      : { httpGet: { path, port: IntOrString.fromString("app") } };
  const { liveness, readiness } = service.graphql === undefined ? service.probes : ROUTER_PROBES;
  return {
    startupProbe: { ...check(liveness), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...check(readiness), periodSeconds: 5, failureThreshold: 2, timeoutSeconds: 2 },
    livenessProbe: { ...check(liveness), periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 2 },
  };
}
