import { deploymentsOf } from "../model/deployment.ts";
import { InvalidInput } from "../model/problem.ts";
import { type Supposition, supposing } from "../model/supposition.ts";
import type { Workspace } from "../model/workspace.ts";
import { pathOf, planWorkspace } from "../topology/plan.ts";
import { applicationFiles, stackFiles } from "./synthesize.ts";

/**
 * The files of some stacks and applications as they would be if leaves had other values: stacks are pure functions of
 * their inputs, so a cause can be tried instead of guessed.
 *
 * @param units names of stacks and paths of applications
 * @returns nothing where the workspace would not be valid
 */
export function whatIf(
  workspace: Workspace,
  suppositions: readonly Supposition[],
  units: ReadonlySet<string>,
): ReadonlyMap<string, string> | undefined {
  const other = supposing(workspace, suppositions);
  try {
    const plan = planWorkspace(other, deploymentsOf(other));
    return new Map([
      ...plan.stacks.filter(({ name }) => units.has(name)).flatMap((stack) => [...stackFiles(stack).files]),
      ...plan.applications
        .filter((application) => units.has(pathOf(application)))
        .flatMap((application) => [...applicationFiles(application).files]),
    ]);
  } catch (error) {
    if (error instanceof InvalidInput) return undefined;
    throw error;
  }
}
