/** Namespace of Istio's control plane: what is said there without a selector holds in the whole mesh. */
export const CONTROL_PLANE = "istio-system";

/** Namespace of the gateways, by which requests come in. */
export const GATEWAYS = "istio-ingress";
