import { CloudwatchMetricAlarm } from "@cdktn/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import type { Stack } from "../common/stack.ts";
import {
  cacheName,
  clusterIdentifier,
  domainName,
  graphIdentifier,
  memcachedName,
  tableName,
} from "../data/contract.ts";
import {
  consumerQueue,
  consumersOf,
  deadAmqpQueue,
  deadLettersOf,
  fanOutTopic,
  queueName,
  rabbitmqName,
  streamName,
} from "../streaming/contract.ts";
import { alarmName, alertTopic } from "./contract.ts";

/** A metric of AWS with the value from which somebody should know. */
interface Watch {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Maximum" | "Average";
  readonly threshold: number;
  /** Minutes in a row. */
  readonly minutes: number;
}

/** Alarms about what the cluster's own monitoring cannot see: queues, streams and stores. */
export class Alarms extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    for (const watch of watchesOf(place)) {
      new CloudwatchMetricAlarm(this, watch.name, {
        alarmName: alarmName(place, watch.name),
        alarmDescription: watch.description,
        namespace: watch.namespace,
        metricName: watch.metric,
        dimensions: { ...watch.dimensions },
        statistic: watch.statistic,
        comparisonOperator: "GreaterThanThreshold",
        threshold: watch.threshold,
        period: 60,
        evaluationPeriods: watch.minutes,
        treatMissingData: "notBreaching",
        alarmActions: [stack.arnOf("sns", alertTopic(place))],
        okActions: [stack.arnOf("sns", alertTopic(place))],
      });
    }
  }
}

/** What is watched for the stores and streams of a product. */
export function watchesOf(place: Place): readonly Watch[] {
  const stores = Object.entries(place.blueprint.data).flatMap(([name, store]): Watch[] => {
    switch (store.kind) {
      case "relational":
        return [
          {
            name: `${name}-capacity`,
            description: `${name} runs at its highest capacity`,
            namespace: "AWS/RDS",
            metric: "ACUUtilization",
            dimensions: { DBClusterIdentifier: clusterIdentifier(place, name) },
            statistic: "Average",
            threshold: 90,
            minutes: 15,
          },
        ];
      case "keyValue":
        return (["Read", "Write"] as const).map((direction) => ({
          name: `${name}-${direction.toLowerCase()}-throttles`,
          description: `${name} turns ${direction.toLowerCase()}s away`,
          namespace: "AWS/DynamoDB",
          metric: `${direction}ThrottleEvents`,
          dimensions: { TableName: tableName(place, name) },
          statistic: "Sum",
          threshold: 0,
          minutes: 5,
        }));
      case "cache":
        return [
          {
            name: `${name}-memory`,
            description: `${name} evicts what is still wanted`,
            namespace: "AWS/ElastiCache",
            metric: "DatabaseMemoryUsagePercentage",
            dimensions: { ReplicationGroupId: cacheName(place, name) },
            statistic: "Maximum",
            threshold: 90,
            minutes: 15,
          },
        ];
      case "memcached":
        return [
          {
            name: `${name}-cpu`,
            description: `${name} is short of CPU`,
            namespace: "AWS/ElastiCache",
            metric: "CPUUtilization",
            dimensions: { CacheClusterId: memcachedName(place, name) },
            statistic: "Maximum",
            threshold: 90,
            minutes: 15,
          },
        ];
      case "search":
        return [
          {
            name: `${name}-red`,
            description: `${name} has lost a shard with all its copies`,
            namespace: "AWS/ES",
            metric: "ClusterStatus.red",
            dimensions: { DomainName: domainName(place, name), ClientId: place.deployment.account.id },
            statistic: "Maximum",
            threshold: 0,
            minutes: 5,
          },
        ];
      case "graph":
        return [
          {
            name: `${name}-capacity`,
            description: `${name} runs at its highest capacity`,
            namespace: "AWS/Neptune",
            metric: "NCUUtilization",
            dimensions: { DBClusterIdentifier: graphIdentifier(place, name) },
            statistic: "Average",
            threshold: 90,
            minutes: 15,
          },
        ];
      case "document":
        return [
          {
            name: `${name}-cpu`,
            description: `${name} is short of CPU`,
            namespace: "AWS/DocDB",
            metric: "CPUUtilization",
            dimensions: { DBClusterIdentifier: clusterIdentifier(place, name) },
            statistic: "Average",
            threshold: 90,
            minutes: 15,
          },
        ];
      default:
        return [];
    }
  });
  const streams = Object.entries(place.blueprint.streams).flatMap(([name, stream]): Watch[] => {
    switch (stream.kind) {
      case "queue":
        return queueWatches(name, queueName(place, name));
      case "rabbitmq":
        return [
          {
            name: `${name}-dead-letters`,
            description: `${name} has messages that nobody could handle`,
            namespace: "AWS/AmazonMQ",
            metric: "MessageCount",
            dimensions: { Broker: rabbitmqName(place), VirtualHost: "/", Queue: deadAmqpQueue(name) },
            statistic: "Maximum",
            threshold: 0,
            minutes: 5,
          },
        ];
      case "fanOut":
        return [
          {
            name: `${name}-undelivered`,
            description: `${name} has messages that reached a consumer's queue no more`,
            namespace: "AWS/SNS",
            metric: "NumberOfNotificationsFailed",
            dimensions: { TopicName: fanOutTopic(place, name) },
            statistic: "Sum",
            threshold: 0,
            minutes: 5,
          },
          ...consumersOf(place, name).flatMap((service) =>
            queueWatches(`${name}-${service}`, consumerQueue(place, name, service)),
          ),
        ];
      case "eventStream":
        return [
          {
            name: `${name}-age`,
            description: `consumers of ${name} are more than five minutes behind`,
            namespace: "AWS/Kinesis",
            metric: "GetRecords.IteratorAgeMilliseconds",
            dimensions: { StreamName: streamName(place, name) },
            statistic: "Maximum",
            threshold: 300_000,
            minutes: 10,
          },
        ];
      default:
        return [];
    }
  });
  return [...stores, ...streams];
}

/** What is watched for a queue: what nobody could handle, and what has waited for longer than a quarter of an hour. */
const queueWatches = (name: string, queue: string): Watch[] => [
  {
    name: `${name}-dead-letters`,
    description: `${name} has messages that nobody could handle`,
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: deadLettersOf(queue) },
    statistic: "Maximum",
    threshold: 0,
    minutes: 5,
  },
  {
    name: `${name}-age`,
    description: `the oldest message of ${name} waits for more than fifteen minutes`,
    namespace: "AWS/SQS",
    metric: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: queue },
    statistic: "Maximum",
    threshold: 900,
    minutes: 10,
  },
];
