import { askedOf } from "./query.ts";
import { type EdgeStep, literal } from "./source.ts";

/** Whoever asks `www.<domain>` is told to ask the domain. */
export const www = (domain: string): EdgeStep => ({
  name: "www",
  modules: [],
  source: `
const DOMAIN = ${literal(domain)};
async function www(event) {
  const request = event.request;
  const host = request.headers.host ? request.headers.host.value.toLowerCase() : '';
  if (host !== 'www.' + DOMAIN) return undefined;
  ${askedOf}
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: 'https://' + DOMAIN + request.uri + asked } },
  };
}`,
});
