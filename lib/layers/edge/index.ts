import { type AccountPlace, domainOf, type Place } from "../../model/place.ts";
import { publish } from "../common/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { networkOf } from "../foundation/contract.ts";
import { loadBalancerOf } from "../ingress/contract.ts";
import { Cdn } from "./cdn.ts";
import { Certificate } from "./certificate.ts";
import { CertificateAlerts } from "./certificate-alerts.ts";
import { zoneOf } from "./contract.ts";
import { DeliveryAlarms } from "./delivery-alarms.ts";
import { Firewall } from "./firewall.ts";
import { Frontends } from "./frontends.ts";
import { GatewayFirewall } from "./gateway-firewall.ts";
import { GatewayTls } from "./gateway-tls.ts";
import { PrivateAuthority } from "./private-authority.ts";
import { OriginRecords } from "./records.ts";
import { RegionRecord } from "./region-record.ts";
import { Resolver } from "./resolver.ts";
import { AccountShield, Shield, subscribes } from "./shield.ts";
import { StaticAssets } from "./static-assets.ts";
import { Zone } from "./zone.ts";

/** What stands between people and the gateways: names, certificates, firewall, content delivery. */
export const edge: Layer = {
  id: "edge",
  stacks: (place) => {
    const domain = domainOf(place);
    if (domain === undefined) return [];
    if (place.global) return [global(place, domain)];
    const { resolver = false } = place.blueprint.layers.edge.dns ?? {};
    return [regional(place, domain), ...(resolver && place.deployment.platform.owned ? [names(place)] : [])];
  },
  applications: (place) => {
    const { waf, tls, monitoring } = place.blueprint.layers.edge;
    if (!place.deployment.platform.owned) return [];
    return [
      ...(waf.atGateway ? [gatewayFirewall(place)] : []),
      ...(tls?.fips !== undefined ? [gatewayTls(place)] : []),
      ...(monitoring === undefined ? [] : [certificateAlerts(place)]),
    ];
  },
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
      const { staticAssets, frontends, tls, monitoring, ddos } = place.blueprint.layers.edge;
      const assets = staticAssets ? new StaticAssets(stack, "static-assets", place) : undefined;
      const { distribution } = new Cdn(stack, "cdn", {
        stack,
        place,
        domain,
        zoneId,
        certificate,
        firewall,
        ...(assets === undefined ? {} : { assets }),
      });
      if (assets !== undefined && frontends !== undefined)
        new Frontends(stack, "frontends", { place, assets, distribution });
      if (tls?.authority !== undefined)
        new PrivateAuthority(stack, "authority", { place, domain, usage: tls.authority });
      if (monitoring !== undefined)
        new DeliveryAlarms(stack, "alarms", { stack, place, distribution, certificate: certificate.certificate });
      if (ddos?.shieldAdvanced !== undefined) new Shield(stack, "shield", { place, distribution, zone, checks });
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

function gatewayTls(place: Place): ApplicationPlan {
  return {
    name: "gateway-tls",
    clusterWide: true,
    wave: WAVES.platform,
    build: (application) => {
      new GatewayTls(application, "tls", place);
    },
  };
}

function certificateAlerts(place: Place): ApplicationPlan {
  return {
    name: "certificate-alerts",
    clusterWide: true,
    wave: WAVES.alerts,
    build: (application) => {
      new CertificateAlerts(application, "alerts", place);
    },
  };
}

/** Where networks outside of AWS resolve the platform's names. */
function names(place: Place): StackPlan {
  return {
    slice: "resolver",
    reads: [networkOf(place)],
    publishes: [],
    build: (stack) => {
      new Resolver(stack, "resolver", place);
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
