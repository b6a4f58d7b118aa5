import { z } from "zod";
import { githubBranch } from "../github-repository.ts";

/** A path as CloudFront matches it: stars stand for any rest. */
const pattern = z.string().regex(/^\/?[\w.~*/-]+$/, { error: "a pattern is a path in which * stands for anything" });

/** One kind of content. */
const kind = z.strictObject({
  /** Patterns of its paths. @default the kind's own folder, such as `/static/*` */
  paths: z.array(pattern).min(1).max(10).optional(),
});

/**
 * Kinds of content that the CDN keeps, each with times to live, a cache key and headers of its own. All but pages of a gateway
 * need `staticAssets`. A behavior costs nothing; what tells browsers how long they may keep an answer is $0.10 a million
 * requests. Catalogue: edge.static-cache.
 */
export const contentSettings = z.strictObject({
  /** Scripts and styles with a digest in their names, kept for a year everywhere, below `/static/`. @default as static assets: up to a day */
  scripts: kind.optional(),
  /** Images below `/img/`, in the best format that a browser takes. @default none */
  images: kind
    .extend({
      /**
       * Service that resizes and converts images, with a route of its own for these paths; the originals in the bucket are
       * what is served where it fails. @default the bucket has every format
       */
      service: z.string().optional(),
    })
    .optional(),
  /** Fonts below `/fonts/`, kept for a year everywhere. @default none */
  fonts: kind.optional(),
  /** Pages below `/pages/`: asked for anew by browsers, kept 300 seconds at the edge, served stale while they are fetched. @default none */
  pages: kind
    .extend({
      /** Who answers: built pages of the bucket, or a service that renders them. @default "assets" */
      from: z.enum(["assets", "gateway"]).optional(),
    })
    .optional(),
  /** Bundles of translated texts below `/locales/`, kept 300 seconds at most. @default none */
  translations: kind.optional(),
  /** Entries of micro-frontends, `remoteEntry.js` in any folder, kept 60 seconds at most. @default none */
  remotes: kind.optional(),
  /** Sound and video below `/media/`, kept for a day. @default none */
  media: kind.optional(),
});
export type Contents = z.infer<typeof contentSettings>;

/**
 * Frontends that are released apart from each other, by name: each publishes from its own repository, into its own folder below
 * `/static/<name>/`, with a role that reaches nothing else. Needs `staticAssets`. A build of two minutes costs $0.007.
 */
export const frontendSettings = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, { error: "a frontend is named in lower case, at most 30 characters" }),
  githubBranch,
);
