import { z } from "zod";
import { contentSettings, frontendSettings } from "./edge-contents.ts";
import { functionSettings } from "./edge-functions.ts";
import { monitoringSettings, tlsSettings } from "./edge-guards.ts";
import { dnsSettings } from "./edge-names.ts";
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
  /** Zone and routing of its names. @default latency, neither signed nor logged */
  dns: dnsSettings.optional(),
  /** Versions of TLS, and certificates. @default TLS 1.2 and newer */
  tls: tlsSettings.optional(),
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
  /** Kinds of content that are kept longer or shorter than others. @default static assets up to a day, routes as they say */
  contents: contentSettings.optional(),
  /** Frontends that are released apart. @default none */
  frontends: frontendSettings.optional(),
  /** Code that runs at the edge. @default none */
  functions: functionSettings.optional(),
  /**
   * A cache in front of each origin that has one place, in which equal requests of all edge locations wait for one answer: the
   * bucket, and the gateway where one region serves. $0.75 to $0.90 a million requests that reach it. @default false
   */
  originShield: z.boolean().optional(),
  /** Alarms on what is served, and on certificates. @default none */
  monitoring: monitoringSettings.optional(),
  /** @default by tier */
  priceClass: z.enum(["PriceClass_100", "PriceClass_200", "PriceClass_All"]).optional(),
});
