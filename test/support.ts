import { join } from "node:path";
import type { Layer } from "../lib/layers/common/layer.ts";
import { type Deployments, deploymentsOf } from "../lib/model/deployment.ts";
import { type Place, placesOf } from "../lib/model/place.ts";
import { loadWorkspace, type Workspace } from "../lib/model/workspace.ts";
import { buildApplication, buildStack } from "../lib/synth/synthesize.ts";
import { type PlannedApplication, type PlannedStack, planWorkspace } from "../lib/topology/plan.ts";

/** The workspace of this repository, loaded once a test file. */
let loaded: Promise<{ readonly workspace: Workspace; readonly deployments: Deployments }> | undefined;

export function repository(): Promise<{ readonly workspace: Workspace; readonly deployments: Deployments }> {
  loaded ??= loadWorkspace(join(import.meta.dirname, "..", "blueprints")).then((workspace) => ({
    workspace,
    deployments: deploymentsOf(workspace),
  }));
  return loaded;
}

/** The place of a blueprint in an environment and region; `global` for its global place. */
export async function place(blueprint: string, environment: string, region: string): Promise<Place> {
  const { deployments } = await repository();
  const deployment = deployments.all.find((one) => one.name === blueprint && one.environment === environment);
  if (deployment === undefined) throw new Error(`no ${blueprint} in ${environment}`);
  const places = placesOf(deployments, deployment);
  const found = region === "global" ? places.global : places.regions.find((one) => one.region.code === region);
  if (found === undefined) throw new Error(`${blueprint} is not in ${region}`);
  return found;
}

/** A document with indexable parts, for assertions. */
// biome-ignore lint/suspicious/noExplicitAny: assertions look into documents of many shapes
export type Document = any;

async function plans(layer: Layer, at: Place): Promise<{ stacks: PlannedStack[]; applications: PlannedApplication[] }> {
  const { workspace, deployments } = await repository();
  const plan = planWorkspace(workspace, deployments, [layer], { lenient: true });
  const region = at.global ? "global" : at.region.code;
  const here = (one: { blueprint: string; environment: string; region: string }): boolean =>
    one.blueprint === at.deployment.name && one.environment === at.deployment.environment && one.region === region;
  return { stacks: plan.stacks.filter(here), applications: plan.applications.filter(here) };
}

/** The Terraform document of a layer's stack in a place. */
export async function stackOf(layer: Layer, at: Place, slice?: string): Promise<Document> {
  const { stacks } = await plans(layer, at);
  const found = stacks.find((stack) => stack.slice === slice);
  if (found === undefined)
    throw new Error(`no slice ${slice ?? "(whole)"}: ${stacks.map(({ name }) => name).join(", ")}`);
  return buildStack(found).document;
}

/** The Terraform document of a layer's stack in an account and region, or `global`. */
export async function accountStackOf(layer: Layer, account: string, region: string, slice?: string): Promise<Document> {
  const { workspace, deployments } = await repository();
  const { stacks } = planWorkspace(workspace, deployments, [layer], { lenient: true });
  const found = stacks.filter(
    (stack) =>
      stack.scope === "account" && stack.environment === account && stack.region === region && stack.slice === slice,
  );
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} stacks of ${account} in ${region}`);
  return buildStack(found[0]).document;
}

/** The objects of a layer's applications in a place, or of one of them. */
export async function objectsOf(layer: Layer, at: Place, name?: string): Promise<Document[]> {
  const { applications } = await plans(layer, at);
  return applications
    .filter((application) => name === undefined || application.name === name)
    .flatMap((application) => buildApplication(application).map(({ document }) => document));
}

/** The one object of a kind and name. */
export function objectNamed(objects: readonly Document[], kind: string, name: string): Document {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1)
    throw new Error(
      `${found.length} objects ${kind}/${name}: ${objects.map((object) => `${object.kind}/${object.metadata.name}`).join(", ")}`,
    );
  return found[0];
}

/** The resources of a type in a stack, by their ids. */
export const resources = (stack: Document, type: string): Document[] => Object.values(stack.resource?.[type] ?? {});

/** The only resource of a type in a stack. */
export function resource(stack: Document, type: string): Document {
  const found = resources(stack, type);
  if (found.length !== 1) throw new Error(`${found.length} of ${type}`);
  return found[0];
}

/** The objects of a kind. */
export const ofKind = (objects: readonly Document[], kind: string): Document[] =>
  objects.filter((object) => object.kind === kind);
