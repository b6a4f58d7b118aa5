import type { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudwatchLogDelivery } from "@cdktn/provider-aws/lib/cloudwatch-log-delivery/index.js";
import { CloudwatchLogDeliveryDestination } from "@cdktn/provider-aws/lib/cloudwatch-log-delivery-destination/index.js";
import { CloudwatchLogDeliverySource } from "@cdktn/provider-aws/lib/cloudwatch-log-delivery-source/index.js";
import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchLogMetricFilter } from "@cdktn/provider-aws/lib/cloudwatch-log-metric-filter/index.js";
import { Construct } from "constructs";
import { nameOf, ownerOf, type Place } from "../../model/place.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";

/** What the log says of a request: nothing of who sent it. */
const FIELDS = [
  "timestamp(ms)",
  "DistributionId",
  "x-edge-location",
  "x-edge-result-type",
  "sc-status",
  "time-to-first-byte",
];

/**
 * How long the edge itself takes: CloudFront has no metric of it, so a log of every request is kept for a while and a metric made
 * of what was found in the cache, which no origin delays. CloudFront delivers the log some minutes late.
 */
export class EdgeLatency extends Construct {
  readonly metric: { readonly namespace: string; readonly metric: string; readonly dimensions: Record<string, string> };
  readonly delivery: CloudwatchLogDelivery;
  readonly filter: CloudwatchLogMetricFilter;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stack: Stack; readonly place: Place; readonly distribution: CloudfrontDistribution },
  ) {
    super(scope, id);
    const { place, distribution } = props;
    const { blueprint, environment } = ownerOf(place);
    const logs = new CloudwatchLogGroup(this, "logs", {
      // Services may write to groups that begin so without a policy of their own.
      name: `/aws/vendedlogs/dodeca/${blueprint}/${environment}/cdn`,
      retentionInDays: 3,
    });
    waives(logs, ...retentionWaivers(3), {
      check: "CKV_AWS_158",
      reason: "a key of AWS encrypts it: products need not live in us-east-1, where the CDN's log has to be",
    });
    const source = new CloudwatchLogDeliverySource(this, "source", {
      name: nameOf(place, "aws_cloudwatch_log_delivery_source", "cdn"),
      logType: "ACCESS_LOGS",
      resourceArn: distribution.arn,
    });
    const destination = new CloudwatchLogDeliveryDestination(this, "destination", {
      name: nameOf(place, "aws_cloudwatch_log_delivery_destination", "cdn"),
      outputFormat: "json",
      deliveryDestinationConfiguration: [{ destinationResourceArn: logs.arn }],
    });
    this.delivery = new CloudwatchLogDelivery(this, "delivery", {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
      recordFields: [...FIELDS],
    });
    const namespace = `Dodeca/${blueprint}/${environment}`;
    const metric = "EdgeLatencyOfHits";
    this.filter = new CloudwatchLogMetricFilter(this, "filter", {
      name: nameOf(place, "aws_cloudwatch_log_metric_filter", "edge-latency"),
      logGroupName: logs.name,
      pattern: '{ $.x-edge-result-type = "Hit" }',
      metricTransformation: { name: metric, namespace, value: "$.time-to-first-byte", unit: "Seconds" },
    });
    this.metric = { namespace, metric, dimensions: {} };
  }
}
