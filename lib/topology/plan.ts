import { contractKey } from "../layers/common/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../layers/common/layer.ts";
import type { StackProps } from "../layers/common/stack.ts";
import { productCharts } from "../layers/delivery/contract.ts";
import { requestedNamespaces } from "../layers/foundation/contract.ts";
import type { Deployments } from "../model/deployment.ts";
import type { LayerId } from "../model/layers.ts";
import { type AccountPlace, namespacesOf, type Place } from "../model/place.ts";
import { oncePer } from "../model/reads.ts";
import { isRegion, region as regionOf } from "../model/regions.ts";
import type { Workspace } from "../model/workspace.ts";
import { layers as allLayers } from "./layers.ts";
import { placesIn } from "./places.ts";
import { waves } from "./waves.ts";

/** The blueprint name under which stacks of accounts stand. */
export const ACCOUNT_SCOPE = "account";

/** A stack with its place in the order. */
export interface PlannedStack {
  readonly name: string;
  readonly scope: "account" | "platform" | "product" | "retired";
  readonly blueprint: string;
  /** Name of the environment; of the account for stacks of accounts. */
  readonly environment: string;
  /** Region code, or `global`. */
  readonly region: string;
  readonly layer: LayerId;
  readonly slice?: string;
  readonly props: StackProps;
  /** Stacks of a wave can be applied at the same time. Wave 0 makes the state buckets, but those of regions to opt into. */
  readonly wave: number;
  /** Stacks that must have been applied. */
  readonly dependencies: readonly string[];
  readonly plan: StackPlan;
}

/** An application with its place. */
export interface PlannedApplication {
  readonly name: string;
  readonly blueprint: string;
  readonly environment: string;
  readonly region: string;
  readonly layer: LayerId;
  /** Blueprint whose platform it runs on. */
  readonly platform: string;
  readonly tier: string;
  /** Namespaces of the product here. */
  readonly namespaces: readonly string[];
  /** Repositories of the charts that run as a part of the product here. */
  readonly chartRepositories: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: ApplicationPlan;
}

/** What a workspace consists of, in apply order; nothing is built yet. */
export interface Plan {
  readonly stacks: readonly PlannedStack[];
  readonly applications: readonly PlannedApplication[];
}

/** Parts of a workspace to work on; an empty list selects everything. */
export interface Selection {
  readonly blueprints?: readonly string[];
  readonly environments?: readonly string[];
  readonly regions?: readonly string[];
  readonly layers?: readonly string[];
}

/** A stack before its order is known. */
export type StackDraft = Omit<PlannedStack, "wave" | "dependencies">;

/** What a layer has in a place. */
export interface Draft {
  readonly stacks: readonly StackDraft[];
  readonly applications: readonly PlannedApplication[];
}

/**
 * Which stacks and applications a workspace has, and in which order.
 *
 * @param options.lenient leaves out the order between contracts, so that some layers can be planned alone
 */
export function planWorkspace(
  workspace: Workspace,
  deployments: Deployments,
  layers: readonly Layer[] = allLayers,
  options: { readonly lenient?: boolean } = {},
): Plan {
  const places = placesIn(workspace, deployments);
  const drafts = [
    ...places.accounts.flatMap((place) =>
      layers.map((layer): Draft => ({ stacks: accountStacks(layer, place), applications: [] })),
    ),
    ...places.deployments.flatMap((place) =>
      layers.map((layer): Draft => ({ stacks: stacksIn(layer, place), applications: applicationsIn(layer, place) })),
    ),
  ];
  return inOrder(drafts, layers === allLayers ? workspace : undefined, options);
}

