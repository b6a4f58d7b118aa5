import { ownerOf, type Place, platformOwnerOf } from "../../model/place.ts";
import { type ContractRef, contract } from "../common/contract.ts";

/** ARNs of the keys of a platform or product in a region, one per purpose, so that the use of each can be watched and cut off alone. */
export const keys = contract(
  "security",
  {
    /** Stores and streams. */
    data: "text",
    /** Log groups, which the logging service itself encrypts. */
    logs: "text",
    /** Secrets, parameters and the cluster's own secrets. */
    secrets: "text",
  },
  "keys",
);

/** The keys of the place's own blueprint. */
export const keysOf = (place: Place): ContractRef<(typeof keys)["declared"]> => ({
  contract: keys,
  owner: ownerOf(place),
  region: place.region.code,
});

/** The keys of the platform that the place uses. */
export const platformKeysOf = (place: Place): ContractRef<(typeof keys)["declared"]> => ({
  contract: keys,
  owner: platformOwnerOf(place),
  region: place.region.code,
});
