import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import type { IPodMonitor, IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import type { IAlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1";
import { Construct } from "constructs";
import { domainOf, namespaceOf, namespacesOf, type Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { PAGER_SECRET, secretName } from "../security/contract.ts";
import { BURN_RATES, budgetMinutes, type Objective, objectivesOf, type Severity } from "./burn-rates.ts";
import { runbooks } from "./contract.ts";
import { ENTRY, entryObjectives } from "./entry-objectives.ts";

type RuleGroup = NonNullable<IPrometheusRule["spec"]>["groups"] extends (infer G)[] | undefined ? G : never;

/** Windows for which the ratio of errors is recorded. */
const WINDOWS = [...new Set(BURN_RATES.flatMap(({ long, short }) => [short, long]))];

/** Share of bad requests above which every alert fires: a budget that is large could not burn fast enough otherwise. */
const MOST = 0.9;

const SEVERITIES: readonly Severity[] = ["p1", "p2", "p3", "p4"];

/** PagerDuty's words for our severities. */
const PAGERDUTY: Readonly<Record<Severity, string>> = { p1: "critical", p2: "error", p3: "warning", p4: "info" };

/** The word for the alerts of a group, which share a receiver of two severities. */
const pagerDutySeverity = ([high, low]: readonly [Severity, Severity]): string =>
  `{{ if eq .CommonLabels.severity "${high}" }}${PAGERDUTY[high]}{{ else }}${PAGERDUTY[low]}{{ end }}`;

/** Burn-rate alerts for every objective that a product's services declare, and where they go. */
export class Alerts extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    for (const [name, service] of Object.entries(place.blueprint.services)) {
      const objectives = objectivesOf(place, name, service);
      if (objectives.length > 0) this.rules(place, name, objectives);
    }
    this.entry(place);
    for (const namespace of namespacesOf(place)) {
      this.routing(place, namespace);
      this.sidecars(namespace);
    }
  }

  private rules(place: Place, name: string, objectives: readonly Objective[]): void {
    const rules = new CustomObject<IPrometheusRule>(this, `rules-${name}`, {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name: `${name}-objectives`, namespace: namespaceOf(place, name) },
      spec: { groups: objectives.map((objective) => group(place, objective)) },
    });
    encodes("observability.severity.table", rules);
    encodes("foundation.observability.incidents", rules);
  }

  /** What the product promises of its way in, where it has one. */
  private entry(place: Place): void {
    const objectives = domainOf(place) === undefined ? [] : entryObjectives(place);
    if (objectives.length === 0) return;
    const rules = new CustomObject<IPrometheusRule>(this, ENTRY, {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      // No service's rules have this name.
      metadata: { name: "objectives", namespace: namespaceOf(place) },
      spec: { groups: objectives.map((objective) => group(place, objective)) },
    });
    if (objectives.some(({ target }) => target === 99.999)) encodes("foundation.targets.sla", rules);
    if (objectives.some(({ kind }) => kind === "latency")) encodes("foundation.targets.latency", rules);
  }

  /**
   * Pages for what cannot wait, and incidents of low urgency for the rest. One configuration a namespace: the operator lets
   * each see the alerts of its own namespace only.
   */
  private routing(place: Place, namespace: string): void {
    const { pager, team } = place.blueprint.owner;
    if (pager !== undefined) {
      new CustomObject<IExternalSecret>(this, `pager-${namespace}`, {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: { name: "pager", namespace },
        spec: {
          refreshInterval: "1h",
          secretStoreRef: { kind: "ClusterSecretStore", name: "secrets" },
          target: { name: "pager", creationPolicy: "Owner" },
          data: [{ secretKey: "routing-key", remoteRef: { key: secretName(place, PAGER_SECRET) } }],
        },
      });
    }
    const told = (severities: readonly [Severity, Severity]) =>
      pager === undefined
        ? {}
        : {
            pagerdutyConfigs: [
              {
                routingKey: { name: "pager", key: "routing-key" },
                sendResolved: true,
                severity: pagerDutySeverity(severities),
              },
            ],
          };
    new CustomObject<IAlertmanagerConfig>(this, `routing-${namespace}`, {
      apiVersion: "monitoring.coreos.com/v1alpha1",
      kind: "AlertmanagerConfig",
      metadata: { name: team, namespace },
      spec: {
        route: {
          receiver: "ticket",
          groupBy: ["service", "objective", "severity"],
          groupWait: "30s",
          groupInterval: "5m",
          repeatInterval: "12h",
          routes: [
            {
              receiver: "page",
              matchers: [{ name: "severity", matchType: "=~", value: "p1|p2" }],
              groupWait: "0s",
              repeatInterval: "1h",
            },
          ],
        },
        // Who is told of a fast burn need not be told of the slow ones that it is also.
        inhibitRules: SEVERITIES.slice(0, -1).map((severity, index) => ({
          sourceMatch: [{ name: "severity", matchType: "=", value: severity }],
          targetMatch: [{ name: "severity", matchType: "=~", value: SEVERITIES.slice(index + 1).join("|") }],
          equal: ["service", "objective"],
        })),
        receivers: [
          { name: "page", ...told(["p1", "p2"]) },
          { name: "ticket", ...told(["p3", "p4"]) },
        ],
      },
    });
  }

  private sidecars(namespace: string): void {
    const monitor = new CustomObject<IPodMonitor>(this, `sidecars-${namespace}`, {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name: "sidecars", namespace },
      spec: {
        selector: { matchExpressions: [{ key: "app.kubernetes.io/name", operator: "Exists" }] },
        podMetricsEndpoints: [{ targetPort: 15_090, path: "/stats/prometheus", interval: "15s" }],
      },
    });
    encodes("mesh.istio-observability.metrics", monitor);
  }
}

function group(place: Place, objective: Objective): RuleGroup {
  const { service, kind, target, windowDays, errorRatio } = objective;
  // Products on one platform may have services of the same name.
  const identity = { product: place.deployment.name, service, objective: kind };
  // The operator routes an alert by its namespace, which sums over requests have lost.
  const labels = { ...identity, namespace: namespaceOf(place, service), team: place.blueprint.owner.team };
  const recorded = (window: string): string => `slo:error_ratio:rate${window}`;
  const selector = `{${Object.entries(identity)
    .map(([label, value]) => `${label}="${value}"`)
    .join(",")}}`;
  const budget = (100 - target) / 100;
  const records = WINDOWS.map((window) => ({
    record: recorded(window),
    expr: errorRatio(window),
    labels: identity,
  }));
  const alerts = BURN_RATES.map(({ severity, rate, long, short, hold }) => {
    const threshold = Number(Math.min(rate * budget, MOST).toPrecision(6));
    return {
      alert: `${camel(service)}${camel(kind)}Burns${camel(severity)}`,
      expr: `${recorded(long)}${selector} > ${threshold} and ${recorded(short)}${selector} > ${threshold}`,
      for: hold,
      labels: { ...labels, severity },
      annotations: {
        summary: `${service} uses its ${kind} budget ${rate} times too fast`,
        description: `Objective ${target} % over ${windowDays} days, a budget of ${budgetMinutes(target, windowDays)} minutes; measured over ${long} and ${short}.`,
        runbook_url: `${runbooks(place)}${service}-${kind}`,
      },
    };
  });
  return { name: `${service}-${kind}`, rules: [...records, ...alerts] };
}

const camel = (name: string): string =>
  name
    .split("-")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
