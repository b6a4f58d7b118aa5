import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import { routesOf, type ServiceRoute } from "../../model/routes.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import type { IEnvoyFilter } from "../common/envoy-filter.ts";
import { corsOrigins } from "./contract.ts";

/**
 * Answers browsers of other origins before a request reaches the service: exact origins, never a wildcard with credentials. Istio
 * has the filter in every chain, behind the mesh's word on who may: gateway and mesh let preflights through to it.
 */
export class Cors extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      place,
      service,
      routes,
    }: { readonly place: Place; readonly service: string; readonly routes: readonly ServiceRoute[] },
  ) {
    super(scope, id);
    const { cors } = place.blueprint.layers.ingress;
    const origins = corsOrigins(place, service);
    if (origins.length === 0) return;
    const grpc = routes.some(({ protocol }) => protocol === "grpc") && place.hostBlueprint.layers.ingress.grpcWeb;
    // Of the whole product: a path may have methods that other services answer. Which are taken is the mesh's word.
    const all = ["OPTIONS", ...routesOf(place.blueprint).map(({ method }) => method)];
    const methods = [...new Set(all)].sort((a, b) => (a < b ? -1 : 1));
    const filter = new CustomObject<IEnvoyFilter>(this, "Resource", {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: `${service}-cors`, namespace: namespaceOf(place, service) },
      spec: {
        workloadSelector: { labels: { "app.kubernetes.io/name": service } },
        configPatches: [
          {
            applyTo: "VIRTUAL_HOST",
            match: { context: "SIDECAR_INBOUND" },
            patch: {
              operation: "MERGE",
              value: {
                typed_per_filter_config: {
                  "envoy.filters.http.cors": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",
                    allow_origin_string_match: origins.map((exact) => ({ exact })),
                    allow_methods: methods.join(","),
                    allow_headers: `authorization,content-type,idempotency-key,x-api-key${grpc ? ",x-grpc-web,x-user-agent,grpc-timeout" : ""}`,
                    expose_headers: `retry-after,x-ratelimit-limit,x-ratelimit-remaining,x-ratelimit-reset${grpc ? ",grpc-status,grpc-message" : ""}`,
                    max_age: String(seconds(cors?.maxAge ?? "1h")),
                    allow_credentials: true,
                    // Else the service itself would get preflights of strangers, which no token was asked of.
                    forward_not_matching_preflights: false,
                  },
                },
              },
            },
          },
        ],
      },
    });
    encodes("ingress.gateway.plugins", filter);
    if (grpc) encodes("ingress.grpc.grpc-web", filter);
  }
}
