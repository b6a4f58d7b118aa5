import type { Problem } from "./problem.ts";
import { milliseconds } from "./quantities.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { tokenLives } from "./token-lives.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What clients ask for and could not be given. */
export function clientProblems(blueprint: ResolvedBlueprint): Finding[] {
  return [...identityProblems(blueprint), ...secretProblems(blueprint), ...serviceProblems(blueprint)];
}

/** Lives of tokens that Cognito refuses or that would end before they are renewed, and factors that rule each other out. */
function identityProblems({ layers }: ResolvedBlueprint): Finding[] {
  const { identity } = layers.client;
  if (identity?.provider !== "cognito") return [];
  const at = ["layers", "client", "identity"];
  const { access, refresh, renewBefore } = tokenLives(identity);
  const life = (name: string, value: typeof access, least: number, most: number, allowed: string): Finding[] =>
    milliseconds(value) >= least && milliseconds(value) <= most
      ? []
      : [
          {
            at: [...at, "tokens", name],
            code: "token-life",
            message: "Cognito makes no token that lives so long",
            given: value,
            allowed: [allowed],
            fix: `write a time of ${allowed}`,
          },
        ];
  return [
    ...life("access", access, 5 * MINUTE, DAY, "5 minutes to a day"),
    ...life("refresh", refresh, HOUR, 3650 * DAY, "an hour to ten years"),
    ...(milliseconds(renewBefore) > 0 && milliseconds(renewBefore) < milliseconds(access)
      ? []
      : [
          {
            at: [...at, "tokens", "renewBefore"],
            code: "late-renewal",
            message: "an access token has to be renewed while it lives",
            given: renewBefore,
            allowed: [`more than nothing and less than ${access}`],
            fix: "renew it earlier, or let it live longer",
          },
        ]),
    ...(identity.mfa === "required" && identity.passkeys !== undefined
      ? [
          {
            at: [...at, "mfa"],
            code: "passkeys-without-second-factor",
            message: "a pool in which everybody needs a second factor has no passkeys",
            given: "required",
            allowed: ["optional"],
            fix: 'write "optional", or remove passkeys',
          },
        ]
      : []),
    ...(identity.passkeys !== undefined &&
    identity.passkeys.relyingParty === undefined &&
    layers.edge.domain === undefined
      ? [
          {
            at: [...at, "passkeys"],
            code: "missing-domain",
            message: "passkeys belong to a host, and the product has no domain",
            given: "no relyingParty",
            fix: "add layers.edge.domain, or passkeys.relyingParty",
          },
        ]
      : []),
  ];
}

/** Secrets that clients' settings name and the blueprint does not declare. */
function secretProblems({ layers }: ResolvedBlueprint): Finding[] {
  const { apps, identity, push } = layers.client;
  const federation = identity?.provider === "cognito" ? Object.entries(identity.federation ?? {}) : [];
  const named: (readonly [at: readonly string[], secret: string])[] = [
    ...federation.flatMap(([name, other]) =>
      other.kind === "oidc" ? [[["identity", "federation", name, "secret"], other.secret] as const] : [],
    ),
    ...Object.entries(apps).flatMap(([name, app]) =>
      app.kind === "partner" && app.webhook !== undefined
        ? [[["apps", name, "webhook", "secret"], app.webhook.secret] as const]
        : [],
    ),
    ...(["apns", "fcm", "web"] as const).flatMap((channel) => {
      const secret = push?.[channel]?.secret;
      return secret === undefined ? [] : [[["push", channel, "secret"], secret] as const];
    }),
  ];
  return named
    .filter(([, secret]) => layers.security.secrets[secret] === undefined)
    .map(([at, secret]) => ({
      at: ["layers", "client", ...at],
      code: "unknown-secret",
      message: "the secret is not declared in layers.security.secrets",
      given: secret,
      allowed: Object.keys(layers.security.secrets),
      fix: "declare it",
    }));
}

/** Services that clients' settings name and the blueprint does not have. */
function serviceProblems({ layers, services }: ResolvedBlueprint): Finding[] {
  const { push, flags, partners } = layers.client;
  const named: (readonly [at: readonly string[], service: string])[] = [
    ...(push?.service === undefined ? [] : [[["push", "service"], push.service] as const]),
    ...(partners?.service === undefined ? [] : [[["partners", "service"], partners.service] as const]),
    ...(flags?.services ?? []).map((service, index) => [["flags", "services", String(index)], service] as const),
  ];
  return named
    .filter(([, service]) => services[service] === undefined)
    .map(([at, service]) => ({
      at: ["layers", "client", ...at],
      code: "unknown-service",
      message: "the blueprint has no such service",
      given: service,
      allowed: Object.keys(services),
      fix: "name one of them",
    }));
}
