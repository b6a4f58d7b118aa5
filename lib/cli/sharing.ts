import { sharedProgramKey } from "../model/program.ts";
import type { Shard } from "../synth/shard.ts";
import { openStore } from "../synth/store/open.ts";
import { SharedPlaces } from "../synth/store/shared-places.ts";

/** What other machines have synthesized. @param given where; by default what the environment says, or nowhere */
export async function sharedPlaces(
  root: string,
  given: string | undefined = process.env["DODECA_STORE"],
  shard?: Shard,
): Promise<SharedPlaces | undefined> {
  if (given === undefined || given === "") return undefined;
  const onFailure = (message: string): void => {
    process.stderr.write(`the store ${given} was not used for everything: ${message}\n`);
  };
  return new SharedPlaces({ store: await openStore(given), program: sharedProgramKey(), root, shard, onFailure });
}
