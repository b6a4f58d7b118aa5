import type { Place } from "../../model/place.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { clusterOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { Alarms, watchesOf } from "./alarms.ts";
import { Alerts } from "./alerts.ts";
import { Collectors } from "./collectors.ts";
import { clusterDashboard, productDashboards } from "./dashboards.ts";

/** What is collected, what is kept, what is shown, and who is woken. */
export const observability: Layer = {
  id: "observability",
  stacks: (place) => {
    if (place.global) return [];
    return [
      ...(place.deployment.platform.owned ? [collectors(place)] : []),
      ...(watchesOf(place).length > 0 ? [alarms(place)] : []),
    ];
  },
  applications: (place) => [
    ...(place.deployment.platform.owned ? [cluster()] : []),
    ...(Object.keys(place.blueprint.services).length > 0 ? [alerts(place)] : []),
  ],
};

function collectors(place: Place): StackPlan {
  return {
    slice: "collectors",
    reads: [keysOf(place), clusterOf(place)],
    publishes: [],
    build: (stack) => {
      new Collectors(stack, "collectors", place);
    },
  };
}

function alarms(place: Place): StackPlan {
  return {
    slice: "alarms",
    reads: [],
    publishes: [],
    build: (stack) => {
      new Alarms(stack, "alarms", place);
    },
  };
}

function cluster(): ApplicationPlan {
  return {
    name: "dashboards",
    clusterWide: true,
    wave: WAVES.platform,
    build: (application) => clusterDashboard(application),
  };
}

function alerts(place: Place): ApplicationPlan {
  return {
    name: "alerts",
    wave: WAVES.alerts,
    build: (application) => {
      new Alerts(application, "alerts", place);
      productDashboards(application, place);
    },
  };
}
