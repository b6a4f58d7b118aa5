import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Route53Zone } from "@cdktn/provider-aws/lib/route53-zone/index.js";
import { Fn, TerraformOutput } from "cdktn";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { QueryLogs } from "./query-logs.ts";
import { SignedZone } from "./signed-zone.ts";

/** Seconds for which resolvers keep what rarely changes. Catalogue: edge.dns.ttl-range. */
const TTL = 300;

/**
 * The zone of a product's domain in an environment: prod has the domain itself and delegates to the zones of the others,
 * which are subdomains in accounts of their own. A zone's name servers are an output: those of prod go to the registrar,
 * those of the others into `layers.edge.delegations`, once.
 */
export class Zone extends Construct {
  readonly zone: Route53Zone;

  constructor(stack: Stack, id: string, { place, domain }: { readonly place: Place; readonly domain: string }) {
    super(stack, id);
    this.zone = new Route53Zone(this, "Resource", {
      name: domain,
      comment: `${place.deployment.name} in ${place.deployment.environment}`,
      forceDestroy: false,
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    const { dnssec = false, queryLogs = false, signers = {} } = place.blueprint.layers.edge.dns ?? {};
    if (dnssec) new SignedZone(stack, "signing", { place, domain, zone: this.zone });
    else
      waives(this.zone, {
        check: "CKV2_AWS_38",
        reason: "signing protects once the registrar has the key's digest, which the domain's owner enters by hand",
      });
    if (queryLogs) new QueryLogs(stack, "queries", { place, domain, zone: this.zone });
    // Only these two may issue certificates: the CDN's and the gateway's.
    new Route53Record(this, "authorities", {
      zoneId: this.zone.zoneId,
      name: domain,
      type: "CAA",
      ttl: TTL,
      records: [
        '0 issue "amazon.com"',
        '0 issue "letsencrypt.org"',
        '0 issuewild "amazon.com"',
        '0 issuewild "letsencrypt.org"',
      ],
    });
    if (place.deployment.tier === "prod") {
      for (const [environment, digest] of Object.entries(signers)) {
        new Route53Record(this, `signer-${environment}`, {
          zoneId: this.zone.zoneId,
          name: `${environment}.${domain}`,
          type: "DS",
          ttl: TTL,
          records: [digest],
        });
      }
      for (const [environment, servers] of Object.entries(place.blueprint.layers.edge.delegations ?? {})) {
        new Route53Record(this, `delegation-${environment}`, {
          zoneId: this.zone.zoneId,
          name: `${environment}.${domain}`,
          type: "NS",
          ttl: TTL,
          records: [...servers],
        });
      }
    }
    const servers = new TerraformOutput(this, "name-servers", {
      description: `Name servers to which ${domain} is to be delegated`,
      value: Fn.join(" ", this.zone.nameServers),
    });
    servers.overrideLogicalId("name_servers");
  }
}
