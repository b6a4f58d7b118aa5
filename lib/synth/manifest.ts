import type { Plan } from "../topology/plan.ts";
import { CDKTN_VERSION } from "./terraform.ts";

/** `cdktf.out/manifest.json` as the CDKTN command line expects it, stacks in apply order. */
export function manifestOf(plan: Plan): object {
  return {
    version: CDKTN_VERSION,
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
