import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { Wafv2IpSet } from "@cdktn/provider-aws/lib/wafv2-ip-set/index.js";
import { Wafv2RegexPatternSet } from "@cdktn/provider-aws/lib/wafv2-regex-pattern-set/index.js";
import { Wafv2WebAcl } from "@cdktn/provider-aws/lib/wafv2-web-acl/index.js";
import { Wafv2WebAclLoggingConfiguration } from "@cdktn/provider-aws/lib/wafv2-web-acl-logging-configuration/index.js";
import { Construct } from "constructs";
import { partnersHost } from "../../model/hosts.ts";
import { domainOf, nameOf, type Place } from "../../model/place.ts";
import { InvalidInput } from "../../model/problem.ts";
import { requestsOfPartners, requestsPerAddress } from "../../model/request-limits.ts";
import { CAPACITY, capacityOf, SHIELD_CAPACITY } from "../../model/waf-capacity.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { floodRules } from "./anti-ddos.ts";
import { botRules } from "./bots.ts";
import { firewallFacts } from "./firewall-facts.ts";
import { attackRules, forgeryRule, INJECTIONS } from "./waf-attacks.ts";
import { contentGroups, exceptionTags, reputationGroups } from "./waf-groups.ts";
import { HONEYPOT, inStages, rendered, type UnplacedRule, type WafRule } from "./waf-rules.ts";
import {
  besides,
  fromAddresses,
  fromCountries,
  fromNetworks,
  header,
  not,
  oneOf,
  requestsOfAddress,
  requestsTogether,
  type Statement,
  text,
} from "./waf-statements.ts";

/** Seconds for which a solved challenge or captcha counts. */
const SOLVED = 300;

/** ARNs of what rules refer to. */
export interface Sets {
  readonly injections: string;
  /** Of addresses to refuse; empty without such sets. */
  readonly addresses: readonly string[];
}

/** The web application firewall in front of a product: $5 a month, $1 a rule, $0.60 a million requests. */
export class Firewall extends Construct {
  readonly acl: Wafv2WebAcl;

  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const name = nameOf(place, "aws_wafv2_web_acl");
    const { waf, bots, ddos } = place.blueprint.layers.edge;
    const addresses = waf.refusedAddresses ? this.addressSets(place) : [];
    const rules = rulesOf(place, {
      injections: waf.rules.includes("injection") ? this.patterns(place).arn : "",
      addresses: addresses.map(({ arn }) => arn),
    });
    refuseTooMuch(place, rules);
    const solved = { immunityTimeProperty: { immunityTime: SOLVED } };
    const domain = domainOf(place);
    this.acl = new Wafv2WebAcl(this, "Resource", {
      name,
      description: `In front of ${place.deployment.name} in ${place.deployment.environment}`,
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      rule: rules.map((rule) => rendered(rule, waf.mode === "monitor")),
      ...(rules.some(({ action }) => action === "honeypot")
        ? { customResponseBody: [{ key: HONEYPOT, contentType: "APPLICATION_JSON", content: "{}" }] }
        : {}),
      ...(bots === undefined ? {} : { captchaConfig: solved, challengeConfig: solved }),
      ...(bots === undefined || domain === undefined ? {} : { tokenDomains: [domain] }),
      ...(waf.exceptions.length === 0 ? {} : { tags: exceptionTags(waf) }),
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: name, sampledRequestsEnabled: true },
    });
    // The lowest provider that can tell the group how it is to act.
    if (ddos?.ruleGroup !== undefined)
      stack.addOverride("terraform.required_providers.aws.version", ">= 6.2.0, < 7.0.0");
    this.logs(place, name);
    firewallFacts(this.acl, place, addresses);
  }

  /** Addresses to refuse, one set for each version of IP. Who fills them is not Terraform, which therefore leaves them alone. */
  private addressSets(place: Place): readonly Wafv2IpSet[] {
    return (["IPV4", "IPV6"] as const).map(
      (version) =>
        new Wafv2IpSet(this, `refused-${version.toLowerCase()}`, {
          name: nameOf(place, "aws_wafv2_ip_set", "refused", version.toLowerCase()),
          description: "Addresses to refuse, filled by a feed or by hand",
          scope: "CLOUDFRONT",
          ipAddressVersion: version,
          addresses: [],
          lifecycle: { ignoreChanges: ["addresses"] },
        }),
    );
  }

  private patterns(place: Place): Wafv2RegexPatternSet {
    const set = new Wafv2RegexPatternSet(this, "injections", {
      name: nameOf(place, "aws_wafv2_regex_pattern_set", "injections"),
      description: "Injections that are not SQL",
      scope: "CLOUDFRONT",
      regularExpression: INJECTIONS.map((regexString) => ({ regexString })),
    });
    encodes("edge.waf-categories.injection", set);
    return set;
  }

  private logs(place: Place, name: string): void {
    // The name's beginning is prescribed.
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `aws-waf-logs-${name}`,
      retentionInDays: place.blueprint.layers.observability.logRetention,
    });
    waives(logs, ...retentionWaivers(place.blueprint.layers.observability.logRetention), {
      check: "CKV_AWS_158",
      reason: "a key of AWS encrypts it: products need not live in us-east-1, where the firewall's logs have to be",
    });
    const logging = new Wafv2WebAclLoggingConfiguration(this, "logging", {
      resourceArn: this.acl.arn,
      logDestinationConfigs: [logs.arn],
      redactedFields: [
        { singleHeader: { name: "authorization" } },
        { singleHeader: { name: "cookie" } },
        { singleHeader: { name: "x-api-key" } },
      ],
    });
    encodes("edge.waf.logging", logging, logs);
  }
}

