import type { LayerSettings } from "../../lib/index.ts";

/** What is served and how long it is kept. Catalogue: edge.cdn, edge.static-cache, client.patterns.micro-frontends. */
const delivery = {
  staticAssets: true,
  originShield: true,
  contents: {
    scripts: {},
    images: { service: "file" },
    fonts: {},
    pages: {},
    translations: {},
    remotes: {},
    media: {},
  },
  frontends: {
    shop: { repository: "example/shop" },
    account: { repository: "example/account" },
  },
} satisfies LayerSettings["edge"];

/** What runs before the cache. Catalogue: edge.workers. */
const functions = {
  redirects: { "/home": "/pages/home", "/help": "/pages/support" },
  experiments: { checkout: { share: 15 } },
  personalise: { by: ["country", "device"], languages: ["en", "de", "hi"] },
  tokens: { for: ["media"] },
} satisfies NonNullable<LayerSettings["edge"]>["functions"];

/** Names, firewall, bots and delivery of the reference. Catalogue: edge.waf, edge.bots, edge.ddos. */
export const edge = {
  domain: "reference.example",
  dns: { dnssec: true, queryLogs: true },
  tls: { fips: false },
  contentSecurity: { connections: ["https://login.reference.example"] },
  ...delivery,
  functions,
  monitoring: { hitRate: 95, edgeLatency: 5 },
} satisfies LayerSettings["edge"];

/** Only those who build it reach what is not prod; the office resolves its names. */
const countries = { allow: ["DE", "IE", "IN", "US"] };
export const insidersOnly = {
  waf: { countries },
  dns: { routing: { policy: "weighted", weights: { "us-east-1": 100 } }, resolver: true },
} satisfies LayerSettings["edge"];

/** Everything that the firewall can do, where it is tried before prod has it. Catalogue: edge.waf, edge.bots. */
export const everyRule = {
  waf: {
    countries,
    paranoia: 3,
    atGateway: true,
    // Hosters: nobody browses from there, and partners have keys.
    networks: { "14061": 100_000, "16276": 100_000, "24940": 100_000 },
    refusedAddresses: true,
    groups: ["linux", "posix"],
    rules: ["sql", "injection", "xss", "traversal", "internal-addresses"],
    csrf: { cookie: "session" },
    exceptions: [
      {
        path: "/api/v2/search",
        group: "anonymous",
        until: "2027-06-30",
        reason: "partners call search from machines of hosters until each has told its addresses",
      },
    ],
  },
  bots: {
    inspection: "learning",
    actions: { scrapers: "honeypot", clickFraud: "throttle", scalpers: "escalate", credentialStuffing: "block" },
    login: { path: "/api/v2/login", username: "/username", password: "/password" },
    signUp: {
      path: "/api/v2/accounts",
      page: "/pages/sign-up",
      username: "/username",
      password: "/password",
      email: "/email",
    },
    checkout: { path: "/api/v2/payments", attempts: 100 },
    fingerprints: {
      // A flooding tool that was seen often, and what it says of itself in the newer form.
      ja3: ["e7d705a3286e19ea42f587b344ee6865"],
      ja4: ["t13d1516h2_8daaf6152771_02713d6af862"],
    },
    challengedNetworks: [14061, 16276, 24940],
  },
} satisfies LayerSettings["edge"];

/**
 * Shield Advanced is paid for where money is lost without it. Europeans are served in Europe as long as a region there can;
 * machines of partners get certificates that can be revoked.
 */
export const prodEdge = {
  dns: { routing: { policy: "geolocation", continents: { EU: ["eu-west-1", "eu-central-1"] } } },
  tls: { authority: "general" },
  ddos: {
    shieldAdvanced: {
      contacts: [{ email: "platform@reference.example", phone: "+15555550100", notes: "on call, day and night" }],
    },
  },
} satisfies LayerSettings["edge"];
