import { LANGUAGE_HEADER } from "../page-variants.ts";
import { type EdgeStep, literal } from "./source.ts";

/** The language of a product that a caller asks for first; its first one for who asks for none of them. */
export const language = (languages: readonly string[]): EdgeStep => ({
  name: "language",
  modules: [],
  source: `
const LANGUAGES = ${literal(languages)};
async function language(event) {
  const headers = event.request.headers;
  const asked = (headers['accept-language'] ? headers['accept-language'].value : '').split(',').map((one, index) => {
    const parts = one.trim().split(';q=');
    return { tag: parts[0].slice(0, 2).toLowerCase(), weight: parts.length > 1 ? Number(parts[1]) : 1, index: index };
  }).filter((one) => one.weight > 0 && LANGUAGES.includes(one.tag)).sort((a, b) => b.weight - a.weight || a.index - b.index);
  headers[${literal(LANGUAGE_HEADER)}] = { value: asked.length > 0 ? asked[0].tag : LANGUAGES[0] };
}`,
});
