import { namespacesOf, type Place } from "../../model/place.ts";
import { contractsBefore as clientContracts } from "../client/contract.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { contractsUsedBy as storeContracts } from "../data/contract.ts";
import { WAVES } from "../delivery/contract.ts";
import { clusterOf } from "../foundation/contract.ts";
import { contractsUsedBy as streamContracts } from "../streaming/contract.ts";
import { ServiceAccess } from "./access.ts";
import { meshDefaults, NamespaceAuthorization, ServiceAuthorization, storesEntry } from "./authorization.ts";
import { connectionsOf, ServiceSecrets } from "./connections.ts";
import { egressOf } from "./contract.ts";
import { NamespacePolicies, ServicePolicy } from "./network-policies.ts";
import { QueryCache } from "./query-cache.ts";
import { Scaler } from "./scaler.ts";
import { ScalerAccess, scalerIdentity } from "./scaler-access.ts";
import { ServiceFiles } from "./service-files.ts";
import { Egress, TrafficRules } from "./traffic-rules.ts";
import { Transcoding } from "./transcoding.ts";
import { Workload } from "./workload.ts";

/** The mesh, and every service in it: workload, scaling, traffic, who may reach whom, and what it may do on AWS. */
export const mesh: Layer = {
  id: "mesh",
  stacks: (place) => {
    if (place.global) return [];
    return [
      ...(place.deployment.platform.owned ? [scaling(place)] : []),
      ...(Object.keys(place.blueprint.services).length === 0 ? [] : [access(place)]),
    ];
  },
  applications: (place) => [
    ...(place.deployment.platform.owned ? [defaults()] : []),
    ...(Object.keys(place.blueprint.services).length === 0 ? [] : [policies(place)]),
    ...Object.keys(place.blueprint.services).map((name) => service(place, name)),
  ],
};

function access(place: Place): StackPlan {
  return {
    reads: [clusterOf(place), ...storeContracts(place), ...streamContracts(place)],
    follows: clientContracts(place),
    publishes: [],
    build: (stack) => {
      new ServiceAccess(stack, "services", place);
    },
  };
}

function scaling(place: Place): StackPlan {
  return {
    slice: "scaling",
    reads: [clusterOf(place)],
    publishes: [],
    build: (stack) => {
      new ScalerAccess(stack, "scaling", place);
    },
  };
}

function defaults(): ApplicationPlan {
  return {
    name: "mesh",
    clusterWide: true,
    wave: WAVES.platform,
    build: (application) => {
      meshDefaults(application);
      scalerIdentity(application);
    },
  };
}

function policies(place: Place): ApplicationPlan {
  return {
    name: "policies",
    wave: WAVES.policies,
    build: (application) => {
      for (const namespace of namespacesOf(place)) {
        new NamespacePolicies(application, `network-${namespace}`, { place, namespace });
        new NamespaceAuthorization(application, `authorization-${namespace}`, { place, namespace });
        storesEntry(application, place, namespace);
      }
    },
  };
}

function service(place: Place, name: string): ApplicationPlan {
  return {
    name,
    wave: WAVES.services,
    build: (application) => {
      const settings = place.blueprint.services[name];
      if (settings === undefined) throw new Error(`no service ${name}`);
      const connections = connectionsOf(place, name);
      const props = { place, name, service: settings };
      new ServiceSecrets(application, "secrets", { place, name, connections });
      new Workload(application, "workload", { ...props, connections });
      new ServiceFiles(application, "files", props);
      new Scaler(application, "scaler", props);
      new TrafficRules(application, "traffic", props);
      new ServiceAuthorization(application, "authorization", props);
      new ServicePolicy(application, "network", props);
      if (settings.transcoding !== undefined)
        new Transcoding(application, "transcoding", { place, name, settings: settings.transcoding });
      if (settings.graphql?.cache !== undefined) new QueryCache(application, "query-cache", { place, router: name });
      const hosts = egressOf(settings);
      if (hosts.length > 0) new Egress(application, "egress", { place, name, hosts });
    },
  };
}
