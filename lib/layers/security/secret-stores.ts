import type { IClusterSecretStore } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import type { Place } from "../../model/place.ts";
import { type Application, CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";

/** Where pods' secrets come from: contract parameters and Secrets Manager, read with the operator's own identity. */
export function secretStores(application: Application, place: Place): void {
  for (const [name, service] of [
    ["parameters", "ParameterStore"],
    ["secrets", "SecretsManager"],
  ] as const) {
    const store = new CustomObject<IClusterSecretStore>(application, name, {
      apiVersion: "external-secrets.io/v1",
      kind: "ClusterSecretStore",
      metadata: { name },
      spec: { provider: { aws: { service, region: place.region.code } } },
    });
    encodes("security.secrets.access", store);
    encodes("foundation.security.secrets", store);
  }
}
