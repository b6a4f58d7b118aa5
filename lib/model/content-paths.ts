import type { Contents } from "./settings/edge-contents.ts";

/** Patterns of the paths of each kind of content, unless a blueprint says others. */
export const CONTENT_PATHS: Readonly<Record<keyof Contents, readonly string[]>> = {
  remotes: ["*/remoteEntry.js"],
  scripts: ["/static/*"],
  fonts: ["/fonts/*"],
  images: ["/img/*"],
  translations: ["/locales/*"],
  media: ["/media/*"],
  pages: ["/pages/*"],
};

/** Whether a pattern of the CDN matches a path: stars stand for any rest, also for none. */
export function matches(pattern: string, path: string): boolean {
  const expression = pattern
    .replace(/[.+^$()[\]{}|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern.startsWith("/") || pattern.startsWith("*") ? "" : "/"}${expression}$`).test(path);
}
