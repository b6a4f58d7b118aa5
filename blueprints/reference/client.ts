import type { LayerSettings } from "../../lib/index.ts";

/** From whom partners have their certificates. */
const AUTHORITIES = `-----BEGIN CERTIFICATE-----
MIIBxTCCAWugAwIBAgIUUDAfF6Cz+Xd3qxSL43SCoBgQd9swCgYIKoZIzj0EAwIw
ODESMBAGA1UECgwJUmVmZXJlbmNlMSIwIAYDVQQDDBlQYXJ0bmVycyBvZiB0aGUg
cmVmZXJlbmNlMB4XDTI2MTEyODE4MjgwN1oXDTM2MTEyNTE4MjgwN1owODESMBAG
A1UECgwJUmVmZXJlbmNlMSIwIAYDVQQDDBlQYXJ0bmVycyBvZiB0aGUgcmVmZXJl
bmNlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3w1XmRloLCM4WmyRwcuaG1eB
SFTImNDd/cIcmol5+08lJoOqvA8s8/dAUAWGTj3pKDvXpAv2YxKARMGhfCwyzqNT
MFEwHQYDVR0OBBYEFDoF7kx0AVhROp6oIwLxJzKk0q5gMB8GA1UdIwQYMBaAFDoF
7kx0AVhROp6oIwLxJzKk0q5gMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
SAAwRQIgOKa/8eGuH+5TbgMlfK9RdD8w9fY5FSz6B2UhU8RFFJ8CIQCVLA0JKpVF
Lb1B0sP+DBEI7o1nIzmU2UI39SRaWEY3Mw==
-----END CERTIFICATE-----
`;

/** The reference product's clients, one of each kind. Catalogue: client.kpis.types, client.auth, client.push, client.flags. */
export const client: NonNullable<LayerSettings["client"]> = {
  apps: {
    web: { kind: "web", callbacks: ["/pages/signed-in"], logouts: ["/pages/home"], backend: "bff-web" },
    ios: { kind: "ios", callbacks: ["example.reference.ios://signed-in"], backend: "bff-mobile" },
    android: { kind: "android", callbacks: ["example.reference.android://signed-in"], backend: "bff-mobile" },
    desktop: { kind: "desktop", callbacks: ["example.reference.desktop://signed-in"] },
    headset: { kind: "xr", callbacks: ["example.reference.headset://signed-in"] },
    watch: { kind: "wearable", callbacks: ["example.reference.watch://signed-in"], backend: "bff-mobile" },
    sensors: { kind: "iot", runtime: "freertos", backend: "bff-iot" },
    "first-partner": { kind: "partner", backend: "bff-partner", tier: "open" },
    "largest-partner": {
      kind: "partner",
      backend: "bff-partner",
      tier: "strategic",
      signingSecret: "largest-partner-signature",
      webhook: {
        url: "https://partner.example/webhooks",
        secret: "largest-partner-key",
        events: ["order.placed", "order.shipped"],
      },
    },
  },
  identity: {
    provider: "cognito",
    features: "plus",
    factors: ["totp", "sms"],
    passkeys: {},
    mailFrom: "no-reply@reference.example",
    federation: {
      Company: { kind: "saml", metadataUrl: "https://company.example/metadata.xml" },
      Association: {
        kind: "oidc",
        issuer: "https://login.association.example",
        clientId: "reference",
        secret: "association-client",
      },
    },
  },
  devices: {
    greengrass: true,
    index: true,
    fleet: { serials: "[A-Z0-9]{12}" },
    updates: { certificate: "6f1a9d52-8c1f-4f0e-9b57-2f5d4c1a7e30" },
    ingest: { stream: "device-readings" },
    endpoint: {},
  },
  crashes: { tool: "sentry", admin: "clients@reference.example", secret: "sentry" },
  desktop: {},
  health: { service: "bff-mobile", discovery: true },
  media: { turn: { secret: "turn-secret" }, rendering: { image: "reference/render" } },
  partners: {
    service: "order",
    api: {
      path: "/partners",
      key: "partners-key",
      sandbox: { service: "bff-partner-sandbox", path: "/partners-sandbox" },
      authorities: AUTHORITIES,
      tiers: {
        open: { perMinute: 10_000, perMonth: 100_000_000 },
        preferred: { perMinute: 100_000 },
        strategic: { perMinute: 1_000_000, burst: 5_000 },
      },
    },
    portal: { tool: "swagger-ui" },
  },
  push: {
    apns: { secret: "apns-key", keyId: "ABC123DEFG", teamId: "DEF123GHIJ", bundleId: "example.reference" },
    fcm: { secret: "fcm-account" },
    web: { secret: "web-push-keys" },
    service: "notification",
  },
  telemetry: { events: { service: "analytics", stream: "user-events" } },
  flags: { provider: "appconfig", services: ["config-flags"], stream: "config-flags" },
};

/** What people seed for the clients. */
export const clientSecrets = {
  "association-client": { description: "Secret of the client at the association's provider", seeded: true },
  "apns-key": { description: "Signing key of Apple's push service", seeded: true },
  "fcm-account": { description: "Service account of Firebase Cloud Messaging", seeded: true },
  "largest-partner-signature": { description: "With which the largest partner signs its requests", seeded: true },
  "largest-partner-key": { description: "Key by which the largest partner knows our posts", seeded: true },
  "partners-key": { description: "By which the gateway knows what API Gateway has let through", seeded: true },
  sentry: {
    description: "Session key and passwords of Sentry: secretKey, adminPassword, postgresPassword",
    seeded: true,
  },
  "turn-secret": { description: "From which passwords for relays of calls are made", seeded: true },
  "web-push-keys": { description: "Pair of VAPID keys for pushes to browsers", seeded: true },
} as const;
