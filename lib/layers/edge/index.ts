import { domainOf, type Place } from "../../model/place.ts";
import { publish } from "../common/contract.ts";
import type { Layer, StackPlan } from "../common/layer.ts";
import { loadBalancerOf } from "../ingress/contract.ts";
import { Cdn } from "./cdn.ts";
import { Certificate } from "./certificate.ts";
import { zoneOf } from "./contract.ts";
import { Firewall } from "./firewall.ts";
import { OriginRecords } from "./records.ts";
import { RegionRecord } from "./region-record.ts";
import { StaticAssets } from "./static-assets.ts";
import { Zone } from "./zone.ts";

/** What stands between people and the gateways: names, certificates, firewall, content delivery. */
export const edge: Layer = {
  id: "edge",
  stacks: (place) => {
    const domain = domainOf(place);
    if (domain === undefined) return [];
    return [place.global ? global(place, domain) : regional(place, domain)];
  },
};

function global(place: Place, domain: string): StackPlan {
  return {
    reads: [],
    publishes: [zoneOf(place)],
    build: (stack) => {
      const { zoneId } = new Zone(stack, "zone", { place, domain }).zone;
      publish(stack, zoneOf(place), { zoneId });
      new OriginRecords(stack, "origin", { place, domain, zoneId });
      const certificate = new Certificate(stack, "certificate", { domain, zoneId });
      const firewall = new Firewall(stack, "firewall", place);
      const assets = place.blueprint.layers.edge.staticAssets
        ? { assets: new StaticAssets(stack, "static-assets", place) }
        : {};
      new Cdn(stack, "cdn", { stack, place, domain, zoneId, certificate, firewall, ...assets });
    },
  };
}

function regional(place: Place, domain: string): StackPlan {
  return {
    reads: [loadBalancerOf(place)],
    publishes: [],
    follows: [zoneOf(place)],
    build: (stack) => {
      new RegionRecord(stack, "origin", { place, domain });
    },
  };
}
