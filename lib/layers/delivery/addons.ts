import type { IApplication } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1";
import type { Place } from "../../model/place.ts";
import { type Application, CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { addons as foundationAddons } from "../foundation/contract.ts";
import { addons as ingressAddons } from "../ingress/contract.ts";
import { addons as meshAddons } from "../mesh/contract.ts";
import { addons as observabilityAddons } from "../observability/contract.ts";
import { addons as securityAddons } from "../security/contract.ts";
import { type AddonRequest, SYNC_POLICY } from "./contract.ts";

/** Every chart that the layers of a platform ask for, in sync order. */
export const requestedAddons = (place: Place): readonly AddonRequest[] =>
  [
    ...foundationAddons(place),
    ...securityAddons(place),
    ...meshAddons(place),
    ...ingressAddons(place),
    ...observabilityAddons(place),
  ].sort((a, b) => a.wave - b.wave || (a.chart < b.chart ? -1 : 1));

/** The custom resource definitions that no chart brings. */
function gatewayApi(application: Application, place: Place): void {
  const { repository, revision, path } = place.versions.gatewayApi;
  new CustomObject<IApplication>(application, "gateway-api", {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "gateway-api", namespace: "argocd", annotations: { "argocd.argoproj.io/sync-wave": "0" } },
    spec: {
      project: "platform",
      source: { repoURL: repository, targetRevision: revision, path },
      destination: { server: "https://kubernetes.default.svc", namespace: "kube-system" },
      syncPolicy: {
        ...SYNC_POLICY,
        automated: { prune: false, selfHeal: true },
        syncOptions: [...SYNC_POLICY.syncOptions],
      },
    },
  });
}

/**
 * Values of a chart as Argo CD hands them to Helm: an object, or text where a null has to take a default of the chart away,
 * since Argo CD drops members of an object that are null (argoproj/argo-cd#19781).
 */
const helmValues = (values: AddonRequest["values"]): { valuesObject: object } | { values: string } =>
  hasNull(values) ? { values: `${JSON.stringify(values, undefined, 2)}\n` } : { valuesObject: { ...values } };

const hasNull = (value: unknown): boolean =>
  value === null || (typeof value === "object" && Object.values(value).some(hasNull));

/** The software of the platform: one Argo CD application a chart, at the version of the matrix, in waves. */
export function addonApplications(application: Application, place: Place): void {
  gatewayApi(application, place);
  for (const { chart, wave, values, release = chart } of requestedAddons(place)) {
    const { repository, chart: name, version, namespace } = place.versions.charts[chart];
    const installed = new CustomObject<IApplication>(application, release, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: release, namespace: "argocd", annotations: { "argocd.argoproj.io/sync-wave": String(wave) } },
      spec: {
        project: "platform",
        source: {
          repoURL: repository,
          chart: name,
          targetRevision: version,
          helm: { releaseName: release, ...helmValues(values) },
        },
        destination: { server: "https://kubernetes.default.svc", namespace },
        syncPolicy: { ...SYNC_POLICY, syncOptions: [...SYNC_POLICY.syncOptions] },
      },
    });
    encodes("delivery.gitops.drift", installed);
    if (release.startsWith("istio")) encodes("mesh.istio-traffic.install", installed);
    if (release === "istiod") encodes("edge.tls.mtls", installed);
    if (release === "aws-load-balancer-controller") encodes("mesh.control-plane.cloud-controller", installed);
  }
}
