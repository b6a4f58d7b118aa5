import { askedOf } from "./query.ts";
import { type EdgeStep, literal } from "./source.ts";

/** Paths that have moved are answered with where they are now; what was asked of them goes along. */
export const redirects = (moved: Readonly<Record<string, string>>): EdgeStep => ({
  name: "redirects",
  modules: [],
  source: `
const MOVED = ${literal(moved)};
async function redirects(event) {
  const request = event.request;
  const to = Object.prototype.hasOwnProperty.call(MOVED, request.uri) ? MOVED[request.uri] : undefined;
  if (to === undefined) return undefined;
  ${askedOf}
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: to + asked } },
  };
}`,
});
