import { ownerOf, type Place } from "../../model/place.ts";
import { homeRegion } from "../../model/regions.ts";
import { type ContractRef, contract } from "../common/contract.ts";

/** The zone of a product's domain in an environment. */
export const zone = contract("edge", { zoneId: "text" }, "zone");

/** The zone's contract, which the product's global stack publishes. */
export const zoneOf = (place: Place): ContractRef<(typeof zone)["declared"]> => ({
  contract: zone,
  owner: ownerOf(place),
  region: homeRegion(place.deployment.account.partition),
});
