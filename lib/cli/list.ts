import { resolve } from "node:path";
import { deploymentsOf } from "../model/deployment.ts";
import { loadWorkspace } from "../model/workspace.ts";
import { pathOf, planWorkspace, select } from "../topology/plan.ts";
import { EXIT, type Exit } from "./run.ts";
import { parseSelection } from "./selection.ts";

export interface ListOptions {
  readonly workspace: string;
  readonly only?: readonly string[] | undefined;
  readonly json: boolean;
}

/** `dodeca list`: blueprints and environments, then stacks and applications in the order in which they are applied. */
export async function list(options: ListOptions): Promise<Exit> {
  const workspace = await loadWorkspace(resolve(options.workspace));
  const deployments = deploymentsOf(workspace);
  const plan = select(planWorkspace(workspace, deployments), parseSelection(options.only));
  const environments = deployments.all.map(({ name, environment, tier, account, platform, regions }) => ({
    blueprint: name,
    environment,
    tier,
    account: account.name,
    platform: platform.blueprint,
    regions: Object.fromEntries(regions.map(({ region, role }) => [region.code, role])),
  }));
  const stacks = plan.stacks.map(({ name, wave, props, dependencies }) => ({
    wave,
    name,
    account: props.account.name,
    region: props.region,
    dependencies,
  }));
  const applications = plan.applications.map((application) => ({
    wave: application.plan.wave,
    path: pathOf(application),
    layer: application.layer,
  }));
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
    ...stacks.map(({ wave, name }) => `  ${String(wave).padStart(2)}  ${name}`),
    "",
    "applications, by sync wave",
    ...applications.map(({ wave, path }) => `  ${String(wave).padStart(2)}  ${path}`),
    "",
  ];
  process.stdout.write(lines.join("\n"));
  return EXIT.ok;
}
