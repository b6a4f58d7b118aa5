import type { Deployments } from "../model/deployment.ts";
import { type AccountPlace, accountPlaces, type Place, placesOf } from "../model/place.ts";
import type { Workspace } from "../model/workspace.ts";

/** Every place of a workspace: of accounts, and of blueprints in their environments. */
export interface Places {
  readonly accounts: readonly AccountPlace[];
  readonly deployments: readonly Place[];
}

export const placesIn = (workspace: Workspace, deployments: Deployments): Places => ({
  accounts: accountPlaces(workspace, deployments),
  deployments: deployments.all.flatMap((deployment) => {
    const { global, regions } = placesOf(deployments, deployment);
    return [global, ...regions];
  }),
});
