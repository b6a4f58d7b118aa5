import { namespaceOf, type Place } from "../../model/place.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import { IDENTITY_AGENT } from "../common/pod-network.ts";
import type { AddonRequest } from "../delivery/contract.ts";
import { asQuantities, SIDECAR } from "./proxy-size.ts";

export { asQuantities, sidecarOf } from "./proxy-size.ts";

/** Trust domain of the mesh's identities. */
export const TRUST_DOMAIN = "cluster.local";

/** Name under which the mesh knows the collector of traces. */
export const TRACES = "traces";

/** Seconds that connections of a proxy which goes get to end. Catalogue: ingress.glb.drain. */
export const DRAIN_SECONDS = 30;

/** Port on which a service answers inside the mesh, whatever its container listens on. */
export const SERVICE_PORT = 80;

/** Host name of a service inside the cluster. */
export const serviceHost = (place: Place, service: string): string =>
  `${service}.${namespaceOf(place, service)}.svc.cluster.local`;

/** Mesh identity of a service account. */
export const principal = (namespace: string, serviceAccount: string): string =>
  `${TRUST_DOMAIN}/ns/${namespace}/sa/${serviceAccount}`;

/** Mesh identity of a service. */
export const identityOf = (place: Place, service: string): string => principal(namespaceOf(place, service), service);

/** Services of the product that use a service. */
export const callersOf = (place: Place, service: string): readonly string[] =>
  Object.entries(place.blueprint.services).flatMap(([name, { uses }]) => (uses[service] === "call" ? [name] : []));

/** Where a GraphQL router fetches its schema and licence, and says what was asked. Source: GraphOS's documentation of its network. */
const GRAPHOS = [
  "aws.uplink.api.apollographql.com",
  "uplink.api.apollographql.com",
  "usage-reporting.api.apollographql.com",
] as const;

/** Hosts on the internet that a service may call: those that it names, and those that its router cannot do without. */
export const egressOf = ({ egress, graphql }: ResolvedService): readonly string[] =>
  graphql === undefined ? egress : [...new Set([...egress, ...GRAPHOS])];

/** Charts of the mesh: Istio, and KEDA which scales what it carries. */
export function addons(place: Place): readonly AddonRequest[] {
  const replicas = place.deployment.tier === "dev" ? 1 : 2;
  const { reachableFrom } = place.blueprint.layers.ingress.loadBalancer;
  const { fips = false } = place.blueprint.layers.edge.tls ?? {};
  const proxy = asQuantities(SIDECAR);
  return [
    { chart: "istio-base", wave: 1, values: { defaultRevision: "default" } },
    { chart: "istio-cni", wave: 2, values: { cni: { ambient: { enabled: false } }, profile: "default" } },
    {
      chart: "istiod",
      wave: 3,
      values: {
        autoscaleMin: replicas,
        autoscaleMax: 5,
        pilot: {
          cni: { enabled: true },
          // Identities live an hour: none that leaks is worth much. Catalogue: edge.tls.mtls.
          env: { DEFAULT_WORKLOAD_CERT_TTL: "1h", MAX_WORKLOAD_CERT_TTL: "1h" },
          resources: { requests: { cpu: "200m", memory: "512Mi" } },
        },
        meshConfig: {
          trustDomain: TRUST_DOMAIN,
          // What no ServiceEntry names cannot be reached. Catalogue: mesh.istio-security.egress.
          outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
          accessLogFile: "",
          // Traces in the W3C's words: services that were instrumented see and pass on the same ones.
          extensionProviders: [
            {
              name: TRACES,
              opentelemetry: { service: "opentelemetry-collector.monitoring.svc.cluster.local", port: 4317 },
            },
          ],
          defaultConfig: {
            holdApplicationUntilProxyStarts: true,
            proxyMetadata: { SECRET_TTL: "1h0m0s" },
            terminationDrainDuration: `${DRAIN_SECONDS}s`,
            // The CDN writes who called it: addresses before its own are a caller's invention.
            gatewayTopology: { numTrustedProxies: reachableFrom === "cdn" ? 1 : 0 },
          },
          // FIPS 140 does not approve of X25519. Gateways have these curves too. Catalogue: edge.tls.ciphers.
          tlsDefaults: { ecdhCurves: fips ? ["P-256", "P-384"] : ["X25519", "P-256"] },
          meshMTLS: { minProtocolVersion: "TLSV1_3" },
        },
        global: {
          proxy: {
            // Sidecars would refuse what nothing names: without credentials no pod reaches a store.
            excludeIPRanges: IDENTITY_AGENT,
            resources: { requests: { cpu: proxy.cpu, memory: proxy.memory }, limits: { memory: proxy.memoryLimit } },
          },
        },
      },
    },
    {
      chart: "keda",
      wave: 4,
      values: {
        operator: { replicaCount: replicas },
        metricsServer: { replicaCount: replicas },
        podDisruptionBudget: { operator: { minAvailable: 1 } },
      },
    },
  ];
}
