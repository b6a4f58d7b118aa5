import { z } from "zod";

/**
 * What wearables measure about people, kept apart from everything else: a bucket with a key of its own ($1 a month).
 * Catalogue: client.wearables.health-data.
 */
export const healthSettings = z.strictObject({
  /** Service that keeps and reads readings; nobody else may. */
  service: z.string(),
  /** Days for which readings are kept. @default until a person or the product deletes them */
  keepDays: z.int().positive().optional(),
  /**
   * Looks every week for readings in the account's other buckets (Macie, which has to be on in the account and region): $1 for
   * a GB, of which it reads a tenth. @default false
   */
  discovery: z.boolean().optional(),
});
export type Health = z.infer<typeof healthSettings>;
