import type { IWasmPlugin } from "@kubernetes-models/istio/extensions.istio.io/v1alpha1";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { GATEWAY } from "../ingress/contract.ts";

/** Coraza as a filter of the mesh's proxies, with OWASP's core rules inside. */
const CORAZA = "oci://ghcr.io/corazawaf/coraza-proxy-wasm:0.6.0";

/**
 * A second firewall in the gateways themselves, for what reaches them beside the distribution: OWASP's own core rules, at the
 * level of paranoia that the first one only comes near. Catalogue: edge.waf.paranoia.
 */
export class GatewayFirewall extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const { mode, paranoia } = place.blueprint.layers.edge.waf;
    const plugin = new CustomObject<IWasmPlugin>(this, "Resource", {
      apiVersion: "extensions.istio.io/v1alpha1",
      kind: "WasmPlugin",
      metadata: { name: `${GATEWAY.name}-firewall`, namespace: GATEWAY.namespace },
      spec: {
        url: CORAZA,
        imagePullPolicy: "IfNotPresent",
        phase: "AUTHN",
        // A gateway that cannot fetch its filter serves without: the distribution's firewall stands before it.
        failStrategy: "FAIL_OPEN",
        targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: GATEWAY.name }],
        pluginConfig: {
          default_directives: "default",
          directives_map: { default: directives(mode, paranoia) },
        },
      },
    });
    encodes("edge.waf.paranoia", plugin);
  }
}

/** What Coraza is told, in its own language. */
export const directives = (mode: "block" | "monitor", paranoia: number): string[] => [
  "Include @recommended-conf",
  "Include @crs-setup-conf",
  `SecRuleEngine ${mode === "block" ? "On" : "DetectionOnly"}`,
  `SecAction "id:900000,phase:1,pass,t:none,nolog,setvar:tx.blocking_paranoia_level=${paranoia},setvar:tx.detection_paranoia_level=${paranoia}"`,
  "Include @owasp_crs/*.conf",
];
