import type { IPodMonitor, IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import { Construct } from "constructs";
import { namespacesOf, type Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { runbooks } from "../observability/contract.ts";
import { GATEWAY, LIMITER, sharedLimits } from "./contract.ts";

/** Milliseconds that the gateway may add to one request in a hundred, and that its question to the limiter may take. */
export const FIGURES = { overhead: 5, limit: 2 } as const;

/** 99th percentile of the milliseconds of requests, as Istio's proxies count them. */
const p99 = (labels: Readonly<Record<string, string>>): string =>
  `histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(",")}}[5m])))`;

/** Alerts on what the gateway promises about itself, and the way to its figures. Catalogue: ingress.kpis. */
export class GatewayFigures extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const { name, namespace } = GATEWAY;
    new CustomObject<IPodMonitor>(this, "monitor", {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name: "gateway", namespace },
      spec: {
        selector: {
          matchExpressions: [
            { key: "service.istio.io/canonical-name", operator: "In", values: [`${name}-istio`, LIMITER] },
          ],
        },
        podMetricsEndpoints: [{ targetPort: 15_090, path: "/stats/prometheus", interval: "15s" }],
      },
    });
    const gateway = { source_workload: `${name}-istio`, source_workload_namespace: namespace };
    const overhead = this.alert(place, {
      name: "overhead",
      summary: `the gateway adds more than ${FIGURES.overhead} ms to one request in a hundred`,
      // What it took as the gateway saw it, less what it took as the services did.
      expression: `${p99({ reporter: "source", ...gateway })} - ${p99({ reporter: "destination", ...gateway })} > ${FIGURES.overhead}`,
    });
    encodes("ingress.kpis.overhead", overhead);
    if (sharedLimits(place) === undefined) return;
    const limit = this.alert(place, {
      name: "limit-latency",
      summary: `the limiter takes more than ${FIGURES.limit} ms for one answer in a hundred`,
      expression: `${p99({ reporter: "destination", destination_workload: LIMITER, destination_workload_namespace: namespace })} > ${FIGURES.limit}`,
    });
    encodes("ingress.kpis.limit-latency", limit);
  }

  private alert(
    place: Place,
    { name, summary, expression }: { readonly name: string; readonly summary: string; readonly expression: string },
  ): CustomObject<IPrometheusRule> {
    // The operator routes an alert by its namespace: the platform's own product has somebody who is told.
    const [namespace = place.deployment.name] = namespacesOf(place);
    return new CustomObject<IPrometheusRule>(this, name, {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name: `gateway-${name}`, namespace: GATEWAY.namespace },
      spec: {
        groups: [
          {
            name: `gateway-${name}`,
            rules: [
              {
                alert: `Gateway${name
                  .split("-")
                  .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
                  .join("")}`,
                expr: expression,
                for: "10m",
                labels: {
                  product: place.deployment.name,
                  service: "gateway",
                  figure: name,
                  namespace,
                  team: place.blueprint.owner.team,
                  severity: "p3",
                },
                annotations: { summary, runbook_url: `${runbooks(place)}gateway-${name}` },
              },
            ],
          },
        ],
      },
    });
  }
}
