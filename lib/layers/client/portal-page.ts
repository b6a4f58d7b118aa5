import type { PartnerPortal } from "../../model/settings/client/partners.ts";

/** A file that a page loads from somebody else, with the digest without which no browser takes it. */
interface Loaded {
  readonly url: string;
  readonly integrity: string;
}

/** What shows a document of OpenAPI: its program and style, and what the page does with them. */
interface Viewer {
  readonly script: Loaded;
  readonly style: Loaded;
  /** Where on the page the document is shown. */
  readonly place: string;
  /** The page's own program. */
  readonly start: string;
}

const unpkg = (path: string, integrity: string): Loaded => ({ url: `https://unpkg.com/${path}`, integrity });

/** Programs at the versions that were tried; digests are those of the files in the packages of their authors. */
export const VIEWERS: Readonly<Record<PartnerPortal["tool"], Viewer>> = {
  "swagger-ui": {
    script: unpkg(
      "swagger-ui-dist@5.35.0/swagger-ui-bundle.js",
      "sha384-gjRm0bEPMeTmMh5jT2cHccIwCUZSTd8YC+j0d0sXw0MdGEfScduGpSyF3ZSSLkX9",
    ),
    style: unpkg(
      "swagger-ui-dist@5.35.0/swagger-ui.css",
      "sha384-WlYgdmXYOOBWL5apwjDEZwN+U3HmXSSu5R6V5aGxEcf7z+KuRNwBhoxKVN1i3D5I",
    ),
    place: '<main id="portal"></main>',
    start: 'SwaggerUIBundle({ url: "/openapi.json", dom_id: "#portal", deepLinking: true });\n',
  },
  "stoplight-elements": {
    script: unpkg(
      "@stoplight/elements@9.0.25/web-components.min.js",
      "sha384-X5kH2B8aH81JEl8IfSBwwnr8FYcCqMzdxpqjmmlRbhIl7SsQ9Zn0xk+csQmU37zN",
    ),
    style: unpkg(
      "@stoplight/elements@9.0.25/styles.min.css",
      "sha384-NzdOiocfnINlXfuCXi4OpL/xvdbgLiKaLHQ07Z+IwhVaxHqLShn5rVD5OHt/LYgz",
    ),
    place: '<elements-api apiDescriptionUrl="/openapi.json" router="hash"></elements-api>',
    start: "",
  },
};

/** The page of a portal. @param title of the page, in plain text */
export function portalPage(tool: PartnerPortal["tool"], title: string): string {
  const { script, style, place } = VIEWERS[tool];
  const loaded = ({ integrity }: Loaded): string => `integrity="${integrity}" crossorigin="anonymous"`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="${style.url}" ${loaded(style)}>
  </head>
  <body>
    <p><a href="/openapi.json">OpenAPI document</a> · <a href="/postman.json">Postman collection</a></p>
    ${place}
    <script src="${script.url}" ${loaded(script)}></script>
    <script src="/portal.js"></script>
  </body>
</html>
`;
}

/** What the page may load and ask. @param ask origins that it may send requests to, beside its own */
export const portalSecurity = (tool: PartnerPortal["tool"], ask: readonly string[]): string => {
  const { script, style } = VIEWERS[tool];
  return [
    "default-src 'none'",
    `script-src 'self' ${script.url}`,
    // Both viewers write styles into their elements.
    `style-src 'self' 'unsafe-inline' ${style.url}`,
    "font-src 'self' data:",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...ask].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
};
