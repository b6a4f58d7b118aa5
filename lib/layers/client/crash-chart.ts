import type { IApplication } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Sentry } from "../../model/settings/client/crashes.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { SYNC_POLICY } from "../delivery/contract.ts";
import { crashNamespace } from "./contract.ts";
import { CRASH_RELEASE, CRASH_SYMBOLS } from "./crash-names.ts";
import { crashValues } from "./crash-values.ts";

export interface CrashChartProps {
  readonly place: Place;
  readonly sentry: Sentry;
  readonly host: string;
}

/** Sentry itself, as the chart of its community: Argo CD installs it under the product's own project, which admits one namespace for it. */
export class CrashChart extends Construct {
  constructor(scope: Construct, id: string, { place, sentry, host }: CrashChartProps) {
    super(scope, id);
    const { repository, chart, version } = place.versions.productCharts.sentry;
    const namespace = crashNamespace(place);
    const application = new CustomObject<IApplication>(this, "Resource", {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: namespace, namespace: "argocd" },
      spec: {
        project: place.deployment.name,
        source: {
          repoURL: repository,
          chart,
          targetRevision: version,
          helm: {
            releaseName: CRASH_RELEASE,
            valuesObject: {
              ...crashValues({
                host,
                admin: sentry.admin,
                days: sentry.days ?? 90,
                bucket: nameOf(place, "aws_s3_bucket", CRASH_SYMBOLS),
                region: place.region.code,
                identity: `${place.deployment.name}/${place.deployment.environment}/${place.region.code}`,
              }),
            },
          },
        },
        destination: { server: "https://kubernetes.default.svc", namespace },
        syncPolicy: { ...SYNC_POLICY, syncOptions: [...SYNC_POLICY.syncOptions] },
      },
    });
    encodes("client.telemetry.crash", application);
  }
}
