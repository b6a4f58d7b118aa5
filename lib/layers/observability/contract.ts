import type { Place } from "../../model/place.ts";
import { domainOf, nameOf, platformNameOf, platformOwnerOf } from "../../model/place.ts";
import type { AddonRequest } from "../delivery/contract.ts";

/** Log group of everything that runs in a platform's cluster. */
export function applicationLogGroup(place: Place): string {
  const { blueprint, environment } = platformOwnerOf(place);
  return `/dodeca/${blueprint}/${environment}/applications`;
}

/** Topic to which alarms about AWS's own services go. */
export const alertTopic = (place: Place): string => platformNameOf(place, "aws_sns_topic", "alerts");

/** Where people read what to do about an alert of a place: to be followed by the alert's name. */
export function runbooks(place: Place): string {
  const { runbooks: given } = place.blueprint.layers.observability;
  if (given !== undefined) return given.endsWith("/") ? given : `${given}/`;
  return `https://runbooks.${domainOf(place) ?? `${place.deployment.name}.internal`}/`;
}

/** Service account of the collectors. */
export const COLLECTOR = { namespace: "monitoring", serviceAccount: "opentelemetry-collector" } as const;

/** Days that metrics stay in the cluster. */
const metricsRetention = (place: Place): string => ({ dev: "2d", staging: "7d", prod: "15d" })[place.deployment.tier];

/** Charts of the collectors: Prometheus with Alertmanager and Grafana, and OpenTelemetry for logs and traces. */
export function addons(place: Place): readonly AddonRequest[] {
  const replicas = place.deployment.tier === "prod" ? 2 : 1;
  return [
    {
      chart: "kube-prometheus-stack",
      wave: 5,
      values: {
        fullnameOverride: "kube-prometheus-stack",
        prometheus: {
          prometheusSpec: {
            replicas,
            retention: metricsRetention(place),
            scrapeInterval: "15s",
            // Every namespace's own rules and monitors count.
            ruleSelectorNilUsesHelmValues: false,
            serviceMonitorSelectorNilUsesHelmValues: false,
            podMonitorSelectorNilUsesHelmValues: false,
            storageSpec: {
              volumeClaimTemplate: {
                spec: {
                  storageClassName: "gp3",
                  accessModes: ["ReadWriteOnce"],
                  resources: { requests: { storage: place.deployment.tier === "prod" ? "200Gi" : "20Gi" } },
                },
              },
            },
          },
        },
        alertmanager: {
          alertmanagerSpec: {
            replicas: place.deployment.tier === "prod" ? 3 : 1,
            alertmanagerConfigSelector: {},
            alertmanagerConfigMatcherStrategy: { type: "OnNamespace" },
          },
        },
        grafana: {
          // Nobody logs in with a password; access is through the cluster until single sign-on is chosen.
          adminUser: "",
          "grafana.ini": { auth: { disable_login_form: true }, "auth.basic": { enabled: false } },
          sidecar: {
            dashboards: { enabled: true, label: "grafana_dashboard", labelValue: "1", searchNamespace: "ALL" },
          },
        },
      },
    },
    {
      chart: "opentelemetry-collector",
      wave: 5,
      values: {
        fullnameOverride: "opentelemetry-collector",
        mode: "daemonset",
        image: { repository: "otel/opentelemetry-collector-contrib" },
        serviceAccount: { create: true, name: COLLECTOR.serviceAccount },
        presets: { logsCollection: { enabled: true }, kubernetesAttributes: { enabled: true } },
        service: { enabled: true },
        tolerations: [{ operator: "Exists" }],
        config: {
          receivers: {
            otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" }, http: { endpoint: "0.0.0.0:4318" } } },
          },
          processors: {
            // Errors are all kept, one success in a hundred. Catalogue conflict: sampling.
            tail_sampling: {
              policies: [
                { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
                { name: "some", type: "probabilistic", probabilistic: { sampling_percentage: 1 } },
              ],
            },
          },
          exporters: {
            awscloudwatchlogs: {
              region: place.region.code,
              log_group_name: applicationLogGroup(place),
              log_stream_name: "pods",
            },
            awsxray: { region: place.region.code },
          },
          service: {
            pipelines: {
              logs: {
                receivers: ["otlp", "filelog"],
                processors: ["memory_limiter", "batch"],
                exporters: ["awscloudwatchlogs"],
              },
              traces: {
                receivers: ["otlp"],
                processors: ["memory_limiter", "tail_sampling", "batch"],
                exporters: ["awsxray"],
              },
              metrics: null,
            },
          },
        },
      },
    },
  ];
}

/** Name of an alarm of a product. */
export const alarmName = (place: Place, ...parts: readonly string[]): string =>
  nameOf(place, "aws_cloudwatch_metric_alarm", ...parts);
