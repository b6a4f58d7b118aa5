import { crashProblems } from "./crash-problems.ts";
import { landingProblems } from "./landing-problems.ts";
import { partnerProblems } from "./partner-problems.ts";
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
  return [
    ...identityProblems(blueprint),
    ...secretProblems(blueprint),
    ...serviceProblems(blueprint),
    ...deviceProblems(blueprint),
    ...domainProblems(blueprint),
    ...landingProblems(blueprint),
    ...eventProblems(blueprint),
    ...backendProblems(blueprint),
    ...flagProblems(blueprint),
    ...renderingProblems(blueprint),
    ...partnerProblems(blueprint),
    ...crashProblems(blueprint),
  ];
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
  const { apps, identity, media, partners, push } = layers.client;
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
    ...Object.entries(apps).flatMap(([name, app]) =>
      app.kind === "partner" && app.signingSecret !== undefined
        ? [[["apps", name, "signingSecret"], app.signingSecret] as const]
        : [],
    ),
    ...(partners?.api === undefined ? [] : [[["partners", "api", "key"], partners.api.key] as const]),
    ...(media?.turn === undefined ? [] : [[["media", "turn", "secret"], media.turn.secret] as const]),
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
  const { apps, push, flags, health, partners, telemetry } = layers.client;
  const named: (readonly [at: readonly string[], service: string])[] = [
    ...(push?.service === undefined ? [] : [[["push", "service"], push.service] as const]),
    ...(partners?.service === undefined ? [] : [[["partners", "service"], partners.service] as const]),
    ...Object.entries(apps).flatMap(([name, app]) =>
      app.backend === undefined ? [] : [[["apps", name, "backend"], app.backend] as const],
    ),
    ...(telemetry?.events === undefined
      ? []
      : [[["telemetry", "events", "service"], telemetry.events.service] as const]),
    ...(health === undefined ? [] : [[["health", "service"], health.service] as const]),
    ...(flags?.stream === undefined ? [] : [[["flags", "stream"], flags.stream] as const]),
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

/** Streams into which what devices measure cannot go. */
function deviceProblems({ layers, streams }: ResolvedBlueprint): Finding[] {
  const stream = layers.client.devices?.ingest?.stream;
  if (stream === undefined || streams[stream]?.kind === "eventStream") return [];
  const known = streams[stream] !== undefined;
  return [
    {
      at: ["layers", "client", "devices", "ingest", "stream"],
      code: known ? "stream-without-login" : "unknown-stream",
      message: known
        ? "devices can write to event streams: topics and queues of the platform take no login that AWS IoT has"
        : "the blueprint has no such stream",
      given: stream,
      allowed: Object.keys(streams).filter((name) => streams[name]?.kind === "eventStream"),
      fix: "name an event stream, and let a service bring on what has to be in a topic",
    },
  ];
}

/** What stands on a domain that the product does not have. */
function domainProblems({ layers }: ResolvedBlueprint): Finding[] {
  if (layers.edge.domain !== undefined) return [];
  const { apps, desktop, devices, media, partners } = layers.client;
  const paths = Object.entries(apps).flatMap(([name, app]) =>
    app.kind === "iot" || app.kind === "partner"
      ? []
      : (["callbacks", "logouts"] as const).flatMap((list) =>
          (app[list] ?? []).flatMap((address, index) =>
            address.startsWith("/") ? [[["apps", name, list, String(index)], address] as const] : [],
          ),
        ),
  );
  return [
    ...paths,
    ...(devices?.endpoint === undefined ? [] : [[["devices", "endpoint"], "a host below it"] as const]),
    ...(media === undefined ? [] : [[["media"], "hosts below it"] as const]),
    ...(partners?.api === undefined ? [] : [[["partners", "api"], "a host below it"] as const]),
    ...(partners?.portal === undefined ? [] : [[["partners", "portal"], "a host below it"] as const]),
    ...(desktop === undefined ? [] : [[["desktop"], "a host below it"] as const]),
  ].map(([at, given]) => ({
    at: ["layers", "client", ...at],
    code: "missing-domain",
    message: "it belongs to the product's domain, and there is none",
    given,
    fix: "add layers.edge.domain, or write the whole address",
  }));
}

/** Events of what people do that could not be taken, or would not reach their stream. */
function eventProblems({ layers, services, streams }: ResolvedBlueprint): Finding[] {
  const events = layers.client.telemetry?.events;
  const service = events && services[events.service];
  if (events === undefined || service === undefined) return [];
  const at = ["layers", "client", "telemetry", "events"];
  return [
    ...(service.routes.some(({ method }) => method === "POST")
      ? []
      : [
          {
            at: [...at, "service"],
            code: "no-way-in",
            message: "clients send events by POST, and the service has no such route",
            given: events.service,
            fix: `add a POST route to services.${events.service}`,
          },
        ]),
    ...(streams[events.stream] !== undefined && service.uses[events.stream]?.includes("produce") === true
      ? []
      : [
          {
            at: [...at, "stream"],
            code: "no-way-on",
            message: "the service does not produce to the stream",
            given: events.stream,
            allowed: Object.entries(service.uses).flatMap(([name, verb]) => (verb.includes("produce") ? [name] : [])),
            fix: `add it to services.${events.service}.uses with "produce"`,
          },
        ]),
  ];
}

/** Backends that clients could not call. */
function backendProblems({ layers, services }: ResolvedBlueprint): Finding[] {
  return Object.entries(layers.client.apps).flatMap(([name, { backend }]) =>
    backend === undefined || services[backend] === undefined || services[backend].routes.length > 0
      ? []
      : [
          {
            at: ["layers", "client", "apps", name, "backend"],
            code: "no-way-in",
            message: "a client calls its backend from outside, and the service has no route",
            given: backend,
            allowed: Object.keys(services).filter((other) => (services[other]?.routes.length ?? 0) > 0),
            fix: `add a route to services.${backend}`,
          },
        ],
  );
}

/** Shortest time in which a stream of changes may end: what clients and proxies on the way bear. */
const LEAST_STREAM = 30_000;

/** Streams of flags that clients cannot reach, or that would be cut short. */
function flagProblems({ layers, services }: ResolvedBlueprint): Finding[] {
  const name = layers.client.flags?.stream;
  const service = name === undefined ? undefined : services[name];
  if (name === undefined || service === undefined) return [];
  const { timeout } = service.traffic;
  return [
    ...(service.routes.some(({ method }) => method === "GET")
      ? []
      : [
          {
            at: ["layers", "client", "flags", "stream"],
            code: "no-way-in",
            message: "clients hear of changes by GET, and the service has no such route",
            given: name,
            fix: `add a GET route to services.${name}`,
          },
        ]),
    ...(milliseconds(timeout) >= LEAST_STREAM
      ? []
      : [
          {
            at: ["services", name, "traffic", "timeout"],
            code: "stream-cut-short",
            message: "clients hear of changes of flags by this service, and would be cut off before there is one",
            given: timeout,
            allowed: ["30s or more"],
            fix: `write services.${name}.traffic.timeout: "60s"`,
          },
        ]),
  ];
}

/** Servers that render, for which no pool of the platform has machines. A tenant's pools are those of its host. */
function renderingProblems({ layers }: ResolvedBlueprint): Finding[] {
  const pools = Object.values(layers.foundation.nodePools);
  if (layers.client.media?.rendering === undefined || pools.length === 0 || pools.some(({ gpu }) => gpu)) return [];
  return [
    {
      at: ["layers", "client", "media", "rendering"],
      code: "no-gpu",
      message: "servers that render need machines with GPUs, and no pool has any",
      given: "no pool with gpu",
      fix: "add a pool with `gpu: true` to layers.foundation.nodePools",
    },
  ];
}
