import type { AccountPlace, Place } from "../../model/place.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { addonApplications } from "./addons.ts";
import { Bootstrapper } from "./bootstrapper.ts";
import { imagesOf, WAVES } from "./contract.ts";
import { PipelineRoles } from "./pipeline-roles.ts";
import { Registry, replicationsOf } from "./registry.ts";
import { Repositories } from "./repositories.ts";
import { StateBucket } from "./state.ts";

/** How what is generated gets to run: states, pipeline roles, image repositories, the cluster's first breath, add-ons. */
export const delivery: Layer = {
  id: "delivery",
  stacks: (place) =>
    place.global
      ? []
      : [
          ...(imagesOf(place).length > 0 ? [images(place)] : []),
          ...(place.deployment.platform.owned ? [bootstrap(place)] : []),
        ],
  applications: (place) => (place.deployment.platform.owned ? [addons(place)] : []),
  accountStacks: (place) =>
    place.global ? [pipeline(place)] : [state(), ...(replicationsOf(place).length > 0 ? [registry(place)] : [])],
};

function state(): StackPlan {
  return {
    slice: "bootstrap",
    reads: [],
    publishes: [],
    build: (stack) => {
      new StateBucket(stack, "state");
    },
  };
}

function pipeline(place: AccountPlace): StackPlan {
  return {
    reads: [],
    publishes: [],
    build: (stack) => {
      new PipelineRoles(stack, "pipeline", place);
    },
  };
}

function registry(place: AccountPlace): StackPlan {
  return {
    slice: "registry",
    reads: [],
    publishes: [],
    build: (stack) => {
      new Registry(stack, "registry", place);
    },
  };
}

function images(place: Place): StackPlan {
  return {
    slice: "images",
    reads: [keysOf(place)],
    publishes: [],
    build: (stack) => {
      new Repositories(stack, "repositories", place);
    },
  };
}

function bootstrap(place: Place): StackPlan {
  return {
    slice: "cluster",
    reads: [clusterOf(place), networkOf(place), keysOf(place)],
    publishes: [],
    build: (stack) => {
      new Bootstrapper(stack, "bootstrap", place);
    },
  };
}

function addons(place: Place): ApplicationPlan {
  return {
    name: "add-ons",
    clusterWide: true,
    wave: WAVES.addons,
    build: (application) => addonApplications(application, place),
  };
}
