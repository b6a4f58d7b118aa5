import { z } from "zod";
import { duration } from "./quantities.ts";
import { classification } from "./stores.ts";

/** A Kafka topic on the platform's brokers (catalogue: streaming.topics). */
export const topicStream = z.strictObject({
  kind: z.literal("topic"),
  classification: classification.optional(),
  /** Physical topic name; may hold dots. @default the stream's name */
  topic: z.string().optional(),
  /** Service that answers for its messages (catalogue: foundation.crosscutting.event-driven). @default the only one that produces it */
  owner: z.string().optional(),
  /** 1 to 1024 (catalogue: streaming.kafka-cluster.partitions). @default 24 */
  partitions: z.int().min(1).max(1024).optional(),
  /** @default "7d" */
  retention: duration.optional(),
  /** Keeps the last message of every key for ever instead of expiring. @default false */
  compacted: z.boolean().optional(),
  /** Every consumer gets a topic for what it could not handle (catalogue: streaming.topics.dlq). @default true */
  deadLetters: z.boolean().optional(),
});

/** A Kinesis data stream (one per product, not shared). */
export const eventStreamStream = z.strictObject({
  kind: z.literal("eventStream"),
  classification: classification.optional(),
  /** 24 h to 365 d. @default "24h" */
  retention: duration.optional(),
  /** Fixed shard count instead of on-demand capacity. @default on demand */
  shards: z.int().min(1).max(10_000).optional(),
  /** Object store to which Firehose writes every event, date-partitioned. @default none */
  sink: z.string().optional(),
});

/** An SQS queue with its dead-letter queue (catalogue: foundation.async.sqs-sns). */
export const queueStream = z.strictObject({
  kind: z.literal("queue"),
  classification: classification.optional(),
  /** `rabbitmq` is a stream of other settings: see {@link rabbitmqStream}. @default "sqs" */
  engine: z.literal("sqs").optional(),
  /** @default false */
  fifo: z.boolean().optional(),
  /** 60 s to 14 d. @default "4d" */
  retention: duration.optional(),
  /** Time a consumer has for one message, up to 12 h. @default "30s" */
  visibility: duration.optional(),
  /** Deliveries before a message goes to the dead letters, 1 to 1000. @default 5 */
  attempts: z.int().min(1).max(1000).optional(),
});

/**
 * A quorum queue of RabbitMQ with dead letters, on a broker of the product's own (catalogue: foundation.async.rabbitmq): for
 * clients that speak AMQP. All services share the broker's user, which may produce and consume whatever `uses` says.
 */
export const rabbitmqStream = z.strictObject({
  kind: z.literal("rabbitmq"),
  engine: z.literal("rabbitmq").optional(),
  /** @default "internal" */
  classification: classification.optional(),
  /** Deliveries before a message goes to the dead letters, 1 to 1000. @default 5 */
  attempts: z.int().min(1).max(1000).optional(),
});

/** An SNS topic with an SQS queue and dead letters for every service that consumes it (catalogue: foundation.async.sqs-sns). */
export const fanOutStream = z.strictObject({
  kind: z.literal("fanOut"),
  /** @default "internal" */
  classification: classification.optional(),
  /** Messages of one group arrive in order and once, at most 300 a second and group. @default false */
  fifo: z.boolean().optional(),
  /** Time that a consumer's queue keeps a message, 60 s to 14 d. @default "4d" */
  retention: duration.optional(),
  /** Time a consumer has for one message, up to 12 h. @default "30s" */
  visibility: duration.optional(),
  /** Deliveries before a message goes to the consumer's dead letters, 1 to 1000. @default 5 */
  attempts: z.int().min(1).max(1000).optional(),
  /**
   * What a consumer wants, by service: message attributes with the values of which one has to be theirs. SNS drops the
   * rest, and what it drops costs nothing. @default every message
   */
  filters: z.record(z.string(), z.record(z.string(), z.array(z.string()).min(1).max(150))).optional(),
});

export const stream = z.discriminatedUnion("kind", [
  topicStream,
  eventStreamStream,
  queueStream,
  rabbitmqStream,
  fanOutStream,
]);
export type Stream = z.infer<typeof stream>;
export type StreamKind = Stream["kind"];

type Settings<S extends { kind: string }> = Omit<S, "kind">;
export interface TopicStream extends z.infer<typeof topicStream> {}
export interface EventStream extends z.infer<typeof eventStreamStream> {}
export interface FanOutStream extends z.infer<typeof fanOutStream> {}
export interface RabbitmqStream extends z.infer<typeof rabbitmqStream> {}
export interface QueueStream extends z.infer<typeof queueStream> {}

/** An event stream whose `sink` the compiler can check. */
export interface EventStreamTo<Sink extends string> extends EventStream {
  readonly sink?: Sink;
}

/** A Kafka topic on the platform's shared brokers. */
export const topic = (settings: Settings<TopicStream> = {}): TopicStream => ({ kind: "topic", ...settings });
/** An event stream of the product's own: Kinesis. Billed per shard-hour or per GB. */
export const eventStream = <const Sink extends string = never>(
  settings: Omit<EventStream, "kind" | "sink"> & { readonly sink?: Sink } = {},
): EventStreamTo<Sink> => ({ kind: "eventStream", ...settings });
type RabbitmqSettings = Settings<RabbitmqStream> & { readonly engine: "rabbitmq" };
/** A task queue with dead letters: SQS, billed by the request, or RabbitMQ, whose broker is billed by the hour. */
export function queue(settings?: Settings<QueueStream>): QueueStream;
export function queue(settings: RabbitmqSettings): RabbitmqStream;
export function queue(settings: Settings<QueueStream> | RabbitmqSettings = {}): QueueStream | RabbitmqStream {
  return settings.engine === "rabbitmq" ? { kind: "rabbitmq", ...settings } : { kind: "queue", ...settings };
}

/** Messages that several services get, each in a queue of its own: SNS and SQS. About $0.50 for a million, and $0.40 a consumer. */
export const fanOut = (settings: Settings<FanOutStream> = {}): FanOutStream => ({ kind: "fanOut", ...settings });

/** What a service may do with a stream. */
export const streamVerbs = ["produce", "consume", "produce-consume"] as const;
export type StreamVerb = (typeof streamVerbs)[number];
