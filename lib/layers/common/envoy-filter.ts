import type { Manifest } from "./application.ts";

/** A patch of Envoy's own configuration. */
export interface ConfigPatch {
  readonly applyTo: "CLUSTER" | "HTTP_FILTER" | "HTTP_ROUTE" | "NETWORK_FILTER" | "VIRTUAL_HOST";
  readonly match: object;
  readonly patch: { readonly operation: "INSERT_BEFORE" | "INSERT_FIRST" | "MERGE"; readonly value: object };
}

/** Istio's EnvoyFilter as far as we write it: the published models leave it out, since its values are Envoy's own. */
export interface IEnvoyFilter extends Manifest {
  readonly apiVersion: "networking.istio.io/v1alpha3";
  readonly kind: "EnvoyFilter";
  readonly spec: {
    readonly workloadSelector: { readonly labels: Readonly<Record<string, string>> };
    /** Filters with a lower one are put in before others at the same place. @default 0 */
    readonly priority?: number;
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

/** Puts a filter right before the router: it sees what all others let through. */
export const lastHttpFilter = (
  context: Side,
  name: string,
  type: string,
  settings: Readonly<Record<string, unknown>>,
): ConfigPatch => ({
  applyTo: "HTTP_FILTER",
  match: {
    context,
    listener: {
      filterChain: {
        filter: {
          name: "envoy.filters.network.http_connection_manager",
          subFilter: { name: "envoy.filters.http.router" },
        },
      },
    },
  },
  patch: { operation: "INSERT_BEFORE", value: { name, typed_config: { "@type": typeUrl(type), ...settings } } },
});

/** Name of one of Envoy's types as an Any carries it. */
export const typeUrl = (type: string): string => `type.googleapis.com/envoy.extensions.filters.${type}`;

/** A filter of the pods of a service. */
export const sidecarFilter = (
  name: string,
  namespace: string,
  service: string,
  configPatches: readonly ConfigPatch[],
): IEnvoyFilter & { readonly metadata: { readonly name: string } } => ({
  apiVersion: "networking.istio.io/v1alpha3" as const,
  kind: "EnvoyFilter" as const,
  metadata: { name, namespace },
  spec: { workloadSelector: { labels: { "app.kubernetes.io/name": service } }, priority: 10, configPatches },
});
