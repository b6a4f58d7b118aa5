import type { Place } from "../../model/place.ts";

/**
 * Applications report their own health only with this script: Argo CD ships it disabled, and waves of applications
 * would not wait for each other. Source: the Argo CD documentation on resource health.
 */
const APPLICATION_HEALTH = [
  "hs = {}",
  'hs.status = "Progressing"',
  'hs.message = ""',
  "if obj.status ~= nil and obj.status.health ~= nil then",
  "  hs.status = obj.status.health.status",
  "  if obj.status.health.message ~= nil then hs.message = obj.status.health.message end",
  "end",
  "return hs",
].join("\n");

/** Helm values of Argo CD: no admin account, no server outside the cluster, highly available where it matters. */
export function argoValues(place: Place): object {
  const replicas = place.deployment.tier === "dev" ? 1 : 2;
  return {
    crds: { install: true, keep: true },
    configs: {
      cm: {
        "admin.enabled": false,
        "application.resourceTrackingMethod": "annotation",
        "resource.customizations.health.argoproj.io_Application": APPLICATION_HEALTH,
      },
      params: { "controller.diff.server.side": true },
    },
    controller: { replicas: 1 },
    dex: { enabled: false },
    notifications: { enabled: false },
    repoServer: { replicas },
    server: { replicas, service: { type: "ClusterIP" } },
    applicationSet: { replicas },
    "redis-ha": { enabled: place.deployment.tier === "prod" },
  };
}
