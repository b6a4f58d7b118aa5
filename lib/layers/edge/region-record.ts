import { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { originHost, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { loadBalancerOf } from "../ingress/contract.ts";

/** `origin.<region>.<domain>`: the load balancer of the platform in this region, under a name that the CDN can be told before there is one. */
export class RegionRecord extends Construct {
  constructor(stack: Stack, id: string, { place, domain }: { readonly place: Place; readonly domain: string }) {
    super(stack, id);
    const { dnsName, zoneId } = read(stack, loadBalancerOf(place));
    // By name: the zone's id is published where the partition's global stacks are.
    const zone = new DataAwsRoute53Zone(this, "zone", { name: domain, privateZone: false });
    const record = new Route53Record(this, "Resource", {
      zoneId: zone.zoneId,
      name: originHost(place) ?? "",
      type: "A",
      alias: { name: dnsName, zoneId, evaluateTargetHealth: true },
    });
    waives(record, {
      check: "CKV2_AWS_23",
      reason: "it leads to the platform's load balancer, which another stack has made",
    });
  }
}
