import type { Manifest } from "../common/application.ts";

/** Istio's EnvoyFilter as far as we write it: the published models leave it out, since its values are Envoy's own. */
export interface IEnvoyFilter extends Manifest {
  readonly apiVersion: "networking.istio.io/v1alpha3";
  readonly kind: "EnvoyFilter";
  readonly spec: {
    readonly workloadSelector: { readonly labels: Readonly<Record<string, string>> };
    readonly configPatches: readonly {
      readonly applyTo: "HTTP_FILTER" | "HTTP_ROUTE" | "VIRTUAL_HOST";
      readonly match: object;
      readonly patch: { readonly operation: "INSERT_FIRST" | "MERGE"; readonly value: object };
    }[];
  };
}
