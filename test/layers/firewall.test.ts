import { rulesOf } from "../../lib/layers/edge/firewall.ts";
import { directives } from "../../lib/layers/edge/gateway-firewall.ts";
import { edge } from "../../lib/layers/edge/index.ts";
import { rendered, type WafRule } from "../../lib/layers/edge/waf-rules.ts";
import { foundation } from "../../lib/layers/foundation/index.ts";
import { firewallProblems } from "../../lib/model/firewall-problems.ts";
import type { Place } from "../../lib/model/place.ts";
import { callerAllowance, requestsPerAddress } from "../../lib/model/request-limits.ts";
import type { ResolvedBlueprint } from "../../lib/model/resolved.ts";
import { botSettings, wafSettings } from "../../lib/model/settings/firewall.ts";
import { WAF_STAGES } from "../../lib/model/waf-groups.ts";
import { type Document, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

type Edge = ResolvedBlueprint["layers"]["edge"];

const prod = async (): Promise<Document> => stackOf(edge, await place("reference", "staging", "global"));
const dev = async (): Promise<Document> => stackOf(edge, await place("reference", "dev", "global"));
const plain = async (): Promise<Document> => stackOf(edge, await place("url-shortener", "dev", "global"));

const rulesIn = (stack: Document): Document[] => resource(stack, "aws_wafv2_web_acl").rule;
const named = (stack: Document, name: string): Document => {
  const found = rulesIn(stack).find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
};
const groupOf = (rule: Document): Document => rule.statement.managed_rule_group_statement;
const said = (rule: Document): string => JSON.stringify(rule.statement);

/** A place with other settings of its edge. */
const withEdge = (here: Place, change: (settings: Edge) => Partial<Edge>): Place => {
  const { layers } = here.blueprint;
  return {
    ...here,
    blueprint: { ...here.blueprint, layers: { ...layers, edge: { ...layers.edge, ...change(layers.edge) } } },
  };
};
const rulesFor = async (change: (settings: Edge) => Partial<Edge>): Promise<readonly WafRule[]> =>
  rulesOf(withEdge(await place("url-shortener", "dev", "global"), change), { injections: "", addresses: [] });

describe("a firewall that nobody has asked anything of", () => {
  test("stands in front of the distribution, with groups that judge who asks before those that judge what (edge.waf.provider)", async () => {
    const stack = await plain();
    const [id] = Object.keys(stack.resource.aws_wafv2_web_acl);
    expect(resource(stack, "aws_cloudfront_distribution").web_acl_id).toBe(`\${aws_wafv2_web_acl.${id}.arn}`);
    expect(rulesIn(stack).map(({ name }) => name)).toEqual([
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesAnonymousIpList",
      "requests-per-address",
      "AWSManagedRulesCommonRuleSet",
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesSQLiRuleSet",
    ]);
  });

  test("lets programs of customers call from hosters", async () => {
    expect(groupOf(named(await plain(), "AWSManagedRulesAnonymousIpList")).rule_action_override).toEqual([
      { name: "HostingProviderIPList", action_to_use: { count: {} } },
    ]);
  });

  test("blocks what OWASP's core rules name, in AWS's edition of them (edge.waf.core-rules)", async () => {
    // What is long or says nothing of itself is no attack yet.
    for (const [stack, harmless] of [
      [await plain(), ["SizeRestrictions_BODY", "NoUserAgent_HEADER"]],
      [await prod(), []],
    ] as const) {
      const rule = named(stack, "AWSManagedRulesCommonRuleSet");
      const { rule_action_override: counted = [], ...group } = groupOf(rule);
      expect(group).toEqual({ vendor_name: "AWS", name: "AWSManagedRulesCommonRuleSet" });
      expect(counted.map(({ name }: Document) => name)).toEqual(harmless);
      expect(rule.override_action).toEqual({ none: {} });
    }
  });

  test("logs every list, and keeps tokens out of its logs (edge.waf.logging)", async () => {
    const stack = await prod();
    const lists = Object.keys(stack.resource.aws_wafv2_web_acl).map((id) => `\${aws_wafv2_web_acl.${id}.arn}`);
    const logging = resources(stack, "aws_wafv2_web_acl_logging_configuration");
    expect(logging.map(({ resource_arn }) => resource_arn)).toEqual(lists);
    for (const { redacted_fields } of logging)
      expect(redacted_fields.map((field: Document) => field.single_header.name)).toEqual(
        expect.arrayContaining(["authorization", "cookie"]),
      );
    expect(stack.resource.aws_cloudwatch_log_group["firewall-logs"].name).toMatch(/^aws-waf-logs-/);
  });
});

describe("what an address may send", () => {
  test("is never less than what the routes allow one caller", async () => {
    const { blueprint } = await place("reference", "staging", "global");
    expect(callerAllowance(blueprint)).toEqual({ requests: 30_000, because: ["layers.ingress.clientRateLimit"] });
    expect(named(await prod(), "requests-per-address").statement.rate_based_statement.limit).toBe(30_000);
    const { blueprint: links } = await place("url-shortener", "dev", "global");
    expect(requestsPerAddress(links)).toBe(6000);
    expect(requestsPerAddress({ ...links, services: {} })).toBe(2000);
  });

  test("is refused when a blueprint sets less, with both places named", async () => {
    const here = await place("url-shortener", "dev", "global");
    const low = withEdge(here, ({ waf }) => ({ waf: { ...waf, requestsPerAddress: 2000 } }));
    const [problem, ...more] = firewallProblems(low.blueprint);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: "address-limit-too-low", given: "2000", allowed: ["at least 6000"] });
    expect(problem?.at.join(".")).toBe("layers.edge.waf.requestsPerAddress");
    expect(problem?.message).toContain("services.redirect.routes.0.rateLimit");
    const enough = withEdge(here, ({ waf }) => ({ waf: { ...waf, requestsPerAddress: 6000 } }));
    expect(firewallProblems(enough.blueprint)).toEqual([]);
  });

  test("is limited for each address, and for networks of hosters as a whole (edge.ddos.adaptive-limit)", async () => {
    const rates = rulesIn(await prod())
      .map(({ statement }) => statement.rate_based_statement)
      .filter((one) => one);
    const byAddress = rates.filter(
      (one) => one.aggregate_key_type === "IP" && one.scope_down_statement.not_statement !== undefined,
    );
    expect(byAddress).toHaveLength(1);
    const networkOf = (one: Document) => one.scope_down_statement.and_statement?.statement[0].asn_match_statement;
    const byNetwork = rates.filter(networkOf);
    expect(byNetwork.map((one) => networkOf(one).asn_list)).toEqual([[14061], [16276], [24940]]);
    for (const one of byNetwork) expect(one).toMatchObject({ aggregate_key_type: "CONSTANT", limit: 100_000 });
  });
});

