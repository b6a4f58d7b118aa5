import { z } from "zod";

/** What of a profile may make it the same as another. */
const attribute = z.enum(["AccountNumber", "EmailAddress", "PhoneNumber", "FirstName", "LastName", "BirthDate"]);

/** What products learn from their data. Nothing is on by default. */
export const analyticsSettings = z.strictObject({
  /**
   * Customer Profiles of Amazon Connect: what services know of a customer becomes one profile, found by rules and by a weekly
   * run of machine learning (catalogue: foundation.platform.cdp). One domain, in the primary region; billed by the profile
   * and day, about $0.0025 a month each beyond the free ones. @default none
   */
  profiles: z
    .strictObject({
      /** Services that write and read profiles. */
      services: z.array(z.string()).min(1),
      /** Days that a profile is kept after its last change, 1 to 1098. @default 366 */
      expireAfter: z.int().min(1).max(1098).optional(),
      /** Attributes that make two profiles one customer where all of a rule are equal; the first rule is the surest. @default e-mail and last name, phone and last name */
      rules: z.array(z.array(attribute).min(1)).min(1).max(15).optional(),
    })
    .optional(),
});
