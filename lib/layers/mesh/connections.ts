import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { settingsOf as analyticsSettings } from "../analytics/contract.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { parametersOf as storeParameters, plainSettingsOf as storeSettings } from "../data/contract.ts";
import { secretName } from "../security/contract.ts";
import { parametersOf as streamParameters, settingsOf as streamSettings } from "../streaming/contract.ts";
import { serviceHost } from "./contract.ts";

/** What a service is told about what it uses. */
export interface Connections {
  /** Environment variables whose values are known now. */
  readonly settings: Readonly<Record<string, string>>;
  /** Environment variables whose values exist only after the stacks were applied, with the parameter that carries each. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The connections of a service: names that can be computed as settings, endpoints as contract parameters. */
export function connectionsOf(place: Place, service: string): Connections {
  const settings: Record<string, string> = { ...analyticsSettings(place, service) };
  const parameters: Record<string, string> = {};
  for (const target of Object.keys(place.blueprint.services[service]?.uses ?? {})) {
    const prefix = variable(target);
    const add = (into: Record<string, string>, values: Readonly<Record<string, string>>): void => {
      for (const [name, value] of Object.entries(values)) into[`${prefix}_${name}`] = value;
    };
    if (place.blueprint.data[target] !== undefined) {
      add(settings, storeSettings(place, target));
      add(parameters, storeParameters(place, target));
    } else if (place.blueprint.streams[target] !== undefined) {
      add(settings, streamSettings(place, target));
      add(parameters, streamParameters(place, target, service));
    } else {
      settings[`${prefix}_URL`] = `http://${serviceHost(place, target)}`;
    }
  }
  return { settings, parameters };
}

/** `userEvents` and `user-events` as `USER_EVENTS`. */
const variable = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/-/g, "_")
    .toUpperCase();

/** The secrets of a service: endpoints from contract parameters, and what people have seeded. Nothing secret is in the output. */
export class ServiceSecrets extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, name, connections }: { readonly place: Place; readonly name: string; readonly connections: Connections },
  ) {
    super(scope, id);
    const namespace = namespaceOf(place, name);
    const parameters = Object.entries(connections.parameters);
    if (parameters.length > 0) {
      const endpoints = new CustomObject<IExternalSecret>(this, "connections", {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: { name: `${name}-connections`, namespace },
        spec: {
          refreshInterval: "1h",
          secretStoreRef: { kind: "ClusterSecretStore", name: "parameters" },
          target: { name: `${name}-connections`, creationPolicy: "Owner" },
          data: parameters.map(([secretKey, key]) => ({ secretKey, remoteRef: { key } })),
        },
      });
      encodes("mesh.workloads.secret", endpoints);
    }
    for (const secret of place.blueprint.services[name]?.secrets ?? []) {
      const seeded = new CustomObject<IExternalSecret>(this, `secret-${secret}`, {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: { name: `${name}-${secret}`, namespace },
        spec: {
          refreshInterval: "1h",
          secretStoreRef: { kind: "ClusterSecretStore", name: "secrets" },
          target: { name: `${name}-${secret}`, creationPolicy: "Owner" },
          dataFrom: [{ extract: { key: secretName(place, secret) } }],
        },
      });
      encodes("mesh.workloads.secret", seeded);
    }
  }
}
