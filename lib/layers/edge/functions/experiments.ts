import { experimentHeader } from "../page-variants.ts";
import { type EdgeStep, literal } from "./source.ts";

/** Days that a caller stays in a half. */
const DAYS = 30;

/** Name of the cookie in which a caller keeps the half of an experiment. */
export const experimentCookie = (name: string): string => `experiment-${name}`;

/**
 * Which half a caller is in: as the cookie says, else by a digest of its address, so that request and response come to the same.
 * The store's share counts before the released one; without a store that answers, the released one does.
 */
const half = `
async function shareOf(name, released) {
  try {
    const kept = await cf.kvs().get('experiment-' + name);
    const said = Number(kept);
    return kept !== '' && said >= 0 && said <= 100 ? said : released;
  } catch (error) {
    return released;
  }
}
async function halfOf(event, one) {
  const kept = event.request.cookies[one.cookie];
  if (kept && (kept.value === 'a' || kept.value === 'b')) return kept.value;
  const digest = crypto.createHash('sha256').update(one.name + ' ' + event.viewer.ip).digest('hex');
  const place = parseInt(digest.slice(0, 8), 16) % 10000 / 100;
  const share = await shareOf(one.name, one.share);
  return place < share ? 'b' : 'a';
}`;

const declared = (experiments: Readonly<Record<string, { readonly share: number }>>): string =>
  `const EXPERIMENTS = ${literal(
    Object.entries(experiments).map(([name, { share }]) => ({
      name,
      share,
      cookie: experimentCookie(name),
      header: experimentHeader(name),
    })),
  )};${half}`;

/** Tells the cache and the origin which half a caller is in. */
export const assignment = (experiments: Readonly<Record<string, { readonly share: number }>>): EdgeStep => ({
  name: "assignment",
  modules: ["cloudfront", "crypto"],
  source: `${declared(experiments)}
async function assignment(event) {
  for (let i = 0; i < EXPERIMENTS.length; i++) {
    const half = await halfOf(event, EXPERIMENTS[i]);
    event.request.headers[EXPERIMENTS[i].header] = { value: half };
  }
}`,
});

/** Gives a caller who has none a cookie with the half. */
export const remembering = (experiments: Readonly<Record<string, { readonly share: number }>>): EdgeStep => ({
  name: "remembering",
  modules: ["cloudfront", "crypto"],
  source: `${declared(experiments)}
async function remembering(event) {
  const cookies = event.response.cookies || (event.response.cookies = {});
  for (let i = 0; i < EXPERIMENTS.length; i++) {
    const one = EXPERIMENTS[i];
    if (event.request.cookies[one.cookie]) continue;
    const half = await halfOf(event, one);
    cookies[one.cookie] = { value: half, attributes: 'Max-Age=${DAYS * 86_400}; Path=/; Secure; SameSite=Lax' };
  }
}`,
});
