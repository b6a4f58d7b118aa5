import type { Contents } from "./settings/edge-contents.ts";

/** Patterns of the paths of each kind of content, unless a blueprint says others: a frontend's entry lies among scripts, and comes first. */
export const CONTENT_PATHS: Readonly<Record<keyof Contents, readonly string[]>> = {
  remotes: ["*/remoteEntry.js"],
  scripts: ["/static/*"],
  fonts: ["/fonts/*"],
  images: ["/img/*"],
  translations: ["/locales/*"],
  media: ["/media/*"],
  pages: ["/pages/*"],
};

/** The kinds of content that a blueprint has, with the patterns of their paths, in the order in which these are tried. */
export const contentPaths = (
  contents: Contents = {},
): readonly (readonly [kind: keyof Contents, paths: readonly string[]])[] =>
  (Object.keys(CONTENT_PATHS) as readonly (keyof Contents)[]).flatMap((kind) => {
    const settings = contents[kind];
    return settings === undefined ? [] : [[kind, settings.paths ?? CONTENT_PATHS[kind]] as const];
  });

/** Whether a pattern of the CDN matches a path: stars stand for any rest, also for none. */
export function matches(pattern: string, path: string): boolean {
  const expression = pattern
    .replace(/[.+^$()[\]{}|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern.startsWith("/") || pattern.startsWith("*") ? "" : "/"}${expression}$`).test(path);
}