/** Drafts in the order in which they are applied. @param workspace whose retired stacks are a part of it @default none are */
export function inOrder(
  drafts: readonly Draft[],
  workspace: Workspace | undefined,
  options: { readonly lenient?: boolean } = {},
): Plan {
  const current = drafts.flatMap(({ stacks }) => stacks);
  const all = [...current];
  if (workspace !== undefined) all.push(...retiredStacks(workspace, new Set(current.map(({ name }) => name))));
  const guards = guardsIn(current);
  const names = new Set(current.map(({ name }) => name));
  const order = waves(
    all.map(({ name, plan, layer, props, scope, region, slice, blueprint, environment }) => ({
      name,
      reads: options.lenient ? [] : [...plan.reads, ...(plan.follows ?? [])].map(contractKey),
      publishes: plan.publishes.map(contractKey),
      after: [
        ...(plan.after ?? []).map((other) => stackName(blueprint, environment, region, layer, other)),
        ...(options.lenient || scope === "account" || scope === "retired" ? [] : guards(props)),
        ...(scope === "account" && slice === "bootstrap" && isRegion(region) && regionOf(region).optIn
          ? optingIn(names, props)
          : []),
      ],
      bootstrap: scope === "account" && layer === "delivery" && slice === "bootstrap",
      state: `${props.account.id}/${props.region}`,
    })),
  );
  const stacks = all.map((draft) => {
    const found = order.get(draft.name);
    return { ...draft, wave: found?.wave ?? 0, dependencies: found?.dependencies ?? [] };
  });
  const applications = drafts.flatMap((draft) => draft.applications);
  return {
    stacks: stacks.sort((a, b) => a.wave - b.wave || (a.name < b.name ? -1 : 1)),
    applications: applications.sort((a, b) => a.plan.wave - b.plan.wave || (pathOf(a) < pathOf(b) ? -1 : 1)),
  };
}

/** The stack that opts an account into regions: it stands before their state buckets. */
function optingIn(names: ReadonlySet<string>, { account }: StackProps): readonly string[] {
  const name = stackName(ACCOUNT_SCOPE, account.name, "global", "foundation", "regions");
  return names.has(name) ? [name] : [];
}

/** Stacks of the account itself that stand before anything else in it: the bound of roles, encryption by default, the trail. */
function guardsIn(drafts: readonly StackDraft[]): (props: StackProps) => readonly string[] {
  const byAccount = Map.groupBy(
    drafts.filter(({ scope }) => scope === "account"),
    ({ props }) => props.account.id,
  );
  return ({ account, region }) =>
    (byAccount.get(account.id) ?? [])
      .filter((guard) => guard.region === "global" || guard.region === region)
      .map(({ name }) => name);
}

/** Folder of an application below `dist/kubernetes`. */
export const pathOf = (application: PlannedApplication): string =>
  [application.blueprint, application.environment, application.region, application.name].join("/");

export function stackName(
  blueprint: string,
  environment: string,
  region: string,
  layer: LayerId,
  slice?: string,
): string {
  return [blueprint, environment, region, layer, ...(slice === undefined ? [] : [slice])].join("-");
}

/**
 * Stacks that the ledger holds and no blueprint has any more: their backend and provider, so that the next apply destroys
 * what they had. They come first, since what they hold may stand on stacks that are still there.
 */
function retiredStacks(workspace: Workspace, current: ReadonlySet<string>): StackDraft[] {
  return Object.entries(workspace.ledger.stacks).flatMap(([name, { account: id, region }]) => {
    const account = [...workspace.accounts.values()].find((one) => one.id === id);
    if (current.has(name) || account === undefined) return [];
    return [
      {
        name,
        scope: "retired" as const,
        blueprint: "retired",
        environment: account.name,
        region,
        layer: "foundation" as const,
        props: { account, region, tags: { "managed-by": "dodeca" } },
        plan: { reads: [], publishes: [], build: () => undefined },
      },
    ];
  });
}

/** The stacks that a layer has in an account, or in one of its regions. */
export function accountStacks(layer: Layer, place: AccountPlace): StackDraft[] {
  const region = place.global ? "global" : place.region.code;
  return plansOf(layer)
    .accountStacks(place)
    .map((plan) => ({
      name: stackName(ACCOUNT_SCOPE, place.account.name, region, layer.id, plan.slice),
      scope: "account",
      blueprint: ACCOUNT_SCOPE,
      environment: place.account.name,
      region,
      layer: layer.id,
      ...(plan.slice === undefined ? {} : { slice: plan.slice }),
      props: {
        account: place.account,
        region: place.region.code,
        tags: { "dodeca:scope": "account", "dodeca:layer": layer.id, ...edition(layer.id), "managed-by": "dodeca" },
      },
      plan,
    }));
}

