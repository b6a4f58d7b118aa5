import { type Deployment, type Deployments, networkKey } from "./deployment.ts";
import type { RegionPlacement } from "./home.ts";
import { physicalName } from "./naming.ts";
import { nameRoot, oncePer } from "./reads.ts";
import { homeRegion, type Region, region as regionOf } from "./regions.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { zonesOf } from "./tiers.ts";
import { resolveVersions, type Versions } from "./versions.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Where something is built, and everything that may decide how: the whole input of a stack or application. One region
 * of a deployment, or its `global` place, which is controlled from the partition's home region.
 */
export interface Place {
  readonly deployment: Deployment;
  /** Region whose provider the stack uses. */
  readonly region: Region;
  readonly global: boolean;
  /** Role of the region; `primary` in the global place. */
  readonly role: RegionPlacement["role"];
  /** The blueprint as it is here. */
  readonly blueprint: ResolvedBlueprint;
  /** The deployment whose platform is used: this one, or the host's. */
  readonly host: Deployment;
  /** The host's blueprint as it is in this region. */
  readonly hostBlueprint: ResolvedBlueprint;
  /** Address range of the platform's network here; of the primary's in the global place. */
  readonly network: string;
  readonly versions: Versions;
  /** Zones that the platform spreads over, such as `us-east-1a`. */
  readonly zones: readonly string[];
  /** Other blueprints that live on this place's platform; filled for platforms only. */
  readonly tenants: readonly Deployment[];
  /** Blueprints that live on the host's platform here: the host's tenants, this one among them where it is no host. */
  readonly neighbours: readonly Deployment[];
}

/** The places of a deployment: the global one and its regions, in the order they are declared. */
export function placesOf(
  deployments: Deployments,
  deployment: Deployment,
): { readonly global: Place; readonly regions: readonly Place[] } {
  const host =
    deployments.all.find(
      ({ name, environment }) =>
        name === deployment.platform.blueprint && environment === deployment.platform.environment,
    ) ?? deployment;
  const tenantsOf = ({ name, environment }: Deployment): readonly Deployment[] =>
    deployments.all.filter(
      ({ platform }) => !platform.owned && platform.blueprint === name && platform.environment === environment,
    );
  const tenants = tenantsOf(deployment);
  const neighbours = tenantsOf(host);
  const { name, environment } = deployment;
  const rootOf = (where: string): string => `place/${name}/${environment}/${where}`;
  // What is resolved stands behind getters: a place is made for every deployment, also for those that nothing reads.
  const at = (placement: RegionPlacement): Place => {
    const { region, role } = placement;
    const hostPlacement = host.regions.find((one) => one.region.code === region.code) ?? host.primary;
    return nameRoot(rootOf(region.code), {
      deployment,
      region,
      global: false,
      role,
      get blueprint() {
        return placement.blueprint;
      },
      host,
      get hostBlueprint() {
        return hostPlacement.blueprint;
      },
      network: deployments.ledger.addresses[networkKey(host.name, host.environment, region.code)] ?? "",
      get versions() {
        return versionsOn(hostPlacement);
      },
      zones: region.zones.slice(0, zonesOf(host.tier)),
      tenants: tenants.filter(isIn(placement)),
      neighbours: neighbours.filter(isIn(placement)),
    });
  };
  const primary = at(deployment.primary);
  const global: Place = nameRoot(rootOf("global"), {
    deployment,
    region: regionOf(homeRegion(deployment.account.partition)),
    global: true,
    role: "primary",
    get blueprint() {
      return deployment.blueprint;
    },
    host,
    get hostBlueprint() {
      return primary.hostBlueprint;
    },
    network: primary.network,
    get versions() {
      return primary.versions;
    },
    zones: primary.zones,
    tenants,
    neighbours,
  });
  return { global, regions: deployment.regions.map(at) };
}

/** What runs on a platform in a region. */
const versionsOn = oncePer((placement: RegionPlacement): Versions => {
  const { kubernetes } = placement.blueprint.layers.foundation;
  return resolveVersions(kubernetes === undefined ? {} : { kubernetes });
});

