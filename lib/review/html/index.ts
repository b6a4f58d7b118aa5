import { createHash } from "node:crypto";
import type { Report } from "../report.ts";
import { script, style } from "./assets.ts";

/**
 * A review as one page: a map of layers by places, risks, causes, and every row with both values and what is around it.
 *
 * The page is whole: it loads nothing, and runs nothing but its own script.
 */
export function htmlOf(report: Report): string {
  const [css, js] = [style(), script()];
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(css)}'`,
    `script-src '${hashOf(js)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const { added, removed, changed, moved } = report.counts;
  const counts = `${added} added, ${removed} removed, ${changed} changed, ${moved} moved`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`Review of ${report.head.name} against ${report.base.name}`)}</title>
<style>${css}</style>
</head>
<body>
<noscript><p>${escaped(`Verdict: ${report.verdict}. ${counts}.`)} This page needs JavaScript to show more.</p></noscript>
<script type="application/json" id="report">${embedded(report)}</script>
<script type="module">${js}</script>
</body>
</html>
`;
}

/** A source of a policy that allows one text and no other. */
const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** JSON that ends no element, opens no comment, and breaks no line of a script. */
const embedded = (report: Report): string =>
  JSON.stringify(report).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
