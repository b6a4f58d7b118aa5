import { z } from "zod";

/** Brokers. Every setting has a default. */
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
});
