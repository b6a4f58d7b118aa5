import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import type { ServiceRoute } from "../../model/routes.ts";
import { portalOrigin } from "../client/contract.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import type { IEnvoyFilter } from "../common/envoy-filter.ts";

/** Answers browsers of other origins before a request reaches the service: exact origins, never a wildcard with credentials. */
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
    // Whoever tries out the API on the portal's page asks the sandbox from there.
    const portal =
      place.blueprint.layers.client.partners?.api?.sandbox?.service === service ? portalOrigin(place) : undefined;
    const origins = [...(cors?.origins ?? []), ...(portal === undefined ? [] : [portal])];
    if (origins.length === 0) return;
    const grpc = routes.some(({ protocol }) => protocol === "grpc") && place.hostBlueprint.layers.ingress.grpcWeb;
    const methods = [...new Set(["OPTIONS", ...routes.map(({ method }) => method)])].sort((a, b) => (a < b ? -1 : 1));
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
