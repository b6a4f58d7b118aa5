import { deploymentsOf } from "../model/deployment.ts";
import { InvalidInput } from "../model/problem.ts";
import { type Supposition, supposing } from "../model/supposition.ts";
import type { Workspace } from "../model/workspace.ts";
import { layers } from "../topology/layers.ts";
import { type Places, placesIn } from "../topology/places.ts";
import { accountStacks, applicationsIn, type Draft, stacksIn } from "../topology/plan.ts";
import { unitsOf } from "./sites.ts";

/**
 * The files of some stacks and applications as they would be if leaves had other values: stacks are pure functions of
 * their inputs, so a cause can be tried instead of guessed.
 *
 * @param units names of stacks and paths of applications
 * @param sound keys of what is known to be sound, which is resolved only where a unit reads it
 * @returns nothing where the workspace would not be valid
 */
export function whatIf(
  workspace: Workspace,
  suppositions: readonly Supposition[],
  units: ReadonlySet<string>,
  sound: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, string> | undefined {
  const other = supposing(workspace, suppositions);
  try {
    const drafts = draftsOf(placesIn(other, deploymentsOf(other, sound)), [...units]);
    const wanted = drafts.flatMap((draft) => unitsOf(draft, () => true)).filter(({ name }) => units.has(name));
    return new Map(wanted.flatMap(({ build }) => [...build().files]));
  } catch (error) {
    if (error instanceof InvalidInput) return undefined;
    throw error;
  }
}

/** What layers have in the places that any of the units may be in. */
function draftsOf({ accounts, deployments }: Places, units: readonly string[]): readonly Draft[] {
  const holdsAny = (...steps: readonly string[]): boolean =>
    ["-", "/"].some((separator) => units.some((unit) => unit.startsWith(`${steps.join(separator)}${separator}`)));
  const regionOf = ({ global, region }: Places["deployments"][number] | Places["accounts"][number]): string =>
    global ? "global" : region.code;
  return [
    ...accounts
      .filter((place) => holdsAny("account", place.account.name, regionOf(place)))
      .flatMap((place) => layers.map((layer) => ({ stacks: accountStacks(layer, place), applications: [] }))),
    ...deployments
      .filter((place) => holdsAny(place.deployment.name, place.deployment.environment, regionOf(place)))
      .flatMap((place) =>
        layers.map((layer) => ({ stacks: stacksIn(layer, place), applications: applicationsIn(layer, place) })),
      ),
  ];
}
