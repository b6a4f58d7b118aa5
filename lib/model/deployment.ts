import { analyticsProblems } from "./analytics-problems.ts";
import { blueprintSchema } from "./blueprint.ts";
import { clientProblems } from "./client-problems.ts";
import { edgeProblems } from "./edge-problems.ts";
import type { Environment, RegionRole, Tier } from "./environment.ts";
import { firewallProblems } from "./firewall-problems.ts";
import { forkProblems } from "./fork-problems.ts";
import { accountOf, declaredEnvironment, type PlatformRef, platformOf, type RegionPlacement } from "./home.ts";
import { hostProblems } from "./hosts.ts";
import { blueprintKey, deploymentKey } from "./keys.ts";
import { extendAddresses, type Ledger, type NetworkRequest } from "./ledger.ts";
import { isJsonObject, type Origin, type Provenance } from "./merge.ts";
import { InvalidInput, nearest, type Problem } from "./problem.ts";
import { nameRoot } from "./reads.ts";
import { referenceProblems } from "./references.ts";
import { neededServices } from "./region-needs.ts";
import { isRegion, missing, nearestWith, regionCodes, region as regionOf } from "./regions.ts";
import { type Resolution, resolveIn } from "./resolve.ts";
import { type ResolvedBlueprint, resolvedBlueprint } from "./resolved.ts";
import { routeProblems } from "./route-problems.ts";
import { schemaProblems } from "./schema-problems.ts";
import { storeProblems } from "./store-problems.ts";
import { streamProblems } from "./stream-problems.ts";
import { targetProblems } from "./targets.ts";
import { zonesOf as tierZones } from "./tiers.ts";
import { type LoadedBlueprint, type NamedAccount, placeIn, type Workspace } from "./workspace.ts";

/** Regions of a global cluster of Neptune. */
const GRAPH_REGIONS = 6;

/** One blueprint in one environment. */
export interface Deployment {
  readonly name: string;
  readonly environment: string;
  readonly tier: Tier;
  readonly account: NamedAccount;
  readonly platform: PlatformRef;
  /** The blueprint with the environment's overrides, before those of regions. */
  readonly blueprint: ResolvedBlueprint;
  readonly provenance: Provenance;
  /** Digests of released images by repository. */
  readonly images: Readonly<Record<string, string>>;
  readonly primary: RegionPlacement;
  readonly regions: readonly RegionPlacement[];
}

