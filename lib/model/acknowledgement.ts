import { z } from "zod";

/** A risk that a review has named and that the owners of a blueprint accept. */
export const acknowledgement = z.strictObject({
  /** Id of the rule, such as `stateful-replaced`. */
  risk: z.string(),
  /** The part that it is about: layer and slice of a stack, name of an application, or path of a leaf; `*` for any text. @default every part */
  at: z.string().optional(),
  /** Why it is accepted: whoever reads the review next has to be convinced by it. */
  reason: z.string().min(10, { error: "a reason of ten characters at least" }),
  /** Last day on which it counts, as `2027-01-31`. @default it does not expire */
  until: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: "a day, as 2027-01-31" })
    .optional(),
});
export interface Acknowledgement extends z.infer<typeof acknowledgement> {}
