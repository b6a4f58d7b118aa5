import { z } from "zod";
import { ADDITIONAL_GROUPS, EXCEPTED_GROUPS } from "../waf-groups.ts";

const country = z.string().regex(/^[A-Z]{2}$/, { error: "a country is two capital letters, as ISO 3166 has them" });
/** Number of an autonomous system: a network with an owner of its own. */
const networkNumber = z.string().regex(/^\d{1,10}$/, { error: "a network is the number of its autonomous system" });
const path = z.string().regex(/^\/[\w.~/-]*$/, { error: "a path begins with a slash" });

/** A path that a managed group leaves alone, until somebody has mended it. */
const exception = z.strictObject({
  /** Beginning of the paths. */
  path,
  group: z.enum(EXCEPTED_GROUPS),
  /**
   * Day on which it should be gone, such as `2027-01-31`. Synthesis asks no clock: the day is a tag of the firewall, and the
   * blueprint's owner looks for tags whose day has come.
   */
  until: z.iso.date(),
  /** Why, in words that a tag may have. */
  reason: z.string().regex(/^[\w .:/=+@-]{1,200}$/, { error: "a reason has letters, digits and . : / = + @ _ - only" }),
});

/** The web application firewall in front of the distribution: $5 a month, $1 a rule, $0.60 a million requests. */
export const wafSettings = z.strictObject({
  /** `monitor` counts what it would have stopped and lets it through. @default "block" */
  mode: z.enum(["block", "monitor"]).optional(),
  /**
   * How much is suspected, from 1 to 4, as OWASP's core rules have it. 1 only counts limits on sizes; up to 2 addresses of
   * hosters and requests without a user agent are only counted, since programs of customers send them, and so are bodies of more
   * than 8 KB; from 3 all groups are as AWS ships them and rules of our own against SQL are at their most sensitive; at 4 those rules read headers and cookies too. @default 2
   */
  paranoia: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
  /**
   * Inspects again in the gateways of the blueprint's platform, for all products on it, with OWASP's own core rules in Coraza
   * at the same level. Nothing to pay but CPU: some milliseconds a request. @default false
   */
  atGateway: z.boolean().optional(),
  /** Requests per five minutes and address. @default what the routes allow one caller, 2000 at least */
  requestsPerAddress: z.int().min(10).max(2_000_000_000).optional(),
  /**
   * Requests per five minutes that all addresses of a network may send together, by the number of its autonomous system:
   * for those of hosters, where nobody browses. $1 a month each. @default none
   */
  networks: z.record(networkNumber, z.int().min(10).max(2_000_000_000)).optional(),
  /** The only countries that are let in, or those that are not. @default all are let in */
  countries: z
    .union([z.strictObject({ allow: z.array(country).min(1) }), z.strictObject({ block: z.array(country).min(1) })])
    .optional(),
  /**
   * Two sets of addresses to refuse, one of each version of IP, that are filled outside of Terraform: by a feed, or by hand
   * while an attack lasts. @default false
   */
  refusedAddresses: z.boolean().optional(),
  /** Managed groups besides reputation, anonymizers, common attacks, known bad inputs and SQL. $1 a month each. @default none */
  groups: z.array(z.enum(ADDITIONAL_GROUPS)).optional(),
  /**
   * Rules of our own behind the managed groups. $1 a month each, and $0.20 a million requests for each 500 units of capacity
   * above the 1500 that the price includes. @default none
   */
  rules: z.array(z.enum(["sql", "injection", "xss", "traversal", "internal-addresses"])).optional(),
  /** Writes with a session cookie need a token in a header. @default not asked for */
  csrf: z
    .strictObject({
      /** Name of the session cookie. */
      cookie: z.string().regex(/^[\w-]+$/),
      /** @default "x-csrf-token" */
      header: z
        .string()
        .regex(/^[a-z0-9-]+$/)
        .optional(),
    })
    .optional(),
  /** Paths that a managed group leaves alone. @default none */
  exceptions: z.array(exception).optional(),
});

/** What happens to a request: `escalate` asks the browser to prove itself and then a person, `honeypot` answers 200 with nothing. */
export const botAction = z.enum(["count", "challenge", "captcha", "escalate", "throttle", "honeypot", "block"]);
export type BotAction = z.infer<typeof botAction>;

