import { resolve } from "node:path";
import { type Deployment, deploymentsOf } from "../model/deployment.ts";
import { loadWorkspace } from "../model/workspace.ts";
import { type Plan, pathOf, planWorkspace, type Selection, select } from "../topology/plan.ts";
import { EXIT, type Exit } from "./run.ts";
import { parseSelection } from "./selection.ts";

export interface ListOptions {
  readonly workspace: string;
  readonly only?: readonly string[] | undefined;
  readonly names: boolean;
  readonly json: boolean;
}

/** `dodeca list`: blueprints and environments, then stacks and applications in the order in which they are applied. */
export async function list(options: ListOptions): Promise<Exit> {
  const workspace = await loadWorkspace(resolve(options.workspace));
  const deployments = deploymentsOf(workspace);
  const whole = planWorkspace(workspace, deployments);
  const only = parseSelection(options.only);
  const plan = select(whole, only);
  const needed = neededBy(whole, plan);
  const environments = deployments.all
    .filter((deployment) => concerns(only, deployment))
    .map(({ name, environment, tier, account, platform, regions }) => ({
      blueprint: name,
      environment,
      tier,
      account: account.name,
      platform: platform.blueprint,
      regions: Object.fromEntries(regions.map(({ region, role }) => [region.code, role])),
    }));
  const chosen = new Set(plan.stacks);
  const stacks = whole.stacks
    .filter((stack) => chosen.has(stack) || needed.has(stack.name))
    .map((stack) => {
      const { name, wave, props, dependencies } = stack;
      return {
        wave,
        name,
        // Not in the part that was asked for, but applied before it.
        needed: !chosen.has(stack),
        account: props.account.name,
        region: props.region,
        dependencies,
      };
    });
  const applications = plan.applications.map((application) => ({
    wave: application.plan.wave,
    path: pathOf(application),
    layer: application.layer,
  }));
  if (options.names) {
    process.stdout.write(stacks.map(({ name }) => `${name}\n`).join(""));
    return EXIT.ok;
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ environments, stacks, applications }, null, 2)}\n`);
    return EXIT.ok;
  }
  const lines = [
    "environments",
    ...environments.map(
      ({ blueprint, environment, tier, account, platform, regions }) =>
        `  ${blueprint} ${environment}  tier ${tier}, account ${account}, platform ${platform}: ${Object.entries(
          regions,
        )
          .map(([code, role]) => `${code} (${role})`)
          .join(", ")}`,
    ),
    "",
    "stacks, by wave",
    ...stacks.map(
      ({ wave, name, needed: before }) => `  ${String(wave).padStart(2)}  ${name}${before ? "  (needed first)" : ""}`,
    ),
    "",
    "applications, by sync wave",
    ...applications.map(({ wave, path }) => `  ${String(wave).padStart(2)}  ${path}`),
    "",
  ];
  process.stdout.write(lines.join("\n"));
  return EXIT.ok;
}

/** Names of the stacks that those of a part depend on, directly or not. */
function neededBy(whole: Plan, part: Plan): ReadonlySet<string> {
  const byName = new Map(whole.stacks.map((stack) => [stack.name, stack]));
  const found = new Set<string>();
  // A set visits what is added while it is walked, so this reaches all dependencies.
  for (const { dependencies } of part.stacks) for (const name of dependencies) found.add(name);
  for (const name of found) for (const further of byName.get(name)?.dependencies ?? []) found.add(further);
  return found;
}

function concerns(only: Selection, { name, environment, regions }: Deployment): boolean {
  const one = (wanted: readonly string[] | undefined, values: readonly string[]): boolean =>
    wanted === undefined || wanted.length === 0 || values.some((value) => wanted.includes(value));
  return (
    one(only.blueprints, [name]) &&
    one(only.environments, [environment]) &&
    one(
      only.regions,
      regions.map(({ region }) => region.code),
    )
  );
}
