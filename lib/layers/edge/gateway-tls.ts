import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { CustomObject, type Manifest } from "../common/application.ts";
import { GATEWAY } from "../ingress/contract.ts";

/** Istio's EnvoyFilter as far as it is written here. */
interface IEnvoyFilter extends Manifest {
  readonly spec: {
    readonly workloadSelector: { readonly labels: Readonly<Record<string, string>> };
    readonly configPatches: readonly object[];
  };
}

/** Suites of TLS 1.2; those of 1.3 are fixed, and none of them is weak. */
const CIPHERS = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"];
const CHACHA = ["ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"];

/** How the platform's gateways encrypt: versions, suites and curves, which a Gateway itself cannot say. Catalogue: edge.tls. */
export class GatewayTls extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const { fips = false } = place.blueprint.layers.edge.tls ?? {};
    new CustomObject<IEnvoyFilter>(this, "Resource", {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: `${GATEWAY.name}-tls`, namespace: GATEWAY.namespace },
      spec: {
        workloadSelector: { labels: { "gateway.networking.k8s.io/gateway-name": GATEWAY.name } },
        configPatches: [
          {
            applyTo: "FILTER_CHAIN",
            match: { context: "GATEWAY", listener: { portNumber: 443 } },
            patch: {
              operation: "MERGE",
              value: {
                transport_socket: {
                  name: "envoy.transport_sockets.tls",
                  typed_config: {
                    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                    common_tls_context: { tls_params: parameters(fips) },
                  },
                },
              },
            },
          },
        ],
      },
    });
  }
}

/**
 * Envoy's parameters. FIPS 140 does not approve of ChaCha20. Curves are the mesh's own, which writes them into gateways too: a
 * list that names one twice is refused.
 */
export const parameters = (fips: boolean) => ({
  tls_minimum_protocol_version: "TLSv1_2",
  tls_maximum_protocol_version: "TLSv1_3",
  cipher_suites: fips ? CIPHERS : [...CIPHERS, ...CHACHA],
});
