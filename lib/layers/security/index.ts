import type { AccountPlace, Place } from "../../model/place.ts";
import { publish } from "../common/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { clusterOf } from "../foundation/contract.ts";
import { AccountGuards, RegionGuards } from "./account.ts";
import { keysOf, secretsOf } from "./contract.ts";
import { Keys } from "./keys.ts";
import { SecretReader } from "./secret-readers.ts";
import { secretStores } from "./secret-stores.ts";
import { SeededSecrets } from "./secrets.ts";

/** Keys, secrets and their readers, the bound of workloads, and what guards an account. */
export const security: Layer = {
  id: "security",
  stacks: (place) => (place.global ? [] : [keys(place), ...(place.deployment.platform.owned ? [readers(place)] : [])]),
  applications: (place) => (place.deployment.platform.owned ? [stores(place)] : []),
  accountStacks: (place) => [account(place)],
};

function keys(place: Place): StackPlan {
  return {
    reads: [],
    publishes: [keysOf(place)],
    build: (stack) => {
      const made = new Keys(stack, "keys", place);
      if (Object.keys(secretsOf(place)).length > 0) new SeededSecrets(stack, "secrets", place, made.secrets.arn);
      publish(stack, keysOf(place), { data: made.data.arn, logs: made.logs.arn, secrets: made.secrets.arn });
    },
  };
}

function readers(place: Place): StackPlan {
  return {
    slice: "readers",
    reads: [clusterOf(place)],
    publishes: [],
    build: (stack) => {
      new SecretReader(stack, "readers", place);
    },
  };
}

function stores(place: Place): ApplicationPlan {
  return {
    name: "secret-stores",
    clusterWide: true,
    wave: WAVES.platform,
    build: (application) => secretStores(application, place),
  };
}

function account(place: AccountPlace): StackPlan {
  return {
    reads: [],
    publishes: [],
    build: (stack) => {
      if (place.global) new AccountGuards(stack, "account", place);
      else new RegionGuards(stack, "region", place);
    },
  };
}
