import type { Manifest } from "../common/application.ts";
import { GATEWAY } from "./contract.ts";

/** A patch of Envoy's own configuration. */
export interface ConfigPatch {
  readonly applyTo: "CLUSTER" | "HTTP_FILTER" | "HTTP_ROUTE" | "NETWORK_FILTER" | "VIRTUAL_HOST";
  readonly match: object;
  readonly patch: { readonly operation: "INSERT_FIRST" | "MERGE"; readonly value: object };
}

/** Istio's EnvoyFilter as far as we write it: the published models leave it out, since its values are Envoy's own. */
export interface IEnvoyFilter extends Manifest {
  readonly apiVersion: "networking.istio.io/v1alpha3";
  readonly kind: "EnvoyFilter";
  readonly spec: {
    readonly workloadSelector: { readonly labels: Readonly<Record<string, string>> };
    readonly configPatches: readonly ConfigPatch[];
  };
}

/** Which side of a workload a patch is for. */
export type Side = "GATEWAY" | "SIDECAR_INBOUND";

/** The filter of a listener that speaks HTTP, on one side of a workload. */
export const httpListener = (context: Side): object => ({
  context,
  listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } },
});

/** Puts a filter before all others that see requests. */
export const firstHttpFilter = (
  context: Side,
  name: string,
  type: string,
  settings: Readonly<Record<string, unknown>>,
): ConfigPatch => ({
  applyTo: "HTTP_FILTER",
  match: httpListener(context),
  patch: { operation: "INSERT_FIRST", value: { name, typed_config: { "@type": typeUrl(type), ...settings } } },
});

/** Name of one of Envoy's types as an Any carries it. */
export const typeUrl = (type: string): string => `type.googleapis.com/envoy.extensions.filters.${type}`;

/** A filter of the public gateway's pods. */
export const gatewayFilter = (name: string, configPatches: readonly ConfigPatch[]) => ({
  apiVersion: "networking.istio.io/v1alpha3" as const,
  kind: "EnvoyFilter" as const,
  metadata: { name: `${GATEWAY.name}-${name}`, namespace: GATEWAY.namespace },
  spec: {
    workloadSelector: { labels: { "gateway.networking.k8s.io/gateway-name": GATEWAY.name } },
    configPatches,
  },
});