describe("who is let in", () => {
  test("comes from countries on a list, and the list is the firewall's alone (edge.waf.geo)", async () => {
    const stack = await dev();
    expect(rulesIn(stack)[0]).toMatchObject({
      name: "allowed-countries",
      action: { block: {} },
      statement: {
        not_statement: { statement: [{ geo_match_statement: { country_codes: ["DE", "IE", "IN", "US"] } }] },
      },
    });
    const { geo_restriction } = resource(stack, "aws_cloudfront_distribution").restrictions;
    expect(geo_restriction).toEqual({ restriction_type: "none" });
    expect(wafSettings.safeParse({ countries: { allow: ["DE"], block: ["US"] } }).success).toBe(false);
    expect(wafSettings.safeParse({ countries: { allow: ["Germany"] } }).success).toBe(false);
  });

  test("has no ill repute, by AWS's lists or those that are fed, before anything is counted (edge.waf.reputation)", async () => {
    const stack = await prod();
    const priority = (name: string): number => named(stack, name).priority;
    for (const name of ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesAnonymousIpList", "refused-addresses"])
      expect(priority(name)).toBeLessThan(priority("requests-per-address"));
    const sets = resources(stack, "aws_wafv2_ip_set");
    expect(sets.map(({ ip_address_version }) => ip_address_version)).toEqual(["IPV4", "IPV6"]);
    for (const { lifecycle } of sets) expect(lifecycle.ignore_changes).toEqual(["addresses"]);
    expect(said(named(stack, "refused-addresses")).match(/aws_wafv2_ip_set\.[\w-]+\.arn/g)).toHaveLength(2);
  });
});

describe("modes", () => {
  test("stop, ask or count, and monitoring only counts, groups and all (edge.waf.actions)", async () => {
    const actions = rulesIn(await prod()).flatMap(({ action }) => Object.keys(action ?? {}));
    expect(new Set(actions)).toEqual(new Set(["allow", "block", "challenge", "captcha"]));
    const rules = rulesOf(await place("reference", "staging", "global"), { injections: "", addresses: [] });
    for (const rule of rules) {
      const { action, overrideAction } = rendered(rule, true);
      expect([rule.name, action ?? overrideAction]).toEqual([rule.name, { count: {} }]);
    }
    expect(resource(await prod(), "aws_wafv2_web_acl").captcha_config.immunity_time_property.immunity_time).toBe(300);
  });

  test.each([
    [1, ["SizeRestrictions_URIPATH", "SizeRestrictions_BODY", "NoUserAgent_HEADER", "HostingProviderIPList"], "LOW"],
    [2, ["SizeRestrictions_BODY", "NoUserAgent_HEADER", "HostingProviderIPList"], "LOW"],
    [3, [], "HIGH"],
    [4, [], "HIGH"],
  ] as const)("at paranoia %d what is mostly harmless only counts", async (paranoia, counted, sensitivity) => {
    const rules = await rulesFor(({ waf }) => ({ waf: { ...waf, paranoia, rules: ["sql"] } }));
    const all = JSON.stringify(rules);
    for (const name of [
      "SizeRestrictions_URIPATH",
      "SizeRestrictions_BODY",
      "NoUserAgent_HEADER",
      "HostingProviderIPList",
    ])
      expect([name, all.includes(name)]).toEqual([name, counted.some((one) => one === name)]);
    expect(all).toContain(`"sensitivity_level":"${sensitivity}"`);
    expect(all.includes('"cookies"')).toBe(paranoia === 4);
  });

  test("a path is excepted from one group, until a day that a tag names (edge.waf.exceptions)", async () => {
    const stack = await prod();
    const scope = groupOf(named(stack, "AWSManagedRulesAnonymousIpList")).scope_down_statement;
    const [excepted] = scope.and_statement.statement;
    expect(excepted.not_statement.statement[0].byte_match_statement).toMatchObject({
      field_to_match: { uri_path: {} },
      positional_constraint: "STARTS_WITH",
      search_string: "/api/v2/search",
    });
    const { tags } = resource(stack, "aws_wafv2_web_acl");
    expect(tags["exception:anonymous:/api/v2/search"]).toMatch(/^2027-06-30 /);
    const scoped = rulesIn(stack).filter((rule) =>
      JSON.stringify(groupOf(rule)?.scope_down_statement)?.includes("uri_path"),
    );
    expect(scoped).toHaveLength(Object.keys(tags).length);
    const exception = { path: "/old", group: "common", reason: "legacy" };
    expect(wafSettings.safeParse({ exceptions: [{ ...exception, until: "2027-01-31" }] }).success).toBe(true);
    expect(wafSettings.safeParse({ exceptions: [exception] }).success).toBe(false);
    expect(wafSettings.safeParse({ exceptions: [{ ...exception, until: "soon" }] }).success).toBe(false);
  });

  test("paranoia is a level from 1 to 4, which the gateways' own firewall takes as it is (edge.waf.paranoia)", async () => {
    for (const paranoia of [1, 2, 3, 4]) expect(wafSettings.safeParse({ paranoia }).success).toBe(true);
    for (const paranoia of [0, 5, 1.5, "2"]) expect(wafSettings.safeParse({ paranoia }).success).toBe(false);
    const here = await place("reference", "staging", "us-east-1");
    const [plugin] = ofKind(await objectsOf(edge, here, "gateway-firewall"), "WasmPlugin");
    expect(plugin.spec.targetRefs).toEqual([{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "public" }]);
    const told: string[] = plugin.spec.pluginConfig.directives_map[plugin.spec.pluginConfig.default_directives];
    expect(told).toContain("SecRuleEngine On");
    const level = told.findIndex((one) =>
      /^SecAction .*tx\.blocking_paranoia_level=3,setvar:tx\.detection_paranoia_level=3"$/.test(one),
    );
    // The level counts only for rules that are read after it.
    expect(level).toBeGreaterThan(0);
    expect(told.indexOf("Include @owasp_crs/*.conf")).toBeGreaterThan(level);
    expect(directives("monitor", 1)).toContain("SecRuleEngine DetectionOnly");
    expect(await objectsOf(edge, await place("url-shortener", "dev", "us-east-1"))).toEqual([]);
  });
});

describe("attacks", () => {
  test("of the five kinds have their managed groups (edge.waf.categories)", async () => {
    const groups = rulesIn(await prod()).flatMap((rule) => groupOf(rule)?.name ?? []);
    for (const name of ["SQLi", "Common", "KnownBadInputs", "Linux", "Unix"])
      expect(groups).toContain(`AWSManagedRules${name}RuleSet`);
  });

  test("by injection are looked for again, at the highest sensitivity and by patterns (edge.waf-categories.injection)", async () => {
    const stack = await prod();
    expect(named(stack, "AWSManagedRulesSQLiRuleSet").override_action).toEqual({ none: {} });
    expect(named(stack, "AWSManagedRulesUnixRuleSet").override_action).toEqual({ none: {} });
    for (const { sqli_match_statement } of named(stack, "sql").statement.or_statement.statement)
      expect(sqli_match_statement.sensitivity_level).toBe("HIGH");
    const set = resource(stack, "aws_wafv2_regex_pattern_set");
    expect(set.regular_expression.length).toBeLessThanOrEqual(10);
    expect(said(named(stack, "injection"))).toContain("${aws_wafv2_regex_pattern_set.firewall-injections.arn}");
    const found = (text: string): boolean =>
      set.regular_expression.some(({ regex_string }: Document) => new RegExp(regex_string).test(text));
    for (const attack of [
      '{"password":{"$ne":null}}',
      "user[$gt]=",
      '{"__proto__":{}}',
      "*)(uid=*",
      ")(|(",
      "' or '1'='1",
      "count(/user)",
      "; cat secret",
      "$(curl evil)",
    ])
      expect([attack, found(attack)]).toEqual([attack, true]);
    for (const fine of ['{"query":"query($where: filter) { a }"}', "price=10$", "it's or isn't", "a;b", "cats & dogs"])
      expect([fine, found(fine)]).toEqual([fine, false]);
  });

  test("by scripts and forged writes are stopped, and pages have a policy (edge.waf-categories.xss-csrf)", async () => {
    const stack = await prod();
    expect(groupOf(named(stack, "AWSManagedRulesCommonRuleSet")).rule_action_override).toBeUndefined();
    for (const { xss_match_statement } of named(stack, "xss").statement.or_statement.statement)
      expect(xss_match_statement).toBeDefined();
    const [method, cookie, token] = named(stack, "csrf").statement.and_statement.statement;
    const writes = new RegExp(method.regex_match_statement.regex_string);
    expect(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"].filter((one) => writes.test(one))).toEqual([
      "POST",
      "PUT",
      "PATCH",
      "DELETE",
    ]);
    expect(cookie.byte_match_statement).toMatchObject({ search_string: "session=" });
    expect(token.not_statement.statement[0].size_constraint_statement).toMatchObject({
      field_to_match: { single_header: { name: "x-csrf-token" } },
      comparison_operator: "GT",
      size: 0,
    });
    const policy = stack.resource.aws_cloudfront_response_headers_policy["cdn-headers"];
    expect(policy.security_headers_config.content_security_policy).toBeDefined();
  });

  test("by paths are seen through two encodings (edge.waf-categories.traversal)", async () => {
    const stack = await prod();
    expect(named(stack, "AWSManagedRulesLinuxRuleSet").override_action).toEqual({ none: {} });
    const patterns = named(stack, "traversal").statement.or_statement.statement.flatMap(
      (one: Document) => one.regex_match_statement ?? [],
    );
    expect(patterns).toHaveLength(2);
    for (const { regex_string, text_transformation } of patterns) {
      expect(text_transformation.filter(({ type }: Document) => type === "URL_DECODE")).toHaveLength(2);
      for (const path of ["../../x", "..\\x", "/etc/passwd", "/proc/self/environ"])
        expect(new RegExp(regex_string).test(path)).toBe(true);
      expect(new RegExp(regex_string).test("/a/b..c")).toBe(false);
    }
    expect(said(named(stack, "traversal"))).toContain('"search_string":"%00"');
  });

  test("on what only the inside knows are stopped, and machines hand their metadata to no forger (edge.waf-categories.ssrf-rce)", async () => {
    const stack = await prod();
    const known = named(stack, "AWSManagedRulesKnownBadInputsRuleSet");
    expect(known.override_action).toEqual({ none: {} });
    expect(groupOf(known).rule_action_override).toBeUndefined();
    const [{ regex_match_statement }] = named(stack, "internal-addresses").statement.or_statement.statement;
    const inside = new RegExp(regex_match_statement.regex_string);
    for (const target of [
      "http://169.254.169.254/latest",
      "http://127.0.0.1:80",
      "https://localhost/x",
      "http://[::1]/",
    ])
      expect([target, inside.test(target)]).toEqual([target, true]);
    expect(inside.test("https://reference.example/localhost")).toBe(false);
    const nodes = ofKind(
      await objectsOf(foundation, await place("reference", "prod", "us-east-1"), "nodes"),
      "EC2NodeClass",
    );
    expect(nodes.length).toBeGreaterThan(0);
    for (const { spec } of nodes)
      expect(spec.metadataOptions).toMatchObject({ httpTokens: "required", httpPutResponseHopLimit: 1 });
  });

  test("by scripts from elsewhere find no page that loads them (client.patterns.csp)", async () => {
    const policy = (await prod()).resource.aws_cloudfront_response_headers_policy["cdn-headers"];
    const { content_security_policy: text, override } = policy.security_headers_config.content_security_policy;
    expect(override).toBe(true);
    expect(text).not.toContain("unsafe-inline");
    expect(text).toContain("script-src 'self';");
    expect(policy.custom_headers_config.items).toContainEqual({
      header: "Integrity-Policy",
      value: "blocked-destinations=(script)",
      override: true,
    });
    const none = (await plain()).resource.aws_cloudfront_response_headers_policy["cdn-headers"];
    expect(none.security_headers_config.content_security_policy).toBeUndefined();
  });
});

