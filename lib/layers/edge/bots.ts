import type { ResolvedBlueprint } from "../../model/resolved.ts";
import type { BotAction } from "../../model/settings/firewall.ts";
import { MANAGED_GROUPS } from "../../model/waf-groups.ts";
import type { RuleAction, UnplacedRule } from "./waf-rules.ts";
import {
  allOf,
  fingerprint,
  fromNetworks,
  labelled,
  METHOD,
  managedGroup,
  oneOf,
  PATH,
  requestsOfAddress,
  type Statement,
  text,
} from "./waf-statements.ts";

export type Bots = NonNullable<ResolvedBlueprint["layers"]["edge"]["bots"]>;
type Category = keyof NonNullable<Bots["actions"]>;

/** Requests in five minutes of an address whose bots are throttled. */
const THROTTLED = 100;

const BOT = "awswaf:managed:aws:bot-control:";
const LOGIN = "awswaf:managed:aws:atp:";

/** How AWS's groups name a kind of bot: the labels of its requests, and the rules that would act on them. */
interface Signs {
  readonly labels: readonly string[];
  readonly rules: readonly string[];
  /** Signs that only targeted inspection has. @default none */
  readonly targeted?: { readonly labels: readonly string[]; readonly rules: readonly string[] };
}

/** Catalogue: edge.bots.categories. */
const CATEGORIES: Readonly<Record<Category, Signs>> = {
  scrapers: {
    labels: [`${BOT}bot:category:scraping_framework`, `${BOT}bot:category:http_library`],
    rules: ["CategoryScrapingFramework", "CategoryHttpLibrary"],
  },
  clickFraud: {
    labels: [`${BOT}signal:automated_browser`],
    rules: ["SignalAutomatedBrowser"],
    targeted: { labels: [`${BOT}targeted:signal:automated_browser`], rules: ["TGT_SignalAutomatedBrowser"] },
  },
  scalpers: {
    labels: [],
    rules: [],
    targeted: {
      labels: [
        `${BOT}targeted:aggregate:volumetric:session:high`,
        `${BOT}targeted:aggregate:coordinated_activity:high`,
      ],
      rules: ["TGT_VolumetricSession", "TGT_ML_CoordinatedActivityHigh"],
    },
  },
  credentialStuffing: {
    labels: [`${LOGIN}signal:credential_compromised`],
    rules: ["AttributeCompromisedCredentials"],
  },
};

const CATEGORY_NAMES = ["scrapers", "clickFraud", "scalpers", "credentialStuffing"] as const satisfies Category[];

/** Rules that recognize bots, and what happens to each kind: first who is trusted, then who is not. */
export function botRules(bots: Bots): readonly UnplacedRule[] {
  const targeted = bots.inspection !== "common";
  const chosen = CATEGORY_NAMES.flatMap((category) => {
    const action = bots.actions?.[category];
    return action === undefined ? [] : [{ category, action, ...signsOf(category, targeted) }];
  });
  const counted = (login: boolean): readonly string[] =>
    chosen.filter(({ category }) => (category === "credentialStuffing") === login).flatMap(({ rules }) => rules);
  return [
    {
      name: MANAGED_GROUPS["bot-control"].group,
      action: "group",
      statement: managedGroup(MANAGED_GROUPS["bot-control"].group, {
        counted: counted(false),
        config: {
          aws_managed_rules_bot_control_rule_set: {
            inspection_level: targeted ? "TARGETED" : "COMMON",
            ...(targeted ? { enable_machine_learning: bots.inspection === "learning" } : {}),
          },
        },
      }),
    },
    { name: "verified-bots", action: "allow", statement: labelled(`${BOT}bot:verified`) },
    ...fraudRules(bots, counted(true)),
    ...signalRules(bots),
    ...chosen.flatMap(({ category, action, labels }) => rulesFor(category, action, oneOf(labels.map(labelled)))),
  ];
}

function signsOf(category: Category, targeted: boolean): { labels: readonly string[]; rules: readonly string[] } {
  const { labels, rules, targeted: more } = CATEGORIES[category];
  return {
    labels: [...labels, ...(targeted ? (more?.labels ?? []) : [])],
    rules: [...rules, ...(targeted ? (more?.rules ?? []) : [])],
  };
}

/** What fraud control watches: logins, new accounts, and cards that are tried out. */
function fraudRules({ login, signUp, checkout }: Bots, counted: readonly string[]): readonly UnplacedRule[] {
  // Of answers, only the distribution's firewall sees the status.
  const response_inspection = { status_code: { success_codes: [200, 201], failure_codes: [400, 401, 403, 409] } };
  const field = (identifier: string) => ({ identifier });
  const group = (name: "account-takeover" | "account-creation", options: Parameters<typeof managedGroup>[1]) => ({
    name: MANAGED_GROUPS[name].group,
    action: "group" as const,
    statement: managedGroup(MANAGED_GROUPS[name].group, options),
  });
  return [
    ...(login === undefined
      ? []
      : [
          group("account-takeover", {
            counted,
            config: {
              aws_managed_rules_atp_rule_set: {
                login_path: login.path,
                request_inspection: {
                  payload_type: "JSON",
                  username_field: field(login.username),
                  password_field: field(login.password),
                },
                response_inspection,
              },
            },
          }),
        ]),
    ...(signUp === undefined
      ? []
      : [
          group("account-creation", {
            config: {
              aws_managed_rules_acfp_rule_set: {
                creation_path: signUp.path,
                registration_page_path: signUp.page,
                request_inspection: {
                  payload_type: "JSON",
                  username_field: field(signUp.username),
                  password_field: field(signUp.password),
                  email_field: field(signUp.email),
                },
                response_inspection,
              },
            },
          }),
        ]),
    ...(checkout === undefined
      ? []
      : [
          {
            name: "carding",
            action: "block" as const,
            statement: requestsOfAddress(
              checkout.attempts,
              allOf([text(METHOD, "EXACTLY", "POST"), text(PATH, "EXACTLY", checkout.path)]),
            ),
          },
        ]),
  ];
}

/** What is known of clients before anything is learned: their fingerprints, and the networks that they come from. */
function signalRules({ fingerprints, challengedNetworks }: Bots): readonly UnplacedRule[] {
  const refused = (["ja3", "ja4"] as const).flatMap((kind): UnplacedRule[] => {
    const known = fingerprints?.[kind] ?? [];
    if (known.length === 0) return [];
    const statement = oneOf(known.map((one) => text(fingerprint(kind), "EXACTLY", one)));
    return [{ name: `${kind}-fingerprints`, action: "block", statement }];
  });
  return challengedNetworks === undefined
    ? refused
    : [...refused, { name: "challenged-networks", action: "challenge", statement: fromNetworks(challengedNetworks) }];
}

/** One rule for an action, or two where it grows: a browser that has proved itself is asked for a person next. */
function rulesFor(category: Category, action: BotAction, statement: Statement): readonly UnplacedRule[] {
  const name = category.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const one = (suffix: string, what: RuleAction, matched = statement): UnplacedRule => ({
    name: `${name}-${suffix}`,
    action: what,
    statement: matched,
  });
  switch (action) {
    case "escalate":
      return [one("challenge", "challenge"), one("captcha", "captcha")];
    case "throttle":
      return [one("throttle", "block", requestsOfAddress(THROTTLED, statement))];
    default:
      return [one(action, action)];
  }
}
