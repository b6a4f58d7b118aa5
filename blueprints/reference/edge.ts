import type { LayerSettings } from "../../lib/index.ts";

/** Names, firewall, bots and delivery of the reference. Catalogue: edge.waf, edge.bots, edge.ddos. */
export const edge = {
  domain: "reference.example",
  staticAssets: true,
  contentSecurity: { connections: ["https://login.reference.example"] },
} satisfies LayerSettings["edge"];

/** Only those who build it reach what is not prod. */
const countries = { allow: ["DE", "IE", "IN", "US"] };
export const insidersOnly = { waf: { countries } } satisfies LayerSettings["edge"];

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
      page: "/static/sign-up",
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

/** Shield Advanced is paid for where money is lost without it. */
export const prodEdge = {
  ddos: {
    shieldAdvanced: {
      contacts: [{ email: "platform@reference.example", phone: "+15555550100", notes: "on call, day and night" }],
    },
  },
} satisfies LayerSettings["edge"];