describe("bots", () => {
  test("are recognized by what is learned from traffic (edge.bots.provider)", async () => {
    const [config] = groupOf(named(await prod(), "AWSManagedRulesBotControlRuleSet")).managed_rule_group_configs;
    expect(config.aws_managed_rules_bot_control_rule_set).toEqual({
      inspection_level: "TARGETED",
      enable_machine_learning: true,
    });
  });

  test("are recognized by fingerprints and networks (edge.bots.signals)", async () => {
    const stack = await prod();
    for (const kind of ["ja3", "ja4"])
      expect(named(stack, `${kind}-fingerprints`).statement.byte_match_statement.field_to_match).toEqual({
        [`${kind}_fingerprint`]: { fallback_behavior: "NO_MATCH" },
      });
    const { action, statement } = named(stack, "challenged-networks");
    expect(action).toEqual({ challenge: {} });
    expect(statement.and_statement.statement[0].asn_match_statement.asn_list).toEqual([14061, 16276, 24940]);
  });

  test("that are verified pass before any is stopped; logins are watched where they are (edge.bots.categories)", async () => {
    const stack = await prod();
    const { blueprint } = await place("reference", "staging", "global");
    const [config] = groupOf(named(stack, "AWSManagedRulesATPRuleSet")).managed_rule_group_configs;
    const { login_path } = config.aws_managed_rules_atp_rule_set;
    expect(blueprint.services["auth"]?.routes.map(({ method, path }) => `${method} ${path}`)).toContain(
      `POST ${login_path}`,
    );
    const verified = named(stack, "verified-bots");
    expect(verified).toMatchObject({
      action: { allow: {} },
      statement: { label_match_statement: { key: "awswaf:managed:aws:bot-control:bot:verified" } },
    });
    const stops = rulesIn(stack).filter(
      ({ priority, action }) =>
        priority >= WAF_STAGES.bots &&
        priority < WAF_STAGES.custom &&
        action !== undefined &&
        action.allow === undefined,
    );
    expect(stops.length).toBeGreaterThan(5);
    for (const { priority } of stops) expect(priority).toBeGreaterThan(verified.priority);
  });

  test("are stopped, asked, slowed down or fooled (edge.bots.actions)", async () => {
    const stack = await prod();
    expect(named(stack, "credential-stuffing-block").action).toEqual({ block: {} });
    expect(named(stack, "scalpers-captcha").action).toEqual({ captcha: {} });
    const { scope_down_statement } = named(stack, "click-fraud-throttle").statement.rate_based_statement;
    expect(JSON.stringify(scope_down_statement)).toContain("bot-control:signal:automated_browser");
    const { custom_response } = named(stack, "scrapers-honeypot").action.block;
    expect(custom_response.response_code).toBe(200);
    expect(resource(stack, "aws_wafv2_web_acl").custom_response_body.map(({ key }: Document) => key)).toEqual([
      custom_response.custom_response_body_key,
    ]);
    // What a rule of ours decides, the group only says.
    const counted = groupOf(named(stack, "AWSManagedRulesBotControlRuleSet")).rule_action_override;
    expect(counted.map(({ name }: Document) => name)).toContain("CategoryScrapingFramework");
  });

  test("have to prove a browser before they are asked for a person (edge.ddos-matrix.l7)", async () => {
    const stack = await prod();
    const [first, second] = [named(stack, "scalpers-challenge"), named(stack, "scalpers-captcha")];
    expect(first.action).toEqual({ challenge: {} });
    expect(second.action).toEqual({ captcha: {} });
    expect(second.statement).toEqual(first.statement);
    expect(first.priority).toBeLessThan(second.priority);
    expect(named(stack, "requests-per-address").priority).toBeLessThan(first.priority);
  });

  test("that nothing would recognize are a problem, and so are forms that are no route", async () => {
    const here = await place("url-shortener", "dev", "global");
    const codes = (bots: NonNullable<Edge["bots"]>): string[] =>
      firewallProblems(withEdge(here, () => ({ bots })).blueprint).map(({ code, at }) => `${code} ${at.join(".")}`);
    expect(codes({ inspection: "common", actions: { scalpers: "block", credentialStuffing: "block" } })).toEqual([
      "unrecognized-bots layers.edge.bots.actions.scalpers",
      "unrecognized-bots layers.edge.bots.actions.credentialStuffing",
    ]);
    expect(codes({ inspection: "common", checkout: { path: "/api/link", attempts: 1000 } })).toEqual([
      "unknown-form layers.edge.bots.checkout.path",
    ]);
    expect(codes({ inspection: "common", checkout: { path: "/api/links", attempts: 100 } })).toEqual([
      "checkout-limit-too-low layers.edge.bots.checkout.attempts",
    ]);
    expect(botSettings.safeParse({ inspection: "common", actions: { scrapers: "tickle" } }).success).toBe(false);
  });
});
