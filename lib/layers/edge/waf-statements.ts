/**
 * Statements of a web access control list. The bindings pass them through untouched, so keys are written as Terraform wants
 * them; these builders are the only place where that is so.
 */
export type Statement = Readonly<Record<string, object>>;

/** Changes that a text goes through before it is compared, in order. */
export type Transformation = "URL_DECODE" | "HTML_ENTITY_DECODE" | "LOWERCASE" | "COMPRESS_WHITE_SPACE" | "JS_DECODE";

/** A part of a request. Bodies are read as far as the firewall reads them. */
export type Field = object;
export const PATH: Field = { uri_path: {} };
export const QUERY: Field = { query_string: {} };
export const BODY: Field = { body: { oversize_handling: "CONTINUE" } };
export const METHOD: Field = { method: {} };
export const COOKIES: Field = {
  cookies: { match_pattern: [{ all: {} }], match_scope: "VALUE", oversize_handling: "CONTINUE" },
};
export const HEADERS: Field = {
  // Cookies are read on their own, and what is said of languages and types looks like an attack too often.
  headers: {
    match_pattern: [{ excluded_headers: ["cookie", "accept", "accept-language"] }],
    match_scope: "VALUE",
    oversize_handling: "CONTINUE",
  },
};
export const header = (name: string): Field => ({ single_header: { name } });
/** The fingerprint of a TLS client; a request that has none does not match. */
export const fingerprint = (kind: "ja3" | "ja4"): Field => ({
  [`${kind}_fingerprint`]: { fallback_behavior: "NO_MATCH" },
});

const transformed = (transformations: readonly Transformation[]) => ({
  text_transformation: (transformations.length === 0 ? ["NONE"] : transformations).map((type, priority) => ({
    priority,
    type,
  })),
});

/** Any of some statements. */
export const oneOf = (statements: readonly Statement[]): Statement => joined("or_statement", statements);
/** All of some statements. */
export const allOf = (statements: readonly Statement[]): Statement => joined("and_statement", statements);
export const not = (statement: Statement): Statement => ({ not_statement: { statement: [statement] } });

/** The firewall wants two at least to join. */
function joined(kind: "or_statement" | "and_statement", statements: readonly Statement[]): Statement {
  const [first, second] = statements;
  if (first !== undefined && second === undefined) return first;
  return { [kind]: { statement: statements } };
}

/** A group of rules that AWS maintains. @param options scope, rules that only count, and what the group has to know */
export const managedGroup = (
  group: string,
  options: {
    readonly scope?: Statement;
    readonly counted?: readonly string[];
    readonly config?: object;
  } = {},
): Statement => ({
  managed_rule_group_statement: {
    vendor_name: "AWS",
    name: group,
    ...(options.scope === undefined ? {} : { scope_down_statement: options.scope }),
    ...(options.counted === undefined || options.counted.length === 0
      ? {}
      : { rule_action_override: options.counted.map((name) => ({ name, action_to_use: { count: {} } })) }),
    ...(options.config === undefined ? {} : { managed_rule_group_configs: [options.config] }),
  },
});

/** More requests of one address within five minutes. @param scope only those are counted @default all */
export const requestsOfAddress = (limit: number, scope?: Statement): Statement => rate(limit, "IP", scope);
/** More requests within five minutes from wherever. */
export const requestsTogether = (limit: number, scope: Statement): Statement => rate(limit, "CONSTANT", scope);

const rate = (limit: number, key: "IP" | "CONSTANT", scope?: Statement): Statement => ({
  rate_based_statement: {
    limit,
    aggregate_key_type: key,
    evaluation_window_sec: 300,
    ...(scope === undefined ? {} : { scope_down_statement: scope }),
  },
});

export const fromCountries = (codes: readonly string[]): Statement => ({
  geo_match_statement: { country_codes: codes },
});
export const fromNetworks = (numbers: readonly number[]): Statement => ({ asn_match_statement: { asn_list: numbers } });
export const fromAddresses = (arn: string): Statement => ({ ip_set_reference_statement: { arn } });
/** What an earlier rule has said of the request. */
export const labelled = (key: string): Statement => ({ label_match_statement: { scope: "LABEL", key } });

export const text = (
  field: Field,
  position: "EXACTLY" | "STARTS_WITH" | "CONTAINS",
  search: string,
  ...transformations: readonly Transformation[]
): Statement => ({
  byte_match_statement: {
    field_to_match: field,
    positional_constraint: position,
    search_string: search,
    ...transformed(transformations),
  },
});

export const pattern = (field: Field, regex: string, ...transformations: readonly Transformation[]): Statement => ({
  regex_match_statement: { field_to_match: field, regex_string: regex, ...transformed(transformations) },
});

export const patternOfSet = (field: Field, arn: string, ...transformations: readonly Transformation[]): Statement => ({
  regex_pattern_set_reference_statement: { field_to_match: field, arn, ...transformed(transformations) },
});

/** A field that has something in it. */
export const present = (field: Field): Statement => ({
  size_constraint_statement: { field_to_match: field, comparison_operator: "GT", size: 0, ...transformed([]) },
});

export const sqlInjection = (
  field: Field,
  sensitivity: "LOW" | "HIGH",
  ...transformations: readonly Transformation[]
): Statement => ({
  sqli_match_statement: { field_to_match: field, sensitivity_level: sensitivity, ...transformed(transformations) },
});

export const scripting = (field: Field, ...transformations: readonly Transformation[]): Statement => ({
  xss_match_statement: { field_to_match: field, ...transformed(transformations) },
});

/**
 * A statement for all requests but some, where it judges callers: groups and rates have a scope for that, and AWS lets them stand
 * in no other statement; what looks for labels of a group follows it by itself.
 */
export function besides(statement: Statement, some: Statement): Statement {
  for (const kind of ["managed_rule_group_statement", "rate_based_statement"]) {
    const body = statement[kind];
    if (body === undefined) continue;
    const scope = "scope_down_statement" in body ? [body.scope_down_statement].filter(isStatement) : [];
    return { [kind]: { ...body, scope_down_statement: allOf([...scope, not(some)]) } };
  }
  return statement["asn_match_statement"] === undefined ? statement : allOf([statement, not(some)]);
}

const isStatement = (value: unknown): value is Statement => typeof value === "object" && value !== null;
