import { z } from "zod";

/** A branch of a repository on GitHub, whose workflows become a role without a key. */
export const githubBranch = z.strictObject({
  /** GitHub repository, `owner/name`. */
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  /** Branch that publishes. @default "main" */
  branch: z.string().optional(),
});
export type GithubBranch = z.infer<typeof githubBranch>;
