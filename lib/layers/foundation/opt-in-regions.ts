import { AccountRegion } from "@cdktn/provider-aws/lib/account-region/index.js";
import { Construct } from "constructs";
import type { AccountPlace } from "../../model/place.ts";
import type { Region } from "../../model/regions.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";

/** Regions of an account's deployments that accounts have to opt into: AWS keeps them off otherwise. */
export const optInRegions = ({ deployments }: AccountPlace): readonly Region[] => [
  ...new Map(
    deployments
      .flatMap(({ regions }) => regions.map(({ region }) => region))
      .filter(({ optIn }) => optIn)
      .map((region) => [region.code, region]),
  ).values(),
];

/** Opts an account into regions. It takes minutes, at times hours, and costs nothing. Catalogue: foundation.regions.list. */
export class OptInRegions extends Construct {
  constructor(stack: Stack, id: string, place: AccountPlace) {
    super(stack, id);
    for (const { code } of optInRegions(place)) {
      const region = new AccountRegion(this, code, {
        regionName: code,
        enabled: true,
        timeouts: { create: "3h", update: "3h" },
        // To opt out would stop everything that is there.
        lifecycle: { preventDestroy: true },
      });
      encodes("foundation.regions.list", region);
    }
  }
}
