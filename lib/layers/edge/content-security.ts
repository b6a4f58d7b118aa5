import type { ResolvedBlueprint } from "../../model/resolved.ts";

type ContentSecurity = NonNullable<ResolvedBlueprint["layers"]["edge"]["contentSecurity"]>;

const SELF = "'self'";

/** Hosts as they are; digests in quotes. */
const sources = (given: readonly string[] = []): string =>
  [SELF, ...given.map((one) => (/^sha(?:256|384|512)-/.test(one) ? `'${one}'` : one))].join(" ");

/**
 * What pages may load and run, as a header. Inline scripts and styles run by their digest alone. Catalogue: client.patterns.csp.
 *
 * @param own hosts to which the product's pages connect for what its clients stand on, beside those that are given
 */
export const contentSecurityPolicy = (
  { scripts, styles, connections = [] }: ContentSecurity,
  own: readonly string[] = [],
): string =>
  [
    `default-src ${SELF}`,
    `script-src ${sources(scripts)}`,
    `style-src ${sources(styles)}`,
    `connect-src ${sources([...new Set([...connections, ...own])])}`,
    `img-src ${SELF} data:`,
    "object-src 'none'",
    `base-uri ${SELF}`,
    `form-action ${SELF}`,
    "frame-ancestors 'none'",
    // Browsers that know it load nothing that the page has no digest of; others know the header beside this one.
    "require-sri-for script",
    "upgrade-insecure-requests",
  ].join("; ");

/** The header that replaced `require-sri-for`: scripts without a digest are not loaded. */
export const INTEGRITY_POLICY = { header: "Integrity-Policy", value: "blocked-destinations=(script)" } as const;
