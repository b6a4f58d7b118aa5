import { z } from "zod";
import { botSettings, contentSecuritySettings, ddosSettings, wafSettings } from "./firewall.ts";

/** Names, certificates, firewall and content delivery. Every setting has a default. */
export const edgeSettings = z.strictObject({
  /** Zone of the product; each environment gets a subdomain, prod the zone itself. @default no edge: reachable inside the network only */
  domain: z.hostname().optional(),
  /**
   * Name servers of other environments' zones, by environment: prod's zone delegates to them. They are an output of the
   * other environment's edge stack, which is in another account, and never change. @default none: not delegated yet
   */
  delegations: z.record(z.string(), z.array(z.hostname()).min(2)).optional(),
  /** Web application firewall. @default the managed groups, and a limit on requests of one address */
  waf: wafSettings.optional(),
  /** Recognition of bots. @default none */
  bots: botSettings.optional(),
  /** Protection from floods. @default what every account has: Shield Standard */
  ddos: ddosSettings.optional(),
  /** What pages may load and run. @default pages say it themselves */
  contentSecurity: contentSecuritySettings.optional(),
  /** Serves a bucket of static assets below /static. @default false */
  staticAssets: z.boolean().optional(),
  /** @default by tier */
  priceClass: z.enum(["PriceClass_100", "PriceClass_200", "PriceClass_All"]).optional(),
});