/** The rules of a product in the order in which a request passes them. Catalogue: edge.flow.steps. */
export function rulesOf(place: Place, sets: Sets): readonly WafRule[] {
  const { waf, bots, ddos } = place.blueprint.layers.edge;
  const partners = requestsForPartners(place);
  // API Gateway asks on behalf of partners: who it is, and how often, says nothing about them.
  const ofCallers = (rules: readonly UnplacedRule[]): readonly UnplacedRule[] =>
    partners === undefined
      ? rules
      : rules.map((rule) => ({ ...rule, statement: besides(rule.statement, partners.statement) }));
  return inStages({
    origin: countryRules(waf.countries),
    reputation: ofCallers([
      ...reputationGroups(waf),
      ...(sets.addresses.length === 0
        ? []
        : [
            {
              name: "refused-addresses",
              action: "block" as const,
              statement: oneOf(sets.addresses.map(fromAddresses)),
            },
          ]),
    ]),
    rate: [
      ...(partners === undefined ? [] : [partners.limit]),
      ...ofCallers([
        ...(ddos?.ruleGroup === undefined ? [] : floodRules(ddos.ruleGroup)),
        {
          name: "requests-per-address",
          action: "block",
          statement: requestsOfAddress(requestsPerAddress(place.blueprint)),
        },
        ...Object.entries(waf.networks).map(
          ([network, requests]): UnplacedRule => ({
            name: `requests-of-network-${network}`,
            action: "block",
            statement: requestsTogether(requests, fromNetworks([Number(network)])),
          }),
        ),
      ]),
    ],
    managed: contentGroups(waf),
    bots: bots === undefined ? [] : ofCallers(botRules(bots)),
    custom: [
      ...attackRules({ attacks: waf.rules, paranoia: waf.paranoia, injections: sets.injections }),
      ...(waf.csrf === undefined ? [] : [forgeryRule(waf.csrf.cookie, waf.csrf.header ?? "x-csrf-token")]),
    ],
  });
}

/** Requests on the host of partners, and how many an address of API Gateway may send: all that their tiers allow together. */
function requestsForPartners(
  place: Place,
): { readonly statement: Statement; readonly limit: UnplacedRule } | undefined {
  const label = partnersHost(place.blueprint);
  const domain = domainOf(place);
  if (label === undefined || domain === undefined) return undefined;
  const statement = text(header("host"), "EXACTLY", `${label}.${domain}`, "LOWERCASE");
  return {
    statement,
    limit: {
      name: "requests-of-partners",
      action: "block",
      statement: requestsOfAddress(requestsOfPartners(place.blueprint), statement),
    },
  };
}

type Countries = Place["blueprint"]["layers"]["edge"]["waf"]["countries"];

function countryRules(countries: Countries): readonly UnplacedRule[] {
  if (countries === undefined) return [];
  return "allow" in countries
    ? [{ name: "allowed-countries", action: "block", statement: not(fromCountries(countries.allow)) }]
    : [{ name: "blocked-countries", action: "block", statement: fromCountries(countries.block) }];
}

/** Capacity units that a product's firewall takes, with those of the rules that Shield adds by itself. */
export const capacityIn = (place: Place, rules: readonly WafRule[]): number =>
  rules.reduce((sum, { statement }) => sum + capacityOf(statement), 0) +
  (place.blueprint.layers.edge.ddos?.shieldAdvanced === undefined ? 0 : SHIELD_CAPACITY);

/** @throws InvalidInput when AWS would refuse the rules */
function refuseTooMuch(place: Place, rules: readonly WafRule[]): void {
  const capacity = capacityIn(place, rules);
  if (capacity <= CAPACITY.limit) return;
  throw new InvalidInput([
    {
      code: "firewall-capacity",
      path: `${place.deployment.name}.layers.edge.waf`,
      environment: place.deployment.environment,
      layer: "edge",
      message: "the firewall's rules take more capacity units than AWS allows",
      given: String(capacity),
      allowed: [`at most ${CAPACITY.limit}`],
      fix: "leave out groups, rules, networks or exceptions",
    },
  ]);
}
