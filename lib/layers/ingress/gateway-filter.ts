import type { ConfigPatch } from "../common/envoy-filter.ts";
import { GATEWAY } from "./contract.ts";

/** A filter of the public gateway's pods. @param priority lower ones come first at the same place */
export const gatewayFilter = (name: string, configPatches: readonly ConfigPatch[], priority?: number) => ({
  apiVersion: "networking.istio.io/v1alpha3" as const,
  kind: "EnvoyFilter" as const,
  metadata: { name: `${GATEWAY.name}-${name}`, namespace: GATEWAY.namespace },
  spec: {
    workloadSelector: { labels: { "gateway.networking.k8s.io/gateway-name": GATEWAY.name } },
    ...(priority === undefined ? {} : { priority }),
    configPatches,
  },
});
