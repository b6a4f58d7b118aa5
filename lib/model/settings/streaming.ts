import { z } from "zod";

/** Brokers: Kafka's for topics, RabbitMQ's for AMQP queues. Every setting has a default. */
export const streamingSettings = z.strictObject({
  kafka: z
    .strictObject({
      /** Brokers per zone. @default by tier: 1 in dev and staging, 3 in prod (catalogue: streaming.kafka-cluster.brokers) */
      brokersPerZone: z.int().min(1).max(10).optional(),
      /** @default by tier */
      instanceType: z.string().optional(),
      /** GiB per broker. @default by tier */
      storage: z.int().min(1).max(16_384).optional(),
    })
    .optional(),
  rabbitmq: z
    .strictObject({
      /**
       * One broker in dev, three over the zones elsewhere, billed by the hour: about $20 a month for one `mq.t3.micro`, which makes
       * no cluster. @default by tier: "mq.t3.micro" in dev, "mq.m7g.medium" in staging, "mq.m7g.large" in prod
       */
      instanceType: z.string().startsWith("mq.").optional(),
    })
    .optional(),
});
