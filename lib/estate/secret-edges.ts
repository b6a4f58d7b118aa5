import { parameterKey, parameterKeys } from "./cloud-edges.ts";
import { keyOf, nameOf, namespaceOf } from "./cluster-edges.ts";
import { type Edge, Index } from "./edges.ts";
import { at, list, text } from "./json.ts";
import { clusterOf, type Node } from "./node.ts";

/** What a secret store looks for, by the service of AWS that it asks. */
const ASKS: Readonly<Record<string, string>> = {
  ParameterStore: "aws_ssm_parameter",
  SecretsManager: "aws_secretsmanager_secret",
};

const STORES = new Set(["SecretStore", "ClusterSecretStore"]);

/** Whether an object is a store that external secrets are read from. */
export const isSecretStore = ({ kind, type }: Node): boolean => kind === "object" && STORES.has(type);

/** Type of the resources that a secret store looks for; empty where it asks another service. */
export const askedBy = ({ body }: Node): string =>
  ASKS[text(at(body, "spec", "provider", "aws", "service")) ?? ""] ?? "";

/** Names of what an external secret reads from its store. */
export const namesReadBy = ({ body }: Node): string[] =>
  list(at(body, "spec", "data")).map((entry) => text(at(entry, "remoteRef", "key")) ?? "");

/** Dependencies of external secrets: the store that they ask, and what it finds for them in its account and region. */
export function secretEdges(nodes: readonly Node[]): Edge[] {
  const kept = new Index(nodes, parameterKeys);
  const stores = new Index(nodes.filter(isSecretStore), (node) => [
    keyOf(clusterOf(node), node.type, namespaceOf(node), nameOf(node)),
  ]);
  return nodes
    .filter(({ type }) => type === "ExternalSecret")
    .flatMap((node): Edge[] => {
      const asked = at(node.body, "spec", "secretStoreRef");
      const kind = text(at(asked, "kind")) ?? "SecretStore";
      const namespace = kind === "ClusterSecretStore" ? undefined : namespaceOf(node);
      const store = keyOf(clusterOf(node), kind, namespace, text(at(asked, "name")) ?? "");
      const keys = stores
        .get(store)
        .flatMap((one) => namesReadBy(node).map((name) => parameterKey(node.scope, askedBy(one), name)));
      return [...stores.edges(node, "secret", store), ...keys.flatMap((key) => kept.edges(node, "secret", key))];
    });
}
