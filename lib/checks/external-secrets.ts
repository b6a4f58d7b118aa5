import type { Graph } from "../estate/graph.ts";
import { at, list, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { askedBy, isSecretStore, namesReadBy } from "../estate/secret-edges.ts";
import { errorAt, type Finding } from "./finding.ts";

/**
 * Every external secret names a store that there is, and a parameter or secret that some stack creates in its account and
 * region; or a generator beside it, which makes its values in the cluster.
 */
export function externalSecrets(graph: Graph): Finding[] {
  return graph.ofType("object", "ExternalSecret").flatMap((node): Finding[] => {
    const generators = list(at(node.body, "spec", "dataFrom")).flatMap(
      (one) => at(one, "sourceRef", "generatorRef") ?? [],
    );
    if (generators.length > 0) return generators.flatMap((one) => generatorMissing(graph, node, one));
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

function generatorMissing(graph: Graph, node: Node, generator: unknown): Finding[] {
  const [kind = "", name = ""] = [text(at(generator, "kind")), text(at(generator, "name"))];
  const there = graph
    .ofType("object", kind)
    .some(
      ({ body, cluster }) =>
        cluster === node.cluster &&
        at(body, "metadata", "name") === name &&
        at(body, "metadata", "namespace") === at(node.body, "metadata", "namespace"),
    );
  return there ? [] : [errorAt(node, "secret-generator-missing", `there is no ${kind} ${name} beside it`)];
}
