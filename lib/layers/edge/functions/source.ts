/**
 * A step of a function at the edge: JavaScript of CloudFront's second runtime that declares `async function <name>(event)`. On a
 * request it returns a response to stop there, or nothing to go on.
 */
export interface EdgeStep {
  readonly name: string;
  readonly source: string;
  /** Modules of the runtime that it uses. */
  readonly modules: readonly ("cloudfront" | "crypto")[];
}

/** Most bytes that CloudFront takes. */
export const MOST_BYTES = 10_240;

const IMPORTS = { cloudfront: "import cf from 'cloudfront';", crypto: "import crypto from 'crypto';" } as const;

/** The code of a function that runs steps one after the other. */
export function functionSource(event: "viewer-request" | "viewer-response", steps: readonly EdgeStep[]): string {
  const modules = [...new Set(steps.flatMap((step) => step.modules))].sort();
  const subject = event === "viewer-request" ? "request" : "response";
  return [
    ...modules.map((module) => IMPORTS[module]),
    ...steps.map(({ source }) => source.trim()),
    "async function handler(event) {",
    ...(event === "viewer-request"
      ? steps.map(({ name }) => `  { const answer = await ${name}(event); if (answer) return answer; }`)
      : steps.map(({ name }) => `  await ${name}(event);`)),
    `  return event.${subject};`,
    "}",
    "",
  ].join("\n");
}

/** A value as JavaScript. */
export const literal = (value: unknown): string => JSON.stringify(value);
