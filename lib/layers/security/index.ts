import type { Place } from "../../model/place.ts";
import { publish } from "../common/contract.ts";
import type { Layer, StackPlan } from "../common/layer.ts";
import { keysOf } from "./contract.ts";
import { Keys } from "./keys.ts";

/** Keys, secrets and boundaries of a blueprint, and what guards an account. */
export const security: Layer = {
  id: "security",
  stacks: (place) => (place.global ? [] : [regional(place)]),
};

function regional(place: Place): StackPlan {
  return {
    reads: [],
    publishes: [keysOf(place)],
    build: (stack) => {
      const keys = new Keys(stack, "keys", place);
      publish(stack, keysOf(place), { data: keys.data.arn, logs: keys.logs.arn, secrets: keys.secrets.arn });
    },
  };
}
