import type { AcmCertificate } from "@cdktn/provider-aws/lib/acm-certificate/index.js";
import type { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudfrontMonitoringSubscription } from "@cdktn/provider-aws/lib/cloudfront-monitoring-subscription/index.js";
import { CloudwatchMetricAlarm } from "@cdktn/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { alarmName } from "../observability/contract.ts";
import { topicAt } from "./alarm-topic.ts";
import { EdgeLatency } from "./edge-latency.ts";

/** Days that a certificate has left when somebody is told: ACM renews with sixty. Catalogue: edge.pki.monitor. */
const EXPIRES_IN_DAYS = 30;

export interface DeliveryAlarmsProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly distribution: CloudfrontDistribution;
  readonly certificate: AcmCertificate;
}

/** What a metric of the home region must not do. */
interface Watch {
  readonly name: string;
  readonly description: string;
  readonly namespace?: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: { readonly statistic: "Average" | "Minimum" } | { readonly extendedStatistic: string };
  readonly below?: number;
  readonly above?: number;
  /** @default five minutes, three times */
  readonly period?: number;
  readonly periods?: number;
}

/** Alarms about what the CDN serves, and about its certificate: $0.10 a month each, and $2 for the metrics that CloudFront has to add. */
export class DeliveryAlarms extends Construct {
  private readonly stack: Stack;
  private readonly place: Place;

  constructor(scope: Construct, id: string, { stack, place, distribution, certificate }: DeliveryAlarmsProps) {
    super(scope, id);
    this.stack = stack;
    this.place = place;
    const {
      hitRate = 95,
      originLatency = 1000,
      errors = 1,
      edgeLatency,
    } = place.blueprint.layers.edge.monitoring ?? {};
    const metrics = new CloudfrontMonitoringSubscription(this, "metrics", {
      distributionId: distribution.id,
      monitoringSubscription: { realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" } },
    });
    const dimensions = { DistributionId: distribution.id, Region: "Global" };
    const average = { statistic: "Average" } as const;
    const hits = this.alarm({
      name: "cache-hits",
      description: `Less than ${hitRate} % of the requests are answered from cache`,
      metric: "CacheHitRate",
      dimensions,
      statistic: average,
      below: hitRate,
    });
    encodes("edge.static-cache.hit-rate", metrics, hits);
    this.alarm({
      name: "origin-latency",
      description: `One answer of the origin in ten takes longer than ${originLatency} ms`,
      metric: "OriginLatency",
      dimensions,
      statistic: { extendedStatistic: "p90" },
      above: originLatency,
    });
    for (const [name, metric, most] of [
      ["server-errors", "5xxErrorRate", errors],
      // Callers make most of these themselves: far more of them than usual is a release that asks for what is not there.
      ["client-errors", "4xxErrorRate", 25],
    ] as const)
      this.alarm({
        name,
        description: `More than ${most} % of the requests fail with ${metric.slice(0, 3)}`,
        metric,
        dimensions,
        statistic: average,
        above: most,
      });
    const expiry = this.alarm({
      name: "certificate",
      description: `The CDN's certificate has less than ${EXPIRES_IN_DAYS} days left`,
      namespace: "AWS/CertificateManager",
      metric: "DaysToExpiry",
      dimensions: { CertificateArn: certificate.arn },
      statistic: { statistic: "Minimum" },
      below: EXPIRES_IN_DAYS,
      period: 86_400,
      periods: 1,
    });
    encodes("edge.pki.monitor", expiry);
    if (edgeLatency !== undefined) this.latency(distribution, edgeLatency);
  }

  private latency(distribution: CloudfrontDistribution, most: number): void {
    const measured = new EdgeLatency(this, "latency", { stack: this.stack, place: this.place, distribution });
    const alarm = this.alarm({
      name: "edge-latency",
      description: `One answer from cache in twenty takes longer than ${most} ms`,
      ...measured.metric,
      statistic: { extendedStatistic: "p95" },
      // The log says seconds.
      above: most / 1000,
      period: 3600,
      periods: 1,
    });
    encodes("edge.kpis.latency", alarm, measured.delivery, measured.filter);
  }

  private alarm(watch: Watch): CloudwatchMetricAlarm {
    const actions = topicAt(this.place, this.stack);
    return new CloudwatchMetricAlarm(this, watch.name, {
      alarmName: alarmName(this.place, "edge", watch.name),
      alarmDescription: watch.description,
      namespace: watch.namespace ?? "AWS/CloudFront",
      metricName: watch.metric,
      dimensions: { ...watch.dimensions },
      ...watch.statistic,
      comparisonOperator: watch.below === undefined ? "GreaterThanThreshold" : "LessThanThreshold",
      threshold: watch.below ?? watch.above ?? 0,
      period: watch.period ?? 300,
      evaluationPeriods: watch.periods ?? 3,
      treatMissingData: "notBreaching",
      alarmActions: actions,
      okActions: actions,
    });
  }
}