/** Everything that a workspace deploys, and the ledger with the addresses it needs. */
export interface Deployments {
  readonly all: readonly Deployment[];
  readonly ledger: Ledger;
  /** Keys of blueprints, and of deployments by `blueprint/environment`: the same where nothing that they read has changed. */
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * Resolves every environment of every blueprint.
 * @param sound keys of what was sound with this ledger: it is not judged again, and resolved where something reads it
 * @throws InvalidInput with everything that is wrong
 */
export function deploymentsOf(workspace: Workspace, sound: ReadonlySet<string> = new Set()): Deployments {
  const problems: Problem[] = [];
  const keys = new Map<string, string>();
  const all: Deployment[] = [];
  const requests: NetworkRequest[] = [];
  const valid: LoadedBlueprint[] = [];
  for (const blueprint of workspace.blueprints.values()) {
    const key = blueprintKey(blueprint);
    keys.set(blueprint.name, key);
    const found = sound.has(key) ? [] : blueprintProblems(workspace, blueprint);
    problems.push(...found);
    if (found.length === 0) valid.push(blueprint);
  }
  for (const blueprint of valid) {
    const environments = blueprint.merged.data["environments"];
    for (const name of Object.keys(isJsonObject(environments) ? environments : {})) {
      const declared = declaredEnvironment(blueprint.merged.data, name);
      if (declared === undefined) continue;
      const key = deploymentKey(workspace, blueprint, name, declared);
      keys.set(`${blueprint.name}/${name}`, key);
      if (sound.has(key)) all.push(soundDeployment(workspace, blueprint, name, declared));
      else {
        const deployment = deploy(workspace, blueprint, name, declared, problems);
        if (deployment === undefined) continue;
        all.push(deployment);
        if (deployment.platform.owned) requests.push(...networks(workspace, deployment));
      }
    }
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return { all, ledger: extendAddresses(workspace.ledger, requests), keys };
}

/** Key of a platform's network in the ledger. */
export const networkKey = (blueprint: string, environment: string, region: string): string =>
  `${blueprint}/${environment}/${region}`;

function networks(workspace: Workspace, deployment: Deployment): NetworkRequest[] {
  const blueprint = workspace.blueprints.get(deployment.name);
  const path = ["layers", "foundation", "networkPrefix"];
  return deployment.regions.map(({ region, blueprint: resolved }) => ({
    key: networkKey(deployment.name, deployment.environment, region.code),
    prefix: resolved.layers.foundation.networkPrefix,
    path: `${deployment.name}.${path.join(".")}`,
    locate: () => (blueprint === undefined ? {} : workspace.place(blueprint, path)),
  }));
}

function blueprintProblems(workspace: Workspace, blueprint: LoadedBlueprint): Problem[] {
  const { data } = blueprint.merged;
  const place = (path: string) => workspace.place(blueprint, path.split("."));
  const prefixed = <P extends Problem>(problem: P): Problem => ({
    ...problem,
    ...place(problem.path),
    path: `${blueprint.name}.${problem.path}`,
  });
  const forks = forkProblems(blueprint.merged).map((problem) => ({
    ...problem,
    path: `${blueprint.name}.${problem.path}`,
    ...workspace.locate(problem.origin),
  }));
  const schema = schemaProblems(blueprintSchema, data).map(prefixed);
  const references = referenceProblems(data).map(({ at: _, ...problem }) => prefixed(problem));
  return [...forks, ...schema, ...references].map(withoutOrigin);
}

function withoutOrigin(problem: Problem & { readonly origin?: Origin }): Problem {
  const { origin: _, ...rest } = problem;
  return rest;
}

function deploy(
  workspace: Workspace,
  blueprint: LoadedBlueprint,
  name: string,
  declared: Environment,
  problems: Problem[],
): Deployment | undefined {
  const before = problems.length;
  const at = ["environments", name];
  const report = (path: readonly string[], problem: Omit<Problem, "path" | "file" | "line">): void => {
    problems.push({
      ...problem,
      environment: name,
      path: [blueprint.name, ...path].join("."),
      ...workspace.place(blueprint, path),
    });
  };
  const platform = platformOf(workspace, blueprint, name, declared, report);
  const account = accountOf(workspace, name, declared, platform, report);
  const codes = Object.keys(declared.regions);
  const known = codes.filter((code) => {
    if (isRegion(code)) return true;
    const found = nearest(code, regionCodes);
    report([...at, "regions", code], {
      code: "unknown-region",
      message: "there is no such AWS region",
      given: code,
      allowed: regionCodes,
      ...(found === undefined ? {} : { nearest: found }),
      fix: found === undefined ? "write the code of a region" : `write "${found}"`,
    });
    return false;
  });
  const roleOf = (code: string): RegionRole => roleIn(declared, code);
  const primaries = codes.filter((code) => roleOf(code) === "primary");
  if (primaries.length !== 1) {
    report([...at, "regions", ...(primaries[1] === undefined ? [] : [primaries[1]])], {
      code: "one-primary",
      message:
        primaries.length === 0
          ? "no region is the primary"
          : `${primaries.length} regions are primary: ${primaries.join(", ")}`,
      given: primaries.length === 0 ? "none" : primaries.join(", "),
      allowed: ["exactly one primary"],
      fix:
        primaries.length === 0 ? "make one region the primary" : `keep one and make the others "active" or "standby"`,
    });
  }
  const shared = resolved(workspace, blueprint, name, undefined, problems);
  const regions = known.flatMap((code): RegionPlacement[] => {
    const region = regionOf(code);
    const found = isPlain(declared, code)
      ? shared && sharedIn(shared, blueprint.name, name, code)
      : resolved(workspace, blueprint, name, code, problems);
    if (found === undefined) return [];
    const zones = tierZones(declared.tier);
    if (region.zones.length < zones) {
      report([...at, "regions", code], {
        code: "too-few-zones",
        region: code,
        message: `tier ${declared.tier} spreads over ${zones} zones`,
        given: `${region.zones.length} zones`,
        allowed: [`regions with ${zones} zones`],
        fix: "choose a region with more zones",
      });
    }
    for (const { service, because, path } of neededServices(found.blueprint, platform?.owned === true, roleOf(code))) {
      if (!missing(code, service)) continue;
      const instead = nearestWith(code, service);
      report(path, {
        code: "region-lacks-service",
        region: code,
        message: `${because}, and ${service} is not offered in ${code}`,
        given: code,
        ...(instead === undefined ? {} : { nearest: instead }),
        fix:
          instead === undefined
            ? "remove what needs it there"
            : `use ${instead}, or leave it out of ${code} with an override`,
      });
    }
    return [nameRoot(`placement/${blueprint.name}/${name}/${code}`, { region, role: roleOf(code), ...found })];
  });
  if (regions.length > GRAPH_REGIONS)
    for (const [store, settings] of Object.entries(shared?.blueprint.data ?? {}))
      if (settings.kind === "graph" && settings.global)
        report(["data", store, "global"], {
          code: "too-many-regions",
          message: `a global graph has a primary and at most ${GRAPH_REGIONS - 1} regions that follow`,
          given: `${regions.length} regions`,
          allowed: [`${GRAPH_REGIONS} regions`],
          fix: "give every region a graph of its own, without global, or have fewer regions",
        });
  const primary = regions.find(({ role }) => role === "primary");
  if (shared) problems.push(...targetProblems(workspace, blueprint, name, declared.tier, regions, shared));
  if (
    problems.length > before ||
    primary === undefined ||
    shared === undefined ||
    platform === undefined ||
    account === undefined
  )
    return undefined;
  return deploymentOf(blueprint, name, declared, { account, platform, primary, regions }, () => shared);
}

/** @param shared what the blueprint resolved to, asked for when it is read */
const deploymentOf = (
  blueprint: LoadedBlueprint,
  environment: string,
  { tier }: Environment,
  parts: Pick<Deployment, "account" | "platform" | "primary" | "regions">,
  shared: () => Resolved,
): Deployment =>
  nameRoot(`deployment/${blueprint.name}/${environment}`, {
    name: blueprint.name,
    environment,
    tier,
    ...parts,
    get blueprint() {
      return shared().blueprint;
    },
    get provenance() {
      return shared().provenance;
    },
    images: blueprint.images[environment] ?? {},
  });

const roleIn = (declared: Environment, code: string): RegionRole => {
  const entry = declared.regions[code];
  return typeof entry === "object" ? entry.role : (entry ?? "active");
};

/** Whether a region adds nothing to its environment: no overrides, and no ceilings of a region that stands by. */
const isPlain = (declared: Environment, code: string): boolean => {
  const entry = declared.regions[code];
  return roleIn(declared, code) !== "standby" && (typeof entry !== "object" || entry.overrides === undefined);
};

interface Resolved {
  readonly blueprint: ResolvedBlueprint;
  readonly provenance: Provenance;
}

const blueprintRoot = (blueprint: string, ...place: readonly string[]): string =>
  ["blueprint", blueprint, ...place].join("/");

/** What an environment resolved to, as it is in a region that adds nothing: the same leaves, at a root of their own. */
const sharedIn = (shared: Resolved, name: string, environment: string, code: string): Resolved => ({
  blueprint: nameRoot(blueprintRoot(name, environment, code), { ...shared.blueprint }),
  provenance: shared.provenance,
});

/** A deployment that was judged before: each part is resolved when it is read. */
function soundDeployment(
  workspace: Workspace,
  blueprint: LoadedBlueprint,
  name: string,
  declared: Environment,
): Deployment {
  const broken = (): never => {
    throw new Error(`${blueprint.name} in ${name} was sound, and is not`);
  };
  const platform = platformOf(workspace, blueprint, name, declared, broken) ?? broken();
  const account = accountOf(workspace, name, declared, platform, broken) ?? broken();
  const resolveAt = (code: string | undefined): Resolved => {
    const problems: Problem[] = [];
    return resolved(workspace, blueprint, name, code, problems) ?? broken();
  };
  const shared = once(() => resolveAt(undefined));
  const regions = Object.keys(declared.regions)
    .filter(isRegion)
    .map((code): RegionPlacement => {
      const found = once(() =>
        isPlain(declared, code) ? sharedIn(shared(), blueprint.name, name, code) : resolveAt(code),
      );
      return nameRoot(`placement/${blueprint.name}/${name}/${code}`, {
        region: regionOf(code),
        role: roleIn(declared, code),
        get blueprint() {
          return found().blueprint;
        },
        get provenance() {
          return found().provenance;
        },
      });
    });
  const primary = regions.find(({ role }) => role === "primary") ?? broken();
  return deploymentOf(blueprint, name, declared, { account, platform, primary, regions }, shared);
}

/** A value that is made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function resolved(
  workspace: Workspace,
  blueprint: LoadedBlueprint,
  environment: string,
  region: string | undefined,
  problems: Problem[],
): Resolved | undefined {
  const resolution: Resolution = resolveIn(blueprint.merged, environment, region);
  const where = { environment, ...(region === undefined ? {} : { region }) };
  const place = (path: readonly string[]) =>
    placeIn(workspace.locate, resolution.provenance, path) ?? workspace.place(blueprint, ["environments", environment]);
  const parsed = resolvedBlueprint.safeParse(resolution.data);
  const found: Problem[] = [];
  if (!parsed.success) {
    found.push(
      ...schemaProblems(resolvedBlueprint, resolution.data).map((problem) => ({
        ...problem,
        ...where,
        path: `${blueprint.name}.${problem.path}`,
        ...place(problem.path.split(".")),
      })),
    );
  } else {
    found.push(
      ...referenceProblems(resolution.data).map(({ at, ...problem }) => ({
        ...problem,
        ...where,
        path: `${blueprint.name}.${problem.path}`,
        ...place(at),
      })),
    );
    found.push(
      ...[
        ...routeProblems(parsed.data),
        ...hostProblems(parsed.data),
        ...firewallProblems(parsed.data),
        ...edgeProblems(parsed.data),
        ...clientProblems(parsed.data),
        ...storeProblems(parsed.data),
        ...streamProblems(parsed.data),
        ...analyticsProblems(parsed.data),
      ].map(({ at, ...problem }) => ({
        ...problem,
        ...where,
        path: `${blueprint.name}.${at.join(".")}`,
        ...place(at),
      })),
    );
  }
  // Only what the environment or the region adds: the blueprint's own problems were reported once.
  const fresh = found.filter(
    (problem) =>
      !problems.some(
        (other) => other.code === problem.code && other.path === problem.path && other.given === problem.given,
      ),
  );
  problems.push(...fresh);
  if (!parsed.success || found.length > 0) return undefined;
  const root = blueprintRoot(blueprint.name, environment, ...(region === undefined ? [] : [region]));
  return { blueprint: nameRoot(root, parsed.data), provenance: resolution.provenance };
}
