import { KubeConfigMap } from "cdk8s-plus-34/lib/imports/k8s.js";
import type { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";

/** A panel: what it shows, and the query behind it. */
interface Panel {
  readonly title: string;
  readonly type: "timeseries" | "heatmap" | "stat" | "table";
  readonly query: string;
  readonly unit?: string;
}

/** Grafana's JSON of a dashboard: panels in two columns. */
function dashboard(title: string, uid: string, panels: readonly Panel[]): string {
  return JSON.stringify(
    {
      title,
      uid,
      schemaVersion: 39,
      timezone: "utc",
      refresh: "30s",
      time: { from: "now-6h", to: "now" },
      panels: panels.map(({ title: name, type, query, unit }, index) => ({
        id: index + 1,
        title: name,
        type,
        datasource: { type: "prometheus", uid: "prometheus" },
        gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
        fieldConfig: { defaults: unit === undefined ? {} : { unit }, overrides: [] },
        targets: [{ refId: "A", expr: query, format: type === "heatmap" ? "heatmap" : "time_series" }],
      })),
    },
    null,
    2,
  );
}

function config(scope: Construct, id: string, namespace: string, name: string, text: string): KubeConfigMap {
  return new KubeConfigMap(scope, id, {
    metadata: { name, namespace, labels: { grafana_dashboard: "1" } },
    data: { [`${name}.json`]: text },
  });
}

/** Dashboards of a product: all services at once, and one service in depth. Catalogue: observability.dashboards.table. */
export function productDashboards(scope: Construct, place: Place): void {
  const { name } = place.deployment;
  const own = `reporter="destination",destination_service_namespace=~"${name}.*"`;
  const overview = dashboard(`${name}: System Overview`, `${name}-overview`, [
    {
      title: "Requests",
      type: "timeseries",
      unit: "reqps",
      query: `sum by (destination_service_name) (rate(istio_requests_total{${own}}[1m]))`,
    },
    {
      title: "Errors",
      type: "timeseries",
      unit: "percentunit",
      query: `sum by (destination_service_name) (rate(istio_requests_total{${own},response_code=~"5.."}[5m])) / sum by (destination_service_name) (rate(istio_requests_total{${own}}[5m]))`,
    },
    {
      title: "Duration, 99th percentile",
      type: "timeseries",
      unit: "ms",
      query: `histogram_quantile(0.99, sum by (destination_service_name, le) (rate(istio_request_duration_milliseconds_bucket{${own}}[5m])))`,
    },
    {
      title: "Service health",
      type: "stat",
      query: `sum by (namespace) (kube_deployment_status_replicas_available{namespace=~"${name}.*"}) / sum by (namespace) (kube_deployment_spec_replicas{namespace=~"${name}.*"})`,
      unit: "percentunit",
    },
    { title: "Error budget burn over an hour", type: "timeseries", query: "slo:error_ratio:rate1h" },
    { title: "Alerts", type: "table", query: `ALERTS{alertstate="firing",team="${place.blueprint.owner.team}"}` },
  ]);
  const deep = dashboard(`${name}: Service Deep Dive`, `${name}-service`, [
    {
      title: "Latency",
      type: "heatmap",
      query: `sum by (le) (increase(istio_request_duration_milliseconds_bucket{${own}}[1m]))`,
    },
    {
      title: "Errors by endpoint",
      type: "timeseries",
      query: `sum by (request_path, response_code) (rate(istio_requests_total{${own},response_code=~"[45].."}[5m]))`,
    },
    {
      title: "CPU",
      type: "timeseries",
      query: `sum by (pod) (rate(container_cpu_usage_seconds_total{namespace=~"${name}.*",container="app"}[5m]))`,
    },
    {
      title: "Memory",
      type: "timeseries",
      unit: "bytes",
      query: `sum by (pod) (container_memory_working_set_bytes{namespace=~"${name}.*",container="app"})`,
    },
  ]);
  const namespace = namespaceOf(place);
  config(scope, "overview", namespace, `${name}-overview`, overview);
  config(scope, "service", namespace, `${name}-service`, deep);
}

/** The dashboard of a platform's cluster. */
export function clusterDashboard(scope: Construct): void {
  const text = dashboard("Kubernetes Cluster", "cluster", [
    {
      title: "Node CPU",
      type: "timeseries",
      unit: "percentunit",
      query: `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))`,
    },
    {
      title: "Node memory",
      type: "timeseries",
      unit: "percentunit",
      query: "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
    },
    {
      title: "Node disk",
      type: "timeseries",
      unit: "percentunit",
      query: `1 - node_filesystem_avail_bytes{fstype!="tmpfs"} / node_filesystem_size_bytes{fstype!="tmpfs"}`,
    },
    {
      title: "Pod restarts",
      type: "timeseries",
      query: "sum by (namespace) (increase(kube_pod_container_status_restarts_total[15m]))",
    },
    {
      title: "Out of memory",
      type: "timeseries",
      query: `sum by (namespace) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"})`,
    },
    {
      title: "Replicas wanted by autoscalers",
      type: "timeseries",
      query: "sum by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_desired_replicas)",
    },
  ]);
  config(scope, "cluster", "monitoring", "kubernetes-cluster", text);
}
