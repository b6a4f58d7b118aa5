import { EcrReplicationConfiguration } from "@cdktn/provider-aws/lib/ecr-replication-configuration/index.js";
import { Construct } from "constructs";
import type { AccountPlace } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";

/** Where images pushed to a region's registry are needed besides, by prefix of their repositories. */
export function replicationsOf(
  place: AccountPlace,
): readonly { readonly prefix: string; readonly regions: string[] }[] {
  const here = place.region.code;
  return place.deployments.flatMap(({ name, environment, primary, regions }) => {
    const others = regions.map(({ region }) => region.code).filter((code) => code !== here);
    return primary.region.code === here && others.length > 0
      ? [{ prefix: `${name}/${environment}/`, regions: others }]
      : [];
  });
}

/**
 * The account's image registry in a region: what is pushed to an environment's primary region is copied to its others, so
 * that CI pushes once. An account has one such configuration in a region.
 */
export class Registry extends Construct {
  constructor(stack: Stack, id: string, place: AccountPlace) {
    super(stack, id);
    const replication = new EcrReplicationConfiguration(this, "replication", {
      replicationConfiguration: {
        rule: replicationsOf(place).map(({ prefix, regions }) => ({
          destination: regions.map((region) => ({ region, registryId: place.account.id })),
          repositoryFilter: [{ filter: prefix, filterType: "PREFIX_MATCH" }],
        })),
      },
    });
    encodes("delivery.registry.ecr", replication);
  }
}
