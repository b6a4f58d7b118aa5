import { fork } from "../../lib/index.ts";
import shortener from "../url-shortener/blueprint.ts";

/** Links for campaigns: the shortener under another domain, larger at the start of a campaign, with vouchers. */
export default fork(shortener, {
  name: "promo-links",
  add: {
    services: {
      vouchers: {
        image: "links/vouchers",
        uses: { links: "read", exports: "produce" },
        routes: [{ path: "/api/vouchers/{code}", auth: "jwt", rateLimit: "100/min" }],
      },
    },
  },
  change: {
    services: { redirect: { scaling: { max: 120 }, slo: { latency: { p99: "80ms" } } } },
    layers: {
      edge: { domain: "promo.example", delegations: null },
      ingress: {
        jwt: { issuer: "https://login.promo.example", audiences: ["promo"] },
        cors: { origins: ["https://promo.example"] },
      },
    },
    environments: { prod: { regions: { "eu-west-1": { role: "standby" } } } },
  },
});