const isIn =
  (placement: RegionPlacement) =>
  ({ regions }: Deployment): boolean =>
    regions.some(({ region }) => region.code === placement.region.code);

/** An account in one region, or as a whole: what may exist only once there is built at such a place. */
export interface AccountPlace {
  readonly account: Deployment["account"];
  readonly region: Region;
  readonly global: boolean;
  /** Deployments in the account (and in this region, unless global). */
  readonly deployments: readonly Deployment[];
}

/** The places of every account that something is deployed in. */
export function accountPlaces(workspace: Workspace, deployments: Deployments): readonly AccountPlace[] {
  return [...workspace.accounts.values()].flatMap((account): AccountPlace[] => {
    const inside = deployments.all.filter((deployment) => deployment.account.name === account.name);
    if (inside.length === 0) return [];
    const home = homeRegion(account.partition);
    const codes = [...new Set([home, ...inside.flatMap(({ regions }) => regions.map(({ region }) => region.code))])];
    const at = (where: string, place: AccountPlace): AccountPlace =>
      nameRoot(`account-place/${account.name}/${where}`, place);
    return [
      at("global", { account, region: regionOf(home), global: true, deployments: inside }),
      ...codes.map((code) =>
        at(code, {
          account,
          region: regionOf(code),
          global: false,
          deployments: inside.filter(
            ({ regions }) => code === home || regions.some(({ region }) => region.code === code),
          ),
        }),
      ),
    ];
  });
}

/** The blueprint and environment that a name or path belongs to. */
export interface Owner {
  readonly blueprint: string;
  readonly environment: string;
}

export const ownerOf = (place: Place): Owner => ({
  blueprint: place.deployment.name,
  environment: place.deployment.environment,
});
export const platformOwnerOf = (place: Place): Owner => ({
  blueprint: place.host.name,
  environment: place.host.environment,
});

/** A resource's physical name here: blueprint, environment, what it is, and the region where the name must be unique beyond it. */
export function nameOf(place: Place, type: string, ...parts: readonly string[]): string {
  return nameIn(ownerOf(place), place, type, ...parts);
}

/** A resource's physical name on the platform that the place uses. */
export function platformNameOf(place: Place, type: string, ...parts: readonly string[]): string {
  return nameIn(platformOwnerOf(place), place, type, ...parts);
}

/** A resource's physical name here, of whichever product. */
export function nameIn(owner: Owner, place: Place, type: string, ...parts: readonly string[]): string {
  return physicalName(type, [
    owner.blueprint,
    owner.environment,
    ...(place.global ? [] : [place.region.short]),
    ...parts,
  ]);
}

/** The EKS cluster that the place's pods run on. */
export const clusterName = (place: Place): string => platformNameOf(place, "aws_eks_cluster");

/** Namespace of a service: the product's, or its own where it is isolated. */
export function namespaceOf(place: Place, service?: string): string {
  const isolation = service === undefined ? undefined : place.blueprint.services[service]?.isolation;
  return isolation === undefined ? place.deployment.name : `${place.deployment.name}-${isolation}`;
}

/** All namespaces of the product. */
export function namespacesOf(place: Place): readonly string[] {
  return [
    ...new Set([namespaceOf(place), ...Object.keys(place.blueprint.services).map((name) => namespaceOf(place, name))]),
  ];
}

/** Public domain of the product here: prod has the domain itself, other environments a subdomain. Undefined without an edge. */
export function domainOf(place: Place): string | undefined {
  const domain = place.blueprint.layers.edge.domain;
  if (domain === undefined) return undefined;
  return place.deployment.tier === "prod" ? domain : `${place.deployment.environment}.${domain}`;
}

/** Host name under which a region's gateway answers the CDN. */
export function originHost(place: Place, region: Region = place.region): string | undefined {
  const domain = domainOf(place);
  return domain === undefined ? undefined : `origin.${region.short}.${domain}`;
}
