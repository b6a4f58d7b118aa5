import { type AccountPlace, domainOf, type Place } from "../../model/place.ts";
import { publish } from "../common/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { loadBalancerOf } from "../ingress/contract.ts";
import { Cdn } from "./cdn.ts";
import { Certificate } from "./certificate.ts";
import { zoneOf } from "./contract.ts";
import { Firewall } from "./firewall.ts";
import { GatewayFirewall } from "./gateway-firewall.ts";
import { OriginRecords } from "./records.ts";
import { RegionRecord } from "./region-record.ts";
import { AccountShield, Shield, subscribes } from "./shield.ts";
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
  applications: (place) =>
    place.deployment.platform.owned && place.blueprint.layers.edge.waf.atGateway ? [gatewayFirewall(place)] : [],
  accountStacks: (place) => (place.global && subscribes(place) ? [shield(place)] : []),
};

function global(place: Place, domain: string): StackPlan {
  return {
    reads: [],
    publishes: [zoneOf(place)],
    build: (stack) => {
      const { zone } = new Zone(stack, "zone", { place, domain });
      const { zoneId } = zone;
      publish(stack, zoneOf(place), { zoneId });
      const { checks } = new OriginRecords(stack, "origin", { place, domain, zoneId });
      const certificate = new Certificate(stack, "certificate", { domain, zoneId });
      const firewall = new Firewall(stack, "firewall", place);
      const assets = place.blueprint.layers.edge.staticAssets
        ? { assets: new StaticAssets(stack, "static-assets", place) }
        : {};
      const { distribution } = new Cdn(stack, "cdn", {
        stack,
        place,
        domain,
        zoneId,
        certificate,
        firewall,
        ...assets,
      });
      if (place.blueprint.layers.edge.ddos?.shieldAdvanced !== undefined)
        new Shield(stack, "shield", { place, distribution, zone, checks });
    },
  };
}

function gatewayFirewall(place: Place): ApplicationPlan {
  return {
    name: "gateway-firewall",
    clusterWide: true,
    wave: WAVES.platform,
    build: (application) => {
      new GatewayFirewall(application, "firewall", place);
    },
  };
}

/** The subscription, which all products of an account share. */
function shield(place: AccountPlace): StackPlan {
  return {
    slice: "shield",
    reads: [],
    publishes: [],
    build: (stack) => {
      new AccountShield(stack, "shield", place);
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
