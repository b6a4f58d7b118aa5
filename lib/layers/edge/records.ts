import { Route53HealthCheck } from "@cdktn/provider-aws/lib/route53-health-check/index.js";
import { Route53Record, type Route53RecordConfig } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { nameOf, originHost, type Place } from "../../model/place.ts";
import { InvalidInput } from "../../model/problem.ts";
import type { Region } from "../../model/regions.ts";
import type { Routing } from "../../model/settings/edge-names.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { HEALTH_PATH } from "../ingress/contract.ts";

/** Time to live of routed records in seconds. Catalogue: edge.dns.failover. */
const TTL = 30;

interface OriginProps {
  readonly place: Place;
  readonly domain: string;
  readonly zoneId: string;
}

/** A region that answers, and whether it is well. */
interface Watched {
  readonly region: Region;
  readonly check: Route53HealthCheck;
}

/** How one of several records of a name is chosen. */
type Choice = Pick<
  Route53RecordConfig,
  "latencyRoutingPolicy" | "weightedRoutingPolicy" | "geolocationRoutingPolicy" | "failoverRoutingPolicy"
>;

/**
 * `origin.<domain>`: a region that is healthy, chosen as the blueprint says. Standby regions answer only when no serving
 * region does.
 */
export class OriginRecords extends Construct {
  /** Whether each serving region is well. */
  readonly checks: readonly Route53HealthCheck[];
  private readonly props: OriginProps;
  private readonly watched: readonly Watched[];

  constructor(stack: Stack, id: string, props: OriginProps) {
    super(stack, id);
    this.props = props;
    const { place, domain } = props;
    const routing: Routing = place.blueprint.layers.edge.dns?.routing ?? { policy: "latency" };
    refuseUnknown(place, routing);
    this.watched = regionsOf(place, true).map((region) => ({ region, check: this.check(region) }));
    this.checks = this.watched.map(({ check }) => check);
    const top = `origin.${domain}`;
    if (routing.policy === "geolocation") this.byContinent(top, routing.continents);
    else if (routing.policy === "failover") this.oneFirst(top, routing.active);
    else this.everywhere(top, routing);
  }

  /** All serving regions, and one that stands by when none of them is well. */
  private everywhere(name: string, routing: Routing): void {
    const [standby] = regionsOf(this.props.place, false);
    const group = standby === undefined ? name : `serving.${this.props.domain}`;
    if (routing.policy === "weighted") this.weighted(group, routing.weights);
    else this.fastest(group, this.watched);
    if (standby === undefined) return;
    this.pair("", name, "serving", group, this.anyOf("serving", this.watched), "standby", this.hostOf(standby));
  }

  /** The region that answers a caller fastest. @param prefix of ids, for regions that stand in several names */
  private fastest(name: string, among: readonly Watched[], prefix = ""): void {
    const records = among.map(({ region, check }) =>
      this.record(`${prefix}${region.code}`, name, this.hostOf(region), region.code, check, {
        latencyRoutingPolicy: { region: region.code },
      }),
    );
    encodes("edge.dns.latency", ...records);
    encodes("ingress.lb-algorithms.latency", ...records);
    encodes("edge.dns.health", ...records);
    if (among === this.watched) encodes("foundation.regions.active-active", ...records);
  }

  private weighted(name: string, weights: Readonly<Record<string, number>>): void {
    const records = this.watched.map(({ region, check }) =>
      this.record(region.code, name, this.hostOf(region), region.code, check, {
        weightedRoutingPolicy: { weight: weights[region.code] ?? 0 },
      }),
    );
    encodes("edge.dns.weighted", ...records);
    encodes("edge.dns.health", ...records);
  }

  /** A continent's own regions while one of them is well, then all; all for every other place. */
  private byContinent(top: string, continents: Readonly<Partial<Record<string, readonly string[]>>>): void {
    const everywhere = `any.serving.${this.props.domain}`;
    this.everywhere(everywhere, { policy: "latency" });
    const records = Object.entries(continents).map(([continent, codes = []]) => {
      const label = continent.toLowerCase();
      const own = this.watched.filter(({ region }) => codes.includes(region.code));
      const regions = `regions.${label}.serving.${this.props.domain}`;
      this.fastest(regions, own, `${label}-`);
      const name = `${label}.serving.${this.props.domain}`;
      this.pair(`${label}-`, name, "own", regions, this.anyOf(label, own), "everywhere", everywhere);
      return this.record(`from-${label}`, top, name, label, undefined, { geolocationRoutingPolicy: { continent } });
    });
    const rest = this.record("from-elsewhere", top, everywhere, "elsewhere", undefined, {
      geolocationRoutingPolicy: { country: "*" },
    });
    encodes("edge.dns.geolocation", ...records, rest);
  }

