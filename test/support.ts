import { join } from "node:path";
import type { Layer } from "../lib/layers/common/layer.ts";
import { type Deployments, deploymentsOf } from "../lib/model/deployment.ts";
import { type Place, placesOf } from "../lib/model/place.ts";
import { loadWorkspace, type Workspace } from "../lib/model/workspace.ts";
import { buildApplication, buildStack } from "../lib/synth/synthesize.ts";
import { type Plan, type PlannedApplication, type PlannedStack, planWorkspace } from "../lib/topology/plan.ts";
import { frozen } from "./frozen.ts";

/** The workspace of this repository, loaded once a worker. */
let loaded: Promise<{ readonly workspace: Workspace; readonly deployments: Deployments }> | undefined;

export function repository(): Promise<{ readonly workspace: Workspace; readonly deployments: Deployments }> {
  loaded ??= loadWorkspace(join(import.meta.dirname, "..", "blueprints")).then((workspace) => ({
    workspace,
    deployments: frozen(deploymentsOf(workspace)),
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

const plans = new Map<Layer | "whole", Promise<Plan>>();

/** What the workspace of this repository consists of: of one layer, or as a whole. */
export function planned(layer?: Layer): Promise<Plan> {
  const known =
    plans.get(layer ?? "whole") ??
    repository().then(({ workspace, deployments }) =>
      layer === undefined
        ? planWorkspace(workspace, deployments)
        : planWorkspace(workspace, deployments, [layer], { lenient: true }),
    );
  plans.set(layer ?? "whole", known);
  return known;
}

async function plannedAt(layer: Layer, at: Place): Promise<Plan> {
  const { stacks, applications } = await planned(layer);
  const region = at.global ? "global" : at.region.code;
  const here = (one: { blueprint: string; environment: string; region: string }): boolean =>
    one.blueprint === at.deployment.name && one.environment === at.deployment.environment && one.region === region;
  return { stacks: stacks.filter(here), applications: applications.filter(here) };
}

const stackDocuments = new WeakMap<PlannedStack, Document>();
const applicationDocuments = new WeakMap<PlannedApplication, readonly Document[]>();

/** What a stack becomes. It is shared, as a whole workspace is too much to build for each test. */
function documentOf(stack: PlannedStack): Document {
  const document = stackDocuments.get(stack) ?? frozen(buildStack(stack).document);
  stackDocuments.set(stack, document);
  return document;
}

/** What an application becomes, as shared. */
function documentsOf(application: PlannedApplication): readonly Document[] {
  const documents =
    applicationDocuments.get(application) ?? frozen(buildApplication(application).map(({ document }) => document));
  applicationDocuments.set(application, documents);
  return documents;
}

/** The Terraform document of a layer's stack in a place. */
export async function stackOf(layer: Layer, at: Place, slice?: string): Promise<Document> {
  const { stacks } = await plannedAt(layer, at);
  const found = stacks.find((stack) => stack.slice === slice);
  if (found === undefined)
    throw new Error(`no slice ${slice ?? "(whole)"}: ${stacks.map(({ name }) => name).join(", ")}`);
  return documentOf(found);
}

/** The Terraform document of a layer's stack in an account and region, or `global`. */
export async function accountStackOf(layer: Layer, account: string, region: string, slice?: string): Promise<Document> {
  const { stacks } = await planned(layer);
  const found = stacks.filter(
    (stack) =>
      stack.scope === "account" && stack.environment === account && stack.region === region && stack.slice === slice,
  );
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} stacks of ${account} in ${region}`);
  return documentOf(found[0]);
}

/** The objects of a layer's applications in a place, or of one of them. */
export async function objectsOf(layer: Layer, at: Place, name?: string): Promise<Document[]> {
  const { applications } = await plannedAt(layer, at);
  return applications.filter((application) => name === undefined || application.name === name).flatMap(documentsOf);
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
