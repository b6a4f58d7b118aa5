import { type Estate, regionsOf } from "../estate/index.ts";
import { at, list, text } from "../estate/json.ts";
import { nameOf } from "../estate/objects.ts";
import { resourcesOf } from "../estate/stacks.ts";
import { error, type Finding } from "./finding.ts";

/** What a secret store looks for, by the service of AWS that it asks. */
const ASKS: Readonly<Record<string, string>> = {
  ParameterStore: "aws_ssm_parameter",
  SecretsManager: "aws_secretsmanager_secret",
};

/** Every external secret names a store that there is, and a parameter or secret that some stack creates in its account and region. */
export function externalSecrets(estate: Estate): Finding[] {
  const created = new Set(
    estate.stacks.flatMap((stack) =>
      Object.values(ASKS).flatMap((type) =>
        resourcesOf(stack, type).map(({ body }) => `${stack.account}/${stack.region} ${type} ${text(body["name"])}`),
      ),
    ),
  );
  const regions = regionsOf(estate).map((region) => ({
    place: `${region.account}/${region.region}`,
    cluster: region.cluster,
    objects: region.applications.flatMap(({ path, objects }) => objects.map((object) => ({ path, object }))),
  }));
  // A product on another's platform uses the platform's stores.
  const stores = new Map(
    regions.flatMap(({ cluster, objects }) =>
      objects
        .filter(({ object }) => object.kind === "ClusterSecretStore")
        .map(({ object }): [string, string] => [
          `${cluster} ${object.metadata.name}`,
          ASKS[text(at(object, "spec", "provider", "aws", "service")) ?? ""] ?? "",
        ]),
    ),
  );
  return regions.flatMap(({ place, cluster, objects }) =>
    objects
      .filter(({ object }) => object.kind === "ExternalSecret")
      .flatMap(({ path, object }): Finding[] => {
        const store = text(at(object, "spec", "secretStoreRef", "name")) ?? "";
        const type = stores.get(`${cluster} ${store}`);
        if (type === undefined)
          return [
            error("secret-store-missing", path, `there is no secret store ${store} in ${cluster}`, nameOf(object)),
          ];
        return list(at(object, "spec", "data")).flatMap((entry): Finding[] => {
          const key = text(at(entry, "remoteRef", "key")) ?? "";
          if (created.has(`${place} ${type} ${key}`)) return [];
          return [error("secret-uncreated", path, `no stack creates ${type} ${key} in ${place}`, nameOf(object))];
        });
      }),
  );
}
