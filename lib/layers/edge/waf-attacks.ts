import type { UnplacedRule } from "./waf-rules.ts";
import {
  allOf,
  BODY,
  COOKIES,
  type Field,
  HEADERS,
  header,
  METHOD,
  not,
  oneOf,
  PATH,
  pattern,
  patternOfSet,
  present,
  QUERY,
  scripting,
  sqlInjection,
  text,
} from "./waf-statements.ts";

/** A kind of attack that a rule of our own looks for. */
export type Attack = "sql" | "injection" | "xss" | "traversal" | "internal-addresses";

/**
 * Injections that are not SQL: operators of document stores, filters of directories, paths in XML, commands of a shell.
 * Catalogue: edge.waf-categories.injection.
 */
export const INJECTIONS: readonly string[] = [
  String.raw`"\$(?:ne|gt|gte|lt|lte|in|nin|or|and|not|where|regex|exists|expr)"\s*:`,
  String.raw`\[\$(?:ne|gt|gte|lt|lte|in|nin|or|and|not|where|regex|exists|expr)\]`,
  String.raw`["\[]__proto__["\]]`,
  String.raw`\)\s*\(\s*[|&!]\s*\(`,
  String.raw`\*\s*\)\s*\(\s*[a-z]+\s*=`,
  String.raw`['"]\s*or\s*['"][^'"]*['"]\s*=\s*['"]`,
  String.raw`\b(?:count|name|string-length|substring)\s*\(\s*/`,
  "[;|&`]\\s*(?:cat|ls|id|whoami|uname|wget|curl|nc|bash|sh|powershell|cmd)\\b",
  "\\$\\(\\s*(?:cat|ls|id|whoami|uname|wget|curl|nc|bash|sh)\\b",
];

/** Paths out of what is served. Catalogue: edge.waf-categories.traversal. */
const TRAVERSAL = String.raw`\.\.[/\\]|/etc/(?:passwd|shadow|hosts)|/proc/(?:self|version|cpuinfo|\d+/)`;

/** Addresses that only the inside knows: metadata of machines, and machines themselves. Catalogue: edge.waf-categories.ssrf-rce. */
const INTERNAL = String.raw`169\.254\.\d{1,3}\.\d{1,3}|//(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|0\.0\.0\.0|localhost|\[::1\])`;

/** What the rules are told. */
export interface AttackOptions {
  readonly attacks: readonly Attack[];
  /** From 1 to 4. */
  readonly paranoia: number;
  /** ARN of the set of `INJECTIONS`. */
  readonly injections: string;
}

/** Rules of our own, behind everything else: what they find, the managed groups have let through. */
export const attackRules = ({ attacks, paranoia, injections }: AttackOptions): readonly UnplacedRule[] => {
  const fields: readonly Field[] = paranoia >= 4 ? [QUERY, BODY, COOKIES, HEADERS] : [QUERY, BODY];
  const statements = {
    sql: () => oneOf(fields.map((one) => sqlInjection(one, paranoia >= 3 ? "HIGH" : "LOW", "URL_DECODE"))),
    injection: () => oneOf([QUERY, BODY].map((one) => patternOfSet(one, injections, "URL_DECODE", "LOWERCASE"))),
    xss: () => oneOf(fields.map((one) => scripting(one, "URL_DECODE", "HTML_ENTITY_DECODE"))),
    // Decoded twice: what is encoded twice is what gets by a firewall that decodes once.
    traversal: () =>
      oneOf(
        [PATH, QUERY].flatMap((one) => [
          pattern(one, TRAVERSAL, "URL_DECODE", "URL_DECODE", "LOWERCASE"),
          text(one, "CONTAINS", "%00"),
          text(one, "CONTAINS", "%00", "URL_DECODE"),
        ]),
      ),
    "internal-addresses": () =>
      oneOf([QUERY, BODY].map((one) => pattern(one, INTERNAL, "URL_DECODE", "URL_DECODE", "LOWERCASE"))),
  };
  return attacks.map((name) => ({ name, statement: statements[name](), action: "block" }));
};

/** Writes with a session cookie and without a token in a header: another site may have sent them. */
export const forgeryRule = (cookie: string, token: string): UnplacedRule => ({
  name: "csrf",
  statement: allOf([
    pattern(METHOD, "^(?:POST|PUT|PATCH|DELETE)$"),
    text(header("cookie"), "CONTAINS", `${cookie}=`),
    not(present(header(token))),
  ]),
  action: "block",
});
