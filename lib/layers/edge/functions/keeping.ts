import { type EdgeStep, literal } from "./source.ts";

/**
 * Tells browsers how long they may keep an answer whose origin says nothing of it. A policy of headers would say the same of errors,
 * and a browser that once missed a file would miss it for a year; functions are not run for errors.
 */
export const keeping = (cacheControl: string): EdgeStep => ({
  name: "keeping",
  modules: [],
  source: `
const KEPT = ${literal(cacheControl)};
async function keeping(event) {
  const response = event.response;
  if (response.statusCode < 400 && !response.headers['cache-control']) response.headers['cache-control'] = { value: KEPT };
}`,
});
