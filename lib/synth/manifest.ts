import type { Plan } from "../topology/plan.ts";

/** `cdktf.out/manifest.json` as the CDKTN command line expects it, stacks in apply order. */
export function manifestOf(plan: Plan): object {
  return {
    version: "0.24.0",
    stacks: Object.fromEntries(
      plan.stacks.map(({ name, dependencies, wave, props }) => [
        name,
        {
          name,
          constructPath: name,
          workingDirectory: `stacks/${name}`,
          synthesizedStackPath: `stacks/${name}/cdk.tf.json`,
          annotations: [],
          dependencies: [...dependencies],
          wave,
          account: props.account.id,
          region: props.region,
        },
      ]),
    ),
  };
}
