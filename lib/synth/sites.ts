import type { Layer, StackPlan } from "../layers/common/layer.ts";
import { keyOf } from "../model/keys.ts";
import type { AccountPlace, Place } from "../model/place.ts";
import { rootNameOf, viewOf } from "../model/reads.ts";
import { layers } from "../topology/layers.ts";
import type { Places } from "../topology/places.ts";
import {
  accountStacks,
  applicationsIn,
  type Draft,
  type Position,
  pathOf,
  plansOf,
  stacksIn,
} from "../topology/plan.ts";
import type { Unit } from "./run.ts";
import { applicationFiles, stackFiles } from "./synthesize.ts";

/** A place as a run works on it: what layers have there is planned on a view of it, so that reads are recorded. */
export interface Site {
  /** Name of the place's root. */
  readonly name: string;
  readonly parts: readonly Part[];
}

/** The stacks or the applications of a layer in a place. */
export interface Part {
  /** Unique in the place. */
  readonly id: string;
  /** Asks the layer for its plans, and for nothing else. */
  readonly plan: () => unknown;
  readonly draft: () => Draft;
  /** A draft as it is kept, whose units can be built: the layer is asked for the plan of each when it is. */
  readonly revived: (text: string) => Draft;
}

export const sitesOf = (places: Places): readonly Site[] => [
  ...places.accounts.map(accountSite),
  ...places.deployments.map(placeSite),
];

function accountSite(place: AccountPlace): Site {
  const view = viewOf(place);
  return {
    name: rootNameOf(place),
    parts: layers.flatMap((layer) =>
      layer.accountStacks === undefined
        ? []
        : stackPart(
            layer,
            () => accountStacks(layer, view),
            () => plansOf(layer).accountStacks(view),
          ),
    ),
  };
}

function placeSite(place: Place): Site {
  const view = viewOf(place);
  return {
    name: rootNameOf(place),
    parts: layers.flatMap((layer) => [
      stackPart(
        layer,
        () => stacksIn(layer, view),
        () => plansOf(layer).stacks(view),
      ),
      ...(layer.applications === undefined || place.global ? [] : [applicationPart(layer, view)]),
    ]),
  };
}

function stackPart(layer: Layer, stacks: () => Draft["stacks"], plan: () => readonly StackPlan[]): Part {
  return {
    id: `${layer.id} stacks`,
    plan,
    draft: () => ({ stacks: stacks(), applications: [] }),
    revived: (text) => {
      const draft: Draft = JSON.parse(text);
      return {
        ...draft,
        stacks: draft.stacks.map((stack) => ({
          ...stack,
          plan: { ...stack.plan, build: asking(() => plan().find(({ slice }) => slice === stack.slice)) },
        })),
      };
    },
  };
}

function applicationPart(layer: Layer, view: Place): Part {
  const plan = () => plansOf(layer).applications(view);
  return {
    id: `${layer.id} applications`,
    plan,
    draft: () => ({ stacks: [], applications: applicationsIn(layer, view) }),
    revived: (text) => {
      const draft: Draft = JSON.parse(text);
      return {
        ...draft,
        applications: draft.applications.map((application) => ({
          ...application,
          plan: { ...application.plan, build: asking(() => plan().find(({ name }) => name === application.name)) },
        })),
      };
    },
  };
}

/** Builds what a layer plans, which is asked for it only then. */
function asking<T>(plan: () => { readonly build: (target: T) => void } | undefined): (target: T) => void {
  return (target) => {
    const found = plan();
    if (found === undefined) throw new Error("a layer no longer has what it had, and nothing that it read has changed");
    found.build(target);
  };
}

/** A draft as it is kept: what there is and in which order it belongs, without what builds it. */
export const draftText = (draft: Draft): string => JSON.stringify(draft);

/** Whether a run builds a unit. @param name of a stack, path of an application */
export type IsWanted = (position: Position, name: string) => boolean;

/** The units of a draft, of which a run builds those that are wanted. */
export const unitsOf = (draft: Draft, isWanted: IsWanted): readonly Unit[] => [
  ...draft.stacks.map(
    (stack): Unit => ({
      kind: "stack",
      name: stack.name,
      told: keyOf(stack.props),
      wanted: isWanted(stack, stack.name),
      build: () => stackFiles(stack),
    }),
  ),
  ...draft.applications.map(
    (application): Unit => ({
      kind: "application",
      name: pathOf(application),
      told: keyOf(application.labels, application.plan.namespace),
      wanted: isWanted(application, pathOf(application)),
      build: () => applicationFiles(application),
    }),
  ),
];