/** A form as JSON that the firewall reads: its path, and where its fields are, as JSON pointers such as `/password`. */
const pointer = z.string().regex(/^(?:\/[\w-]+)+$/, { error: "a field is a JSON pointer, such as /password" });

/**
 * Recognition of bots behind the managed groups: $10 a month and $1 a million requests; with `targeted` $10 a million. Bots
 * that AWS has verified, such as search engines, are let through.
 */
export const botSettings = z.strictObject({
  /** `common` knows bots that say what they are; `targeted` also fingerprints browsers; `learning` also learns from traffic. */
  inspection: z.enum(["common", "targeted", "learning"]),
  /** What happens to what kind of bot. @default what AWS's group does itself */
  actions: z
    .strictObject({
      /** Frameworks and libraries that fetch pages. */
      scrapers: botAction.optional(),
      /** Browsers that nobody sits at. */
      clickFraud: botAction.optional(),
      /** Sessions that ask far more than people do, or many that act as one; only with `targeted`. */
      scalpers: botAction.optional(),
      /** Logins with stolen credentials; only with `login`. */
      credentialStuffing: botAction.optional(),
    })
    .optional(),
  /** Fraud control of logins: $10 a month and $1 a thousand attempts. @default none */
  login: z.strictObject({ path, username: pointer, password: pointer }).optional(),
  /** Fraud control of new accounts: $10 a month and $1 a thousand attempts. @default none */
  signUp: z
    .strictObject({
      path,
      /** Path of the page that has the form. */
      page: path,
      username: pointer,
      password: pointer,
      email: pointer,
    })
    .optional(),
  /** Where cards are tried out: attempts of one address in five minutes. @default none */
  checkout: z.strictObject({ path, attempts: z.int().min(10) }).optional(),
  /** Fingerprints of TLS clients to refuse. @default none */
  fingerprints: z
    .strictObject({
      ja3: z.array(z.string().regex(/^[0-9a-f]{32}$/)).optional(),
      ja4: z.array(z.string().regex(/^[a-z0-9]{10}_[0-9a-f]{12}_[0-9a-f]{12}$/)).optional(),
    })
    .optional(),
  /** Networks of hosters, by number, whose requests have to prove that a browser sends them. @default none */
  challengedNetworks: z.array(z.int().min(0).max(4_294_967_295)).min(1).max(100).optional(),
});

const contact = z.strictObject({
  email: z.email(),
  /** As `+15555550100`. */
  phone: z.string().regex(/^\+[1-9]\d{1,14}$/),
  notes: z.string().max(1024).optional(),
});

/** Protection from floods beyond what every account has for nothing. */
export const ddosSettings = z.strictObject({
  /**
   * AWS's rules that learn how traffic usually is and challenge or stop what floods: $20 a month and $0.15 a million requests,
   * or included in Shield Advanced. Needs version 6.2 of the provider. @default none
   */
  ruleGroup: z
    .strictObject({
      /** How sure it must be to block. */
      sensitivity: z.enum(["low", "medium", "high"]),
      /** Whether browsers are challenged while a flood lasts. */
      challenge: z.boolean(),
    })
    .optional(),
  /**
   * Shield Advanced: $3,000 a month for the payer of all accounts, for a year at least, and $0.025 to $0.05 a gigabyte. The
   * account has the subscription; this product's distribution and zone are protected with it. For prod only. @default none
   */
  shieldAdvanced: z
    .strictObject({
      /** Whom the response team calls; needs AWS's business or enterprise support. */
      contacts: z.array(contact).min(1).max(10),
    })
    .optional(),
});

/** What pages may load and run: a header of every response. @default none */
export const contentSecuritySettings = z.strictObject({
  /** Hosts or `sha256-...` of inline scripts, besides the product's own. @default none */
  scripts: z.array(z.string()).optional(),
  /** Hosts or `sha256-...` of inline styles, besides the product's own. @default none */
  styles: z.array(z.string()).optional(),
  /** Hosts that scripts may call, besides the product's own and what its telemetry, sign-in, crash reports and uploads need. @default none */
  connections: z.array(z.string()).optional(),
});
