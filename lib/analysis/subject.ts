import { graphOf } from "../estate/graph.ts";
import type { Estate } from "../estate/index.ts";
import type { Deployment } from "../model/deployment.ts";
import type { Subject } from "./analysis.ts";

/** A deployment with what belongs to it in an output: its own, its platform's and its account's. */
export function subjectOf(estate: Estate, deployment: Deployment): Subject {
  const { name, environment, platform, account } = deployment;
  const belongs = (blueprint: string, where: string): boolean =>
    (blueprint === name && where === environment) ||
    (blueprint === platform.blueprint && where === platform.environment);
  return {
    deployment,
    graph: graphOf({
      blueprints: estate.blueprints,
      stacks: estate.stacks.filter(
        (stack) => belongs(stack.blueprint, stack.environment) || stack.name.startsWith(`account-${account.name}-`),
      ),
      applications: estate.applications.filter((one) => belongs(one.blueprint, one.environment)),
    }),
  };
}
