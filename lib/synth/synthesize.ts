// First, since every token of cdktn would capture a stack trace otherwise.
import "./without-stack-traces.ts";
import { RootConstruct } from "constructs";
import { Application } from "../layers/common/application.ts";
import { Stack } from "../layers/common/stack.ts";
import { type Deployment, type Deployments, deploymentsOf } from "../model/deployment.ts";
import { extendStacks, type Ledger } from "../model/ledger.ts";
import type { Workspace } from "../model/workspace.ts";
import {
  type Plan,
  type PlannedApplication,
  pathOf,
  planWorkspace,
  type Selection,
  type StackDraft,
  select,
} from "../topology/plan.ts";
import { argoRoots } from "./argo-roots.ts";
import { blueprintFile } from "./blueprints.ts";
import { ChartRoot } from "./chart-root.ts";
import { emitJson, inOnePiece } from "./json.ts";
import { objectFile, renderApplication } from "./kubernetes.ts";
import { manifestOf } from "./manifest.ts";
import { pipelines } from "./pipeline.ts";
import { forgetTokens, stackText } from "./stack-text.ts";
import { renderStack } from "./terraform.ts";
import { emitYaml } from "./yaml.ts";

/** A synthesized stack or application, with what it holds. */
export interface Synthesized {
  readonly kind: "stack" | "application";
  readonly name: string;
  /** Resources and data sources, or objects. */
  readonly size: number;
}

/** Everything that a synthesis produces, in memory. */
export interface Output {
  readonly plan: Plan;
  /** Contents by path relative to the output's root. */
  readonly files: ReadonlyMap<string, string>;
  readonly ledger: Ledger;
  readonly synthesized: readonly Synthesized[];
}

export interface SynthesizeOptions {
  readonly only?: Selection;
  /** Called before each stack and application. @default nothing */
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** Synthesizes a workspace in memory. @throws InvalidInput with everything that is wrong with it */
export function synthesize(workspace: Workspace, options: SynthesizeOptions = {}): Output {
  const deployments: Deployments = deploymentsOf(workspace);
  const whole = planWorkspace(workspace, deployments);
  const ledger = ledgerWith(whole, deployments.ledger);
  const plan = select(whole, options.only ?? {});
  const files = new Map<string, string>();
  const synthesized: Synthesized[] = [];
  const total = plan.stacks.length + plan.applications.length;
  const add = (kind: Synthesized["kind"], name: string, build: () => UnitFiles): void => {
    options.onProgress?.(synthesized.length, total, name);
    const { files: own, size } = build();
    for (const [path, text] of own) files.set(path, text);
    synthesized.push({ kind, name, size });
  };
  for (const stack of plan.stacks) add("stack", stack.name, () => stackFiles(stack));
  for (const application of plan.applications)
    add("application", pathOf(application), () => applicationFiles(application));
  for (const [path, text] of deliveryFiles(whole, deployments.all)) files.set(path, text);
  for (const deployment of deployments.all) {
    files.set(...blueprintFile(deployment));
  }
  return { plan, files, ledger, synthesized };
}

/** The ledger with every stack of a plan. */
export const ledgerWith = (plan: Plan, ledger: Ledger): Ledger =>
  extendStacks(
    ledger,
    plan.stacks.map(({ name, props }) => ({ name, account: props.account.id, region: props.region })),
  );

/** The files that follow from the plan as a whole: the manifest, the roots of Argo CD, the pipelines. */
export function deliveryFiles(plan: Plan, deployments: readonly Deployment[]): ReadonlyMap<string, string> {
  return new Map([
    ["cdktf.out/manifest.json", emitJson(manifestOf(plan))],
    ...argoRoots(plan, repositoriesOf(deployments)),
    ...pipelines(plan),
  ]);
}

/** Git address of each blueprint's repository. */
function repositoriesOf(deployments: readonly Deployment[]): ReadonlyMap<string, string> {
  return new Map(
    deployments.flatMap(({ name, blueprint }): [string, string][] => {
      const { repository } = blueprint.layers.delivery;
      return repository === undefined ? [] : [[name, `https://github.com/${repository}`]];
    }),
  );
}

/** What a stack or application becomes: its files by path, and how much is in them. */
export interface UnitFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly size: number;
}

/** The file of one stack. */
export function stackFiles(planned: StackDraft): UnitFiles {
  const stack = new Stack(new RootConstruct(), planned.name, planned.props);
  planned.plan.build(stack);
  const { text, size } = stackText(stack);
  forgetTokens();
  return { files: new Map([[`cdktf.out/stacks/${planned.name}/cdk.tf.json`, inOnePiece(text)]]), size };
}

/** The files of one application, an object each. */
export function applicationFiles(planned: PlannedApplication): UnitFiles {
  const objects = buildApplication(planned);
  const folder = `dist/kubernetes/${pathOf(planned)}`;
  return {
    files: new Map(
      objects.map(({ document, path: component }) => [
        `${folder}/${objectFile(document)}`,
        inOnePiece(emitYaml(document, { comment: `${planned.layer}/${component}` })),
      ]),
    ),
    size: objects.length,
  };
}

/** Renders one stack: a pure function of its plan. */
export function buildStack(planned: StackDraft): ReturnType<typeof renderStack> {
  const stack = new Stack(new RootConstruct(), planned.name, planned.props);
  planned.plan.build(stack);
  return renderStack(stack);
}

/** Renders one application: a pure function of its plan. */
export function buildApplication(planned: PlannedApplication): ReturnType<typeof renderApplication> {
  const { namespace } = planned.plan;
  const application = new Application(new ChartRoot(), planned.name, {
    ...(namespace === undefined ? {} : { namespace }),
    labels: planned.labels,
  });
  planned.plan.build(application);
  return renderApplication(application);
}
