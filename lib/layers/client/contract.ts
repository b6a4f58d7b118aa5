import { CLIENT_KINDS } from "../../model/client-kinds.ts";
import { isPool, issuersOf } from "../../model/issuers.ts";
import { domainOf, nameOf, namespaceOf, ownerOf, type Place } from "../../model/place.ts";
import { dnsSuffix } from "../../model/regions.ts";
import type { ClientApp } from "../../model/settings/client/apps.ts";
import type { Sentry } from "../../model/settings/client/crashes.ts";
import type { ProductChartName } from "../../model/versions.ts";
import { type ContractRef, contract } from "../common/contract.ts";
import type { Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { bucketName } from "../data/contract.ts";
import type { NamespaceRequest } from "../foundation/contract.ts";
import { alarmName } from "../observability/contract.ts";
import { crashQuota } from "./crash-sizes.ts";

/** Clients of a product whose people sign in, by name. */
export const signedInApps = (place: Place): readonly (readonly [name: string, app: SignedInApp])[] =>
  Object.entries(place.blueprint.layers.client.apps).flatMap(([name, app]) =>
    isSignedIn(app) ? [[name, app] as const] : [],
  );

export type SignedInApp = Exclude<ClientApp, { kind: "iot" | "partner" }>;
export type DeviceApp = Extract<ClientApp, { kind: "iot" }>;
export type PartnerApp = Extract<ClientApp, { kind: "partner" }>;

const isSignedIn = (app: ClientApp): app is SignedInApp => CLIENT_KINDS[app.kind].access === "sign-in";

/** Platforms of devices by name. */
export const deviceApps = (place: Place): readonly (readonly [name: string, app: DeviceApp])[] =>
  Object.entries(place.blueprint.layers.client.apps).flatMap(([name, app]) =>
    app.kind === "iot" ? [[name, app] as const] : [],
  );

/** Partners by name. */
export const partnerApps = (place: Place): readonly (readonly [name: string, app: PartnerApp])[] =>
  Object.entries(place.blueprint.layers.client.apps).flatMap(([name, app]) =>
    app.kind === "partner" ? [[name, app] as const] : [],
  );

const identity = contract(
  "client",
  { issuer: "text", jwksUri: "text", configuration: "text", poolArn: "text" },
  "identity",
);

/**
 * What clients and services have to know about the product's own identity provider, in the primary region: its issuer, where
 * its keys are, as JSON what an app is built with (the id of its client, when a token is to be renewed), and what AWS calls it.
 */
export const identityOf = (place: Place): ContractRef<(typeof identity)["declared"]> => ({
  contract: identity,
  owner: ownerOf(place),
  region: place.region.code,
});

/** Name of the application at a push service. */
export const pushApplication = (place: Place, platform: "ios" | "android"): string =>
  nameOf(place, "aws_sns_platform_application", platform);

/** Name of the group of pushes that are sent later. */
export const pushSchedules = (place: Place): string => nameOf(place, "aws_scheduler_schedule_group", "pushes");

/** Name of the bus of what partners are told of. */
export const partnerBus = (place: Place): string => nameOf(place, "aws_cloudwatch_event_bus", "partners");

/** Name of an alarm about what browsers tell. */
export const clientAlarm = (place: Place, what: "slow" | "errors"): string => alarmName(place, "pages", what);

/** Alarms about what browsers tell, where they do. */
export const clientAlarms = (place: Place): readonly string[] =>
  place.blueprint.layers.client.telemetry === undefined || domainOf(place) === undefined
    ? []
    : [clientAlarm(place, "errors")];

/** The region in which a product's clients have what they stand on. */
const homeOf = (place: Place): string => place.deployment.primary.region.code;

/** What the bucket of health readings is called beside the product's name. */
export const HEALTH_BUCKET = "health-readings";

/** Alias of the key of health readings. */
export const healthKeyAlias = (place: Place): string => `alias/${nameOf(place, "aws_kms_alias", "health")}`;

/** What the service of health readings may do with them, through their own key. */
function healthAccess(stack: Stack, primary: Place): readonly Statement[] {
  const region = primary.region.code;
  const bucket = `${stack.arn}:s3:::${nameOf(primary, "aws_s3_bucket", HEALTH_BUCKET)}`;
  return [
    { actions: ["s3:ListBucket"], resources: [bucket] },
    { actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources: [`${bucket}/*`] },
    {
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      // The key's id is known to AWS alone; its alias is ours.
      resources: [stack.arnOf("kms", "key/*", { region })],
      conditions: {
        StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": healthKeyAlias(primary) },
      },
    },
  ];
}

/** What a service may do on AWS for clients: push to them, tell partners, keep what wearables measure. */
export function accessOf(stack: Stack, place: Place, service: string): readonly Statement[] {
  const { push, partners, health } = place.blueprint.layers.client;
  const region = homeOf(place);
  const primary: Place = { ...place, region: place.deployment.primary.region };
  const applications = (["ios", "android"] as const).map((platform) => pushApplication(primary, platform));
  const endpoints = ["APNS", "APNS_SANDBOX", "GCM"].flatMap((kind) =>
    applications.map((name) => stack.arnOf("sns", `endpoint/${kind}/${name}/*`, { region })),
  );
  return [
    ...(push?.service === service
      ? [
          {
            actions: ["sns:CreatePlatformEndpoint"],
            resources: ["APNS", "APNS_SANDBOX", "GCM"].flatMap((kind) =>
              applications.map((name) => stack.arnOf("sns", `app/${kind}/${name}`, { region })),
            ),
          },
          {
            actions: ["sns:DeleteEndpoint", "sns:GetEndpointAttributes", "sns:Publish", "sns:SetEndpointAttributes"],
            resources: endpoints,
          },
        ]
      : []),
    ...(partners?.service === service
      ? [
          {
            actions: ["events:PutEvents"],
            resources: [stack.arnOf("events", `event-bus/${partnerBus(primary)}`, { region })],
          },
        ]
      : []),
    ...(health?.service === service ? healthAccess(stack, primary) : []),
  ];
}

/** Whether a service calls AWS for clients: pushes to them, tells partners, keeps what wearables measure, reads flags. */
export function asksAws(place: Place, service: string): boolean {
  const { push, partners, health } = place.blueprint.layers.client;
  return [push?.service, partners?.service, health?.service].includes(service) || policiesOf(place, service).length > 0;
}

const flags = contract("client", { application: "text", environment: "text", profile: "text" }, "flags");

/** Ids of a product's flags at AppConfig, in the primary region. */
export const flagsOf = (place: Place): ContractRef<(typeof flags)["declared"]> => ({
  contract: flags,
  owner: ownerOf(place),
  region: homeOf(place),
});

/** Name of the policy of those who read flags: one a product, since flags have one region and their readers many. */
export const flagsPolicy = (place: Place): string =>
  nameOf({ ...place, global: true }, "aws_iam_policy", "flags-reader");

/** Policies of the client layer that a service has beside its own statements, by name: their resources' ids are known to AWS alone. */
export function policiesOf(place: Place, service: string): readonly string[] {
  const { flags: settings } = place.blueprint.layers.client;
  return settings?.provider === "appconfig" && settings.services?.includes(service) === true
    ? [flagsPolicy(place)]
    : [];
}

/** Contracts whose publishers make what services are given. */
export const contractsBefore = (place: Place): readonly ContractRef[] =>
  Object.keys(place.blueprint.services).some((service) => policiesOf(place, service).length > 0)
    ? [flagsOf(place)]
    : [];

/** Image of coturn, which a mirror brings into the registry. */
export const TURN_IMAGE = "platform/coturn";

/** Images of what the client layer runs. */
export function imagesOf(place: Place): readonly string[] {
  const { media } = place.blueprint.layers.client;
  return [
    ...(media?.turn === undefined ? [] : [TURN_IMAGE]),
    ...(media?.rendering === undefined ? [] : [media.rendering.image]),
  ];
}

/** What the product's API is called in tokens of its own identity provider: as its pool's tokens are asked for, or anybody's. */
export const apiAudience = (place: Place): string => {
  const issuers = issuersOf(place.blueprint);
  const named = [...issuers.filter(isPool), ...issuers].flatMap(({ audiences = [] }) => audiences);
  return named[0] ?? place.deployment.name;
};

/** What partners may do, as the scope of the product's own API. */
export const PARTNER_SCOPE = "partner";

/** The scope as a token names it. */
export const partnerScope = (place: Place): string => `${apiAudience(place)}/${PARTNER_SCOPE}`;

/** Name under which the gateway knows a product's API Gateway by its key. */
export const partnersClient = (product: string): string => `${product}-partners`;

/** Host of the page that tells partners how to ask, if there is one. */
export function portalHost(place: Place): string | undefined {
  const { portal } = place.blueprint.layers.client.partners ?? {};
  const domain = domainOf(place);
  return portal === undefined || domain === undefined ? undefined : `${portal.host ?? "developers"}.${domain}`;
}

/** What browsers say where they ask from on that page. */
export function portalOrigin(place: Place): string | undefined {
  const host = portalHost(place);
  return host === undefined ? undefined : `https://${host}`;
}

/** Whether a namespace is where partners try things out. */
export function isSandbox(place: Place, namespace: string): boolean {
  const service = place.blueprint.layers.client.partners?.api?.sandbox?.service;
  return service !== undefined && namespaceOf(place, service) === namespace;
}

/** Sentry's settings and the host that takes reports, where a product has both. */
export function crashReports(place: Place): { readonly sentry: Sentry; readonly host: string } | undefined {
  const { crashes } = place.blueprint.layers.client;
  const domain = domainOf(place);
  return crashes?.tool !== "sentry" || domain === undefined
    ? undefined
    : { sentry: crashes, host: `${crashes.host ?? "crashes"}.${domain}` };
}

/** Whether Sentry runs in a place: in the primary region. */
const hasSentry = (place: Place): boolean =>
  !place.global && place.role === "primary" && crashReports(place) !== undefined;

/** Namespace in which a product's Sentry runs. */
export const crashNamespace = (place: Place): string => `${place.deployment.name}-crashes`;

/** Namespaces that the client layer asks for: some of Sentry's images run as root, which only `baseline` allows. */
export const namespacesOf = (place: Place): readonly NamespaceRequest[] =>
  hasSentry(place) ? [{ name: crashNamespace(place), podSecurity: "baseline", quota: crashQuota }] : [];

/** Charts that the client layer runs as a part of the product. */
export const chartsOf = (place: Place): readonly ProductChartName[] => (hasSentry(place) ? ["sentry"] : []);

/** Where pages send reports and sessions to. Source: Bugsnag's documentation of its endpoints. */
const BUGSNAG = ["https://notify.bugsnag.com", "https://sessions.bugsnag.com"] as const;

/** The beginning of the host of Cognito's on which people sign in, which no account in the region may share. */
export const signInDomain = (primary: Place): string =>
  nameOf(primary, "aws_cognito_user_pool_domain", primary.deployment.account.id);

/** Where pages of a product connect to for what its clients stand on, beside its own host: each only where it is used. */
export function pageConnections(place: Place): readonly string[] {
  const primary: Place = { ...place, global: false, region: place.deployment.primary.region };
  return [
    ...crashConnections(place),
    ...telemetryConnections(primary),
    ...signInConnections(primary),
    ...uploadConnections(primary),
  ];
}

const apiOf = ({ region }: Place, service: string): string =>
  `https://${service}.${region.code}.${dnsSuffix(region.partition)}`;

/** Hosts to which pages may connect to report a crash. */
function crashConnections(place: Place): readonly string[] {
  const reports = crashReports(place);
  if (reports !== undefined) return [`https://${reports.host}`];
  return place.blueprint.layers.client.crashes?.tool === "bugsnag" ? BUGSNAG : [];
}

/** Where browsers tell the monitor, and become a guest who may: with and without the basic flow, which asks STS. */
const telemetryConnections = (primary: Place): readonly string[] =>
  primary.blueprint.layers.client.telemetry === undefined || domainOf(primary) === undefined
    ? []
    : ["dataplane.rum", "cognito-identity", "sts"].map((service) => apiOf(primary, service));

/** Where a code is exchanged for tokens, and where passkeys and factors are set up. */
const signInConnections = (primary: Place): readonly string[] =>
  primary.blueprint.layers.client.identity?.provider === "cognito"
    ? [`https://${signInDomain(primary)}.auth.${primary.region.code}.amazoncognito.com`, apiOf(primary, "cognito-idp")]
    : [];

/** Buckets into which browsers load up: a service signs the address in whichever region it answers. */
const uploadConnections = (primary: Place): readonly string[] =>
  primary.deployment.regions.flatMap(({ region }) =>
    Object.entries(primary.blueprint.data).flatMap(([name, store]) =>
      store.kind === "object" && store.uploads
        ? [`https://${bucketName({ ...primary, region }, name)}.s3.${region.code}.${dnsSuffix(region.partition)}`]
        : [],
    ),
  );
