import { z } from "zod";

const path = z.string().regex(/^\/[\w.~/-]*$/, { error: "a path begins with a slash" });
const word = z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, { error: "a name is in lower case, at most 30 characters" });

/** A comparison of two versions of pages. */
const experiment = z.strictObject({
  /** Percent of the callers who see the new version; the store can say otherwise, without a release. */
  share: z.number().min(0).max(50),
});

/**
 * Code that runs at the edge, before the cache: CloudFront Functions, which start in less than a millisecond. $0.10 a million
 * calls, and $0.03 a million reads of the store. Catalogue: edge.workers.
 */
export const functionSettings = z.strictObject({
  /** Paths that have moved, with where they are now; answered with 301. At most 100: the code may have 10 KB. @default none */
  redirects: z.record(path, path).optional(),
  /**
   * Experiments on pages, by name: a caller is put in one half by address, keeps it in a cookie for thirty days, and pages are
   * cached for each. Needs `contents.pages`. @default none
   */
  experiments: z.record(word, experiment).optional(),
  /** What pages may differ by, besides the path: each is part of their cache key. Needs `contents.pages`. @default nothing */
  personalise: z
    .strictObject({
      by: z.array(z.enum(["country", "device"])).optional(),
      /** Languages that pages have, the first for who asks for none of them. @default not told apart */
      languages: z
        .array(z.string().regex(/^[a-z]{2}$/))
        .min(2)
        .max(30)
        .optional(),
    })
    .optional(),
  /**
   * Kinds of content that only bearers of a token get: a JWT with HS256 and a time of expiry, in the cookie `edge-token` or the
   * parameter `token`. Its key is `token-key` in the store, seeded by hand and never in an output. @default none
   */
  tokens: z.strictObject({ for: z.array(z.enum(["pages", "images", "media"])).min(1) }).optional(),
});
export type EdgeFunctions = z.infer<typeof functionSettings>;