/** Plans of a layer, made once for each place: whatever builds a stack or application of it asks again. */
interface LayerPlans {
  readonly accountStacks: (place: AccountPlace) => readonly StackPlan[];
  readonly stacks: (place: Place) => readonly StackPlan[];
  readonly applications: (place: Place) => readonly ApplicationPlan[];
}

const layerPlans = new WeakMap<Layer, LayerPlans>();

export function plansOf(layer: Layer): LayerPlans {
  const known = layerPlans.get(layer);
  if (known !== undefined) return known;
  const found = {
    accountStacks: oncePer((place: AccountPlace) => layer.accountStacks?.(place) ?? []),
    stacks: oncePer((place: Place) => layer.stacks(place)),
    applications: oncePer((place: Place) => layer.applications?.(place) ?? []),
  };
  layerPlans.set(layer, found);
  return found;
}

/** The stacks that a layer has in a place. */
export function stacksIn(layer: Layer, place: Place): StackDraft[] {
  const { deployment } = place;
  const region = place.global ? "global" : place.region.code;
  return plansOf(layer)
    .stacks(place)
    .map((plan) => ({
      name: stackName(deployment.name, deployment.environment, region, layer.id, plan.slice),
      scope: deployment.platform.owned ? ("platform" as const) : ("product" as const),
      blueprint: deployment.name,
      environment: deployment.environment,
      region,
      layer: layer.id,
      ...(plan.slice === undefined ? {} : { slice: plan.slice }),
      props: { account: deployment.account, region: place.region.code, tags: tagsOf(place, layer.id) },
      plan,
    }));
}

/** What a resource is part of. Catalogue: foundation.targets.qualifiers. */
const edition = (layer: LayerId): Record<string, string> => ({
  architecture: "twelve-layer-reference",
  edition: "2025",
  tier: layer,
});

/** Tags that every resource inherits. */
function tagsOf(place: Place, layer: LayerId): Record<string, string> {
  const { owner, name } = place.blueprint;
  return {
    "dodeca:blueprint": name,
    "dodeca:environment": place.deployment.environment,
    "dodeca:layer": layer,
    ...edition(layer),
    "managed-by": "dodeca",
    team: owner.team,
    ...(owner.costCenter === undefined ? {} : { "cost-center": owner.costCenter }),
  };
}

/** The applications that a layer has in a place. */
export function applicationsIn(layer: Layer, place: Place): PlannedApplication[] {
  if (place.global) return [];
  const { deployment } = place;
  const plans = plansOf(layer).applications(place);
  if (plans.length === 0) return [];
  const common = {
    blueprint: deployment.name,
    environment: deployment.environment,
    region: place.region.code,
    layer: layer.id,
    platform: deployment.platform.blueprint,
    tier: deployment.tier,
    namespaces: [...namespacesOf(place), ...requestedNamespaces(place).map(({ name }) => name)],
    chartRepositories: productCharts(place).map(({ repository }) => repository),
    labels: {
      "app.kubernetes.io/part-of": deployment.name,
      "app.kubernetes.io/managed-by": "dodeca",
      "dodeca.dev/environment": deployment.environment,
      "dodeca.dev/layer": layer.id,
      "dodeca.dev/team": place.blueprint.owner.team,
    },
  };
  return plans.map((plan) => ({ name: plan.name, ...common, plan }));
}

/** Where a stack or application stands, as a selection names it. */
export interface Position {
  readonly blueprint: string;
  readonly environment: string;
  readonly region: string;
  readonly layer: string;
}

/** Whether a selection names what stands somewhere. */
export const isSelected =
  ({ blueprints, environments, regions, layers }: Selection) =>
  (position: Position): boolean =>
    names(blueprints, position.blueprint) &&
    names(environments, position.environment) &&
    names(regions, position.region) &&
    names(layers, position.layer);

const names = (wanted: readonly string[] | undefined, value: string): boolean =>
  wanted === undefined || wanted.length === 0 || wanted.includes(value);

/** The part of a plan that a selection names. */
export const select = (plan: Plan, selection: Selection): Plan => ({
  stacks: plan.stacks.filter(isSelected(selection)),
  applications: plan.applications.filter(isSelected(selection)),
});
