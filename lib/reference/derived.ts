/** Facts that a check, an analysis or the model of ours expresses, with its file. */
export const DERIVED: Readonly<Record<string, string>> = {
  "client.kpis.types": "lib/model/client-kinds.ts",
  "edge.ddos-matrix.table": "lib/analysis/ddos-matrix.ts",
  "edge.ddos.attack-types": "lib/analysis/ddos-matrix.ts",
  "edge.ddos.protocols": "lib/analysis/ddos-matrix.ts",
  "edge.flow.steps": "lib/checks/waf-order.ts",
  "edge.waf.capacity": "lib/checks/waf-capacity.ts",
  "foundation.devops.iac": "lib/checks/backends.ts",
  "foundation.regions.service-availability": "lib/model/region-needs.ts",
  "ingress.auth.protocols": "lib/analysis/identity-protocols.ts",
  "ingress.pkce-flow.refresh-at": "lib/model/client-problems.ts",
  "ingress.pkce-flow.steps": "lib/analysis/sign-in.ts",
  "mesh.autoscaling.one-owner": "lib/layers/mesh/scaler.ts",
};