  /** One region while it is well, the fastest of the others then; those that stand by are among them. */
  private oneFirst(top: string, active: string): void {
    const first = this.watched.find(({ region }) => region.code === active);
    if (first === undefined) return;
    const others = `others.serving.${this.props.domain}`;
    const rest = [
      ...this.watched.filter((one) => one !== first),
      ...regionsOf(this.props.place, false).map((region) => ({ region, check: this.check(region) })),
    ];
    this.fastest(others, rest);
    this.pair("", top, active, this.hostOf(first.region), first.check, "others", others);
  }

  /** A name with a place that answers while it is well, and another one for when it is not. */
  private pair(
    prefix: string,
    name: string,
    first: string,
    firstTarget: string,
    check: Route53HealthCheck,
    second: string,
    secondTarget: string,
  ): void {
    const records = [
      this.record(`${prefix}primary`, name, firstTarget, first, check, { failoverRoutingPolicy: { type: "PRIMARY" } }),
      this.record(`${prefix}secondary`, name, secondTarget, second, undefined, {
        failoverRoutingPolicy: { type: "SECONDARY" },
      }),
    ];
    encodes("edge.dns.failover", ...records);
  }

  private record(
    id: string,
    name: string,
    target: string,
    setIdentifier: string,
    check: Route53HealthCheck | undefined,
    choice: Choice,
  ): Route53Record {
    return new Route53Record(this, id, {
      zoneId: this.props.zoneId,
      name,
      type: "CNAME",
      ttl: TTL,
      records: [target],
      setIdentifier,
      ...choice,
      ...(check === undefined ? {} : { healthCheckId: check.id }),
    });
  }

  private hostOf(region: Region): string {
    return originHost(this.props.place, region) ?? "";
  }

  private check(region: Region): Route53HealthCheck {
    const { place } = this.props;
    return new Route53HealthCheck(this, `${region.code}-health`, {
      type: "HTTPS",
      fqdn: this.hostOf(region),
      port: 443,
      // The gateway answers for its own health; a service that is down is the mesh's affair, not a reason to leave the region.
      resourcePath: HEALTH_PATH,
      enableSni: true,
      requestInterval: place.deployment.tier === "prod" ? 10 : 30,
      failureThreshold: 3,
      measureLatency: true,
      tags: { Name: nameOf(place, "aws_route53_health_check", region.code) },
    });
  }

  /** Well while one of some regions is. */
  private anyOf(name: string, among: readonly Watched[]): Route53HealthCheck {
    return new Route53HealthCheck(this, `${name}-health`, {
      type: "CALCULATED",
      childHealthThreshold: 1,
      childHealthchecks: among.map(({ check }) => check.id),
      tags: { Name: nameOf(this.props.place, "aws_route53_health_check", name) },
    });
  }
}

/** Regions that serve, or that stand by, in the order in which they are declared. */
const regionsOf = (place: Place, serving: boolean): readonly Region[] =>
  place.deployment.regions.filter(({ role }) => (role !== "standby") === serving).map(({ region }) => region);

/** @throws InvalidInput when routing names a region that does not serve, or leaves none */
function refuseUnknown(place: Place, routing: Routing): void {
  const serving: readonly string[] = regionsOf(place, true).map(({ code }) => code);
  const refuse = (message: string, given: string, fix: string): never => {
    throw new InvalidInput([
      {
        code: "unknown-routing",
        path: `${place.deployment.name}.layers.edge.dns.routing`,
        environment: place.deployment.environment,
        layer: "edge",
        message,
        given,
        allowed: serving,
        fix,
      },
    ]);
  };
  const named = namedBy(routing);
  const unknown = named.find((code) => !serving.includes(code));
  if (unknown !== undefined)
    refuse("no region of the environment serves under this code", unknown, "name a region that serves, or add it");
  if (routing.policy === "weighted" && Object.values(routing.weights).every((weight) => weight === 0))
    refuse("no region has any weight", JSON.stringify(routing.weights), "give one of them a weight above 0");
  if (routing.policy === "failover" && place.deployment.regions.length < 2)
    refuse("there is no region to fail over to", routing.active, "add a region, or leave the routing out");
}

function namedBy(routing: Routing): readonly string[] {
  switch (routing.policy) {
    case "weighted":
      return Object.keys(routing.weights);
    case "geolocation":
      return Object.values(routing.continents).flatMap((codes) => codes ?? []);
    case "failover":
      return [routing.active];
    default:
      return [];
  }
}
