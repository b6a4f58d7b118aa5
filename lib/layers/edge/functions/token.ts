import type { EdgeStep } from "./source.ts";

/** Names in which a caller shows a token. */
export const TOKEN = { cookie: "edge-token", parameter: "token", key: "token-key" } as const;

/**
 * Lets only bearers of a token in: a JWT with HS256 and a time of expiry, judged with the store's key and without a trip to the
 * origin. Without a key nobody is let in. The token is no part of what the cache or the origin sees.
 */
export const token: EdgeStep = {
  name: "token",
  modules: ["cloudfront", "crypto"],
  source: `
const REFUSED = { statusCode: 403, statusDescription: 'Forbidden', headers: { 'cache-control': { value: 'no-store' } } };
const decoded = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());
function same(a, b) {
  if (a.length !== b.length) return false;
  let differs = 0;
  for (let i = 0; i < a.length; i++) differs |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return differs === 0;
}
async function token(event) {
  const request = event.request;
  const shown = request.querystring['${TOKEN.parameter}'] || request.cookies['${TOKEN.cookie}'];
  delete request.querystring['${TOKEN.parameter}'];
  delete request.cookies['${TOKEN.cookie}'];
  try {
    const parts = shown.value.split('.');
    if (parts.length !== 3 || decoded(parts[0]).alg !== 'HS256') return REFUSED;
    const key = await cf.kvs().get('${TOKEN.key}');
    if (!key) return REFUSED;
    const signature = crypto.createHmac('sha256', key).update(parts[0] + '.' + parts[1]).digest('base64url');
    const claims = decoded(parts[1]);
    const now = Date.now() / 1000;
    if (!same(signature, parts[2]) || !(claims.exp > now) || claims.nbf > now) return REFUSED;
    if (claims.path !== undefined && !request.uri.startsWith(claims.path)) return REFUSED;
  } catch (error) {
    return REFUSED;
  }
}`,
};
