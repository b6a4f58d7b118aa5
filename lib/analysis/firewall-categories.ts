import { at, list, text } from "../estate/json.ts";
import type { Analysis } from "./analysis.ts";

interface Category {
  readonly category: string;
  readonly severity: "critical" | "high";
  /** Names of rules that look for it. */
  readonly rules: readonly string[];
}

/** Catalogue: edge.waf-categories. */
const CATEGORIES: readonly Category[] = [
  { category: "injection: SQL", severity: "critical", rules: ["AWSManagedRulesSQLiRuleSet", "sql"] },
  { category: "injection: NoSQL, LDAP, XPath", severity: "critical", rules: ["injection"] },
  { category: "injection: OS commands", severity: "critical", rules: ["AWSManagedRulesUnixRuleSet", "injection"] },
  { category: "cross-site scripting", severity: "high", rules: ["AWSManagedRulesCommonRuleSet", "xss"] },
  { category: "cross-site request forgery", severity: "high", rules: ["csrf"] },
  { category: "path traversal", severity: "high", rules: ["AWSManagedRulesLinuxRuleSet", "traversal"] },
  {
    category: "request forgery by the server",
    severity: "critical",
    rules: ["AWSManagedRulesCommonRuleSet", "internal-addresses"],
  },
  { category: "remote code", severity: "critical", rules: ["AWSManagedRulesKnownBadInputsRuleSet"] },
];

/** What the firewall looks for, and with which rules. */
export const firewallCategories: Analysis = {
  id: "firewall",
  title: "Attacks on applications, and the rules that look for them",
  of: ({ graph }) => {
    const rules = graph.ofType("resource", "aws_wafv2_web_acl").flatMap(({ unit, address, body }) =>
      list(body["rule"]).flatMap((rule) => {
        const name = text(at(rule, "name"));
        return name === undefined ? [] : [{ name, where: `${unit} ${address} ${name}` }];
      }),
    );
    return {
      columns: ["category", "severity", "control", "address"],
      rows: CATEGORIES.flatMap(({ category, severity, rules: names }) =>
        names.map((name) => [category, severity, name, rules.find((rule) => rule.name === name)?.where ?? "nothing"]),
      ),
    };
  },
};

/** Catalogue: edge.bots.signals. What is looked at, as it is written in a rule; nothing where the firewall has no field for it. */
const SIGNALS: readonly (readonly [signal: string, written: string | undefined])[] = [
  ["browser fingerprint", '"inspection_level":"TARGETED"'],
  ["mouse, scroll and keyboard", '"inspection_level":"TARGETED"'],
  ["JA3", '"ja3_fingerprint"'],
  ["JA4", '"ja4_fingerprint"'],
  ["JA3S", undefined],
  ["HTTP/2 SETTINGS", undefined],
  ["IP reputation", '"AWSManagedRulesAmazonIpReputationList"'],
  ["ASN and data centres", '"asn_match_statement"'],
  ["HTTP headers", '"AWSManagedRulesBotControlRuleSet"'],
  ["country", '"geo_match_statement"'],
  ["ML score", '"enable_machine_learning":true'],
];

/** What bots are recognized by. */
export const botSignals: Analysis = {
  id: "bots",
  title: "What bots are recognized by",
  of: ({ graph }) => {
    const rules = graph
      .ofType("resource", "aws_wafv2_web_acl")
      .flatMap(({ body }) =>
        list(body["rule"]).map((rule) => ({ name: text(at(rule, "name")) ?? "", said: JSON.stringify(rule) })),
      );
    return {
      columns: ["signal", "rule"],
      rows: SIGNALS.map(([signal, written]) => [
        signal,
        written === undefined
          ? "not encodable: the firewall has no field for it"
          : (rules.find(({ said }) => said.includes(written))?.name ?? "nothing"),
      ]),
    };
  },
};
