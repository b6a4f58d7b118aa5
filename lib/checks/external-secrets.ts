import type { Graph } from "../estate/graph.ts";
import { at, text } from "../estate/json.ts";
import { askedBy, isSecretStore, namesReadBy } from "../estate/secret-edges.ts";
import { errorAt, type Finding } from "./finding.ts";

/** Every external secret names a store that there is, and a parameter or secret that some stack creates in its account and region. */
export function externalSecrets(graph: Graph): Finding[] {
  return graph.ofType("object", "ExternalSecret").flatMap((node): Finding[] => {
    const targets = graph.targetsOf(node.id, "secret");
    // Whichever it is where two stores have the same name, it has to find everything.
    const asked = new Set(targets.filter(isSecretStore).map(askedBy));
    if (asked.size === 0) {
      const name = text(at(node.body, "spec", "secretStoreRef", "name")) ?? "";
      return [errorAt(node, "secret-store-missing", `there is no secret store ${name} in ${node.cluster}`)];
    }
    return [...asked].flatMap((type) => {
      const created = new Set(targets.filter((one) => one.type === type).map(({ body }) => text(body["name"])));
      return namesReadBy(node)
        .filter((name) => !created.has(name))
        .map((name) => errorAt(node, "secret-uncreated", `no stack creates ${type} ${name} in ${node.scope}`));
    });
  });
}
