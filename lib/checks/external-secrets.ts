import type { Graph } from "../estate/graph.ts";
import { at, text } from "../estate/json.ts";
import { askedBy, isSecretStore, namesReadBy } from "../estate/secret-edges.ts";
import { errorAt, type Finding } from "./finding.ts";

/** Every external secret names a store that there is, and a parameter or secret that some stack creates in its account and region. */
export function externalSecrets(graph: Graph): Finding[] {
  return graph.ofType("object", "ExternalSecret").flatMap((node): Finding[] => {
    const targets = graph.targetsOf(node.id, "secret");
    const store = targets.find(isSecretStore);
    if (store === undefined) {
      const name = text(at(node.body, "spec", "secretStoreRef", "name")) ?? "";
      return [errorAt(node, "secret-store-missing", `there is no secret store ${name} in ${node.cluster}`)];
    }
    const created = new Set(targets.map(({ body }) => text(body["name"])));
    return namesReadBy(node)
      .filter((name) => !created.has(name))
      .map((name) => errorAt(node, "secret-uncreated", `no stack creates ${askedBy(store)} ${name} in ${node.scope}`));
  });
}
