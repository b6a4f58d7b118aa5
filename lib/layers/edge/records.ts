import { Route53HealthCheck } from "@cdktn/provider-aws/lib/route53-health-check/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { nameOf, originHost, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { HEALTH_PATH } from "../ingress/contract.ts";

/** Time to live of routed records in seconds. Catalogue: edge.dns.failover. */
const TTL = 30;

/**
 * `origin.<domain>`: the region that answers a caller fastest, among those that are healthy. Standby regions answer only
 * when no serving region does.
 */
export class OriginRecords extends Construct {
  /** Whether each serving region is well. */
  readonly checks: readonly Route53HealthCheck[];

  constructor(
    stack: Stack,
    id: string,
    { place, domain, zoneId }: { readonly place: Place; readonly domain: string; readonly zoneId: string },
  ) {
    super(stack, id);
    const serving = place.deployment.regions.filter(({ role }) => role !== "standby");
    const standby = place.deployment.regions.filter(({ role }) => role === "standby");
    const group = standby.length === 0 ? `origin.${domain}` : `serving.${domain}`;
    const watched = serving.map(({ region }) => ({
      region,
      check: this.check(place, region.code, originHost(place, region) ?? ""),
    }));
    this.checks = watched.map(({ check }) => check);
    const records = watched.map(({ region, check }) => {
      return new Route53Record(this, region.code, {
        zoneId,
        name: group,
        type: "CNAME",
        ttl: TTL,
        records: [originHost(place, region) ?? ""],
        setIdentifier: region.code,
        latencyRoutingPolicy: { region: region.code },
        healthCheckId: check.id,
      });
    });
    encodes("edge.dns.latency", ...records);
    encodes("ingress.lb-algorithms.latency", ...records);
    encodes("edge.dns.health", ...records);
    if (standby.length > 0)
      this.failover(
        place,
        domain,
        zoneId,
        group,
        standby.map(({ region }) => region.code),
      );
  }

  private check(place: Place, code: string, fqdn: string): Route53HealthCheck {
    return new Route53HealthCheck(this, `${code}-health`, {
      type: "HTTPS",
      fqdn,
      port: 443,
      // The gateway answers for its own health; a service that is down is the mesh's affair, not a reason to leave the region.
      resourcePath: HEALTH_PATH,
      enableSni: true,
      requestInterval: place.deployment.tier === "prod" ? 10 : 30,
      failureThreshold: 3,
      measureLatency: true,
      tags: { Name: nameOf(place, "aws_route53_health_check", code) },
    });
  }

  private failover(place: Place, domain: string, zoneId: string, group: string, codes: readonly string[]): void {
    const [first] = codes;
    const region = place.deployment.regions.find((one) => one.region.code === first)?.region;
    if (region === undefined) return;
    const serving = new Route53HealthCheck(this, "serving-health", {
      type: "CALCULATED",
      childHealthThreshold: 1,
      childHealthchecks: this.node.children.flatMap((child) => (child instanceof Route53HealthCheck ? [child.id] : [])),
      tags: { Name: nameOf(place, "aws_route53_health_check", "serving") },
    });
    new Route53Record(this, "primary", {
      zoneId,
      name: `origin.${domain}`,
      type: "CNAME",
      ttl: TTL,
      records: [group],
      setIdentifier: "serving",
      failoverRoutingPolicy: { type: "PRIMARY" },
      healthCheckId: serving.id,
    });
    new Route53Record(this, "secondary", {
      zoneId,
      name: `origin.${domain}`,
      type: "CNAME",
      ttl: TTL,
      records: [originHost(place, region) ?? ""],
      setIdentifier: "standby",
      failoverRoutingPolicy: { type: "SECONDARY" },
    });
  }
}
