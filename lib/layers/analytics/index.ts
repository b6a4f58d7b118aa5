import type { Place } from "../../model/place.ts";
import type { Layer, StackPlan } from "../common/layer.ts";
import { keysOf } from "../security/contract.ts";
import { CustomerProfiles, type ProfilesSettings } from "./profiles.ts";

/** What a product learns from its data: who its customers are. */
export const analytics: Layer = {
  id: "analytics",
  stacks: (place) => {
    const profiles = place.blueprint.layers.analytics?.profiles;
    return place.global || place.role !== "primary" || profiles === undefined ? [] : [profilesStack(place, profiles)];
  },
  applications: () => [],
};

function profilesStack(place: Place, profiles: ProfilesSettings): StackPlan {
  return {
    slice: "profiles",
    reads: [keysOf(place)],
    publishes: [],
    build: (stack) => {
      new CustomerProfiles(stack, "profiles", { place, profiles });
    },
  };
}
