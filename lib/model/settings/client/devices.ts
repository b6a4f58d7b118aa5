import { z } from "zod";

/** What devices connect to (AWS IoT Core): $1 for a million messages. */
export const devicesSettings = z.strictObject({
  /** Software at the edge (Greengrass) may take credentials of AWS for an hour, to write its logs. @default false */
  greengrass: z.boolean().optional(),
  /**
   * Finds devices by what they last reported and by whether they are connected. There is one index for an account and region:
   * one product in it sets this. $2.25 for a million updates. @default false
   */
  index: z.boolean().optional(),
});
export type Devices = z.infer<typeof devicesSettings>;
