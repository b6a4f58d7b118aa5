import { contentPaths } from "../../model/content-paths.ts";
import type { Contents } from "../../model/settings/edge-contents.ts";

/** A kind of content that a blueprint can name. */
export type ContentKind = keyof Contents;

/** How a kind of content is kept. */
export interface ContentRule {
  /** Seconds at the edge: at least, where the origin says nothing, and at most. */
  readonly ttl: { readonly min: number; readonly default: number; readonly max: number };
  /** What browsers are told, and what objects are published with. */
  readonly cacheControl: string;
  /** Headers that tell its variants apart. */
  readonly variants: readonly string[];
}

const YEAR = 31_536_000;
const DAY = 86_400;
const IMMUTABLE = {
  ttl: { min: YEAR, default: YEAR, max: YEAR },
  cacheControl: `public, max-age=${YEAR}, immutable`,
  variants: [],
} as const;

/** How each kind is kept. Catalogue: edge.static-cache. */
export const CONTENT_KINDS: Readonly<Record<ContentKind, ContentRule>> = {
  remotes: {
    ttl: { min: 0, default: 60, max: 60 },
    cacheControl: "public, max-age=0, s-maxage=60, stale-while-revalidate=60",
    variants: [],
  },
  scripts: IMMUTABLE,
  fonts: IMMUTABLE,
  images: {
    ttl: { min: 0, default: DAY, max: YEAR },
    cacheControl: `public, max-age=${DAY}, stale-while-revalidate=${7 * DAY}`,
    // A function has made one of three values of it before the cache looks.
    variants: ["Accept"],
  },
  translations: {
    ttl: { min: 0, default: 300, max: 300 },
    cacheControl: "public, max-age=0, s-maxage=300, stale-while-revalidate=300",
    variants: [],
  },
  media: {
    ttl: { min: 0, default: DAY, max: DAY },
    cacheControl: `public, max-age=${DAY}`,
    variants: [],
  },
  pages: {
    ttl: { min: 0, default: 300, max: 300 },
    // Nobody waits for a page that has been seen before, and an origin that is down is not noticed for a day.
    cacheControl: `public, max-age=0, s-maxage=300, stale-while-revalidate=60, stale-if-error=${DAY}`,
    variants: [],
  },
};

/** A kind of content that a blueprint has. */
export interface KeptContent extends ContentRule {
  readonly kind: ContentKind;
  /** Patterns of its paths. */
  readonly paths: readonly string[];
}

/** Kinds that a blueprint has, in the order in which their paths are tried. */
export const kindsOf = (contents?: Contents): readonly KeptContent[] =>
  contentPaths(contents).map(([kind, paths]) => ({ kind, ...CONTENT_KINDS[kind], paths }));
