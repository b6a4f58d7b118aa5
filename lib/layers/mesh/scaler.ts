import type { IScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1";
import { KubeHorizontalPodAutoscalerV2 } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { milliseconds } from "../../model/quantities.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { lagTrigger } from "../streaming/contract.ts";

const PROMETHEUS = "http://kube-prometheus-stack-prometheus.monitoring.svc.cluster.local:9090";

/** A KEDA trigger: metadata values are text. */
export interface Trigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly metricType?: "Utilization" | "AverageValue" | "Value";
  readonly authenticationRef?: { readonly name: string; readonly kind?: string };
}

export interface ScalerProps {
  readonly place: Place;
  readonly name: string;
  readonly service: ResolvedService;
}

/**
 * The one owner of a service's replicas: a HorizontalPodAutoscaler where CPU alone decides, KEDA where anything else
 * does. Scaling down waits five minutes (catalogue: mesh.autoscaling.hpa).
 */
export class Scaler extends Construct {
  constructor(scope: Construct, id: string, { place, name, service }: ScalerProps) {
    super(scope, id);
    const namespace = namespaceOf(place, name);
    const triggers = triggersOf(place, name, service);
    const { min, max } = service.scaling;
    if (triggers.every(({ type }) => type === "cpu")) {
      const scaler = new KubeHorizontalPodAutoscalerV2(this, "Resource", {
        metadata: { name, namespace },
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
          minReplicas: Math.max(1, min),
          maxReplicas: max,
          metrics: [
            {
              type: "Resource",
              resource: {
                name: "cpu",
                target: { type: "Utilization", averageUtilization: service.scaling.on.cpu ?? 70 },
              },
            },
          ],
          behavior: { scaleDown: { stabilizationWindowSeconds: 300 }, scaleUp: { stabilizationWindowSeconds: 0 } },
        },
      });
      encodes("mesh.autoscaling.hpa", scaler);
      encodes("foundation.targets.elasticity", scaler);
      return;
    }
    const scaler = new CustomObject<IScaledObject>(this, "Resource", {
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      metadata: { name, namespace },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        minReplicaCount: min,
        maxReplicaCount: max,
        pollingInterval: 10,
        cooldownPeriod: 300,
        advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 300 } } } },
        triggers: triggers.map((trigger) => ({ ...trigger, metadata: { ...trigger.metadata } })),
      },
    });
    encodes("mesh.autoscaling.keda", scaler);
    encodes("foundation.targets.elasticity", scaler);
  }
}

/** The triggers that a service's `scaling.on` asks for. */
export function triggersOf(place: Place, name: string, service: ResolvedService): readonly Trigger[] {
  const { on } = service.scaling;
  const destination = `destination_service_name="${name}",destination_service_namespace="${namespaceOf(place, name)}"`;
  const prometheus = (
    query: string,
    threshold: string,
    metricType: Trigger["metricType"] = "AverageValue",
  ): Trigger => ({
    type: "prometheus",
    metricType,
    metadata: { serverAddress: PROMETHEUS, query, threshold, ignoreNullValues: "false" },
  });
  return [
    ...(on.cpu === undefined
      ? []
      : [{ type: "cpu", metricType: "Utilization" as const, metadata: { value: String(on.cpu) } }]),
    ...(on.requestsPerSecond === undefined
      ? []
      : [
          prometheus(
            `sum(rate(istio_requests_total{reporter="destination",${destination}}[1m]))`,
            String(on.requestsPerSecond),
          ),
        ]),
    ...(on.latency === undefined
      ? []
      : [
          prometheus(
            `histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{reporter="destination",${destination}}[1m])))`,
            String(milliseconds(on.latency)),
            "Value",
          ),
        ]),
    ...(on.connections === undefined
      ? []
      : [
          prometheus(
            // Sockets are upgraded requests: Istio counts connections of TCP services only.
            `sum(envoy_http_downstream_cx_upgrades_active{namespace="${namespaceOf(place, name)}",pod=~"${name}-.*"})`,
            String(on.connections),
          ),
        ]),
    ...(on.gpu === undefined
      ? []
      : [
          prometheus(
            `avg(DCGM_FI_DEV_GPU_UTIL{exported_namespace="${namespaceOf(place, name)}",exported_pod=~"${name}-.*"})`,
            String(on.gpu),
            "Value",
          ),
        ]),
    ...(on.lag === undefined ? [] : [lagTrigger(place, name, on.lag.stream, on.lag.threshold)]),
  ];
}
