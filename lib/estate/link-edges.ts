import { keyOf, nameOf, namespaceOf } from "./cluster-edges.ts";
import { type Edge, Index } from "./edges.ts";
import { text, texts } from "./json.ts";
import { clusterOf, type Node } from "./node.ts";
import { hostsListenedBy, hostsRoutedBy } from "./records.ts";

/** Links between the worlds: roles of service accounts, names that lead to gateways and routes. */
export function linkEdges(nodes: readonly Node[]): Edge[] {
  const objects = nodes.filter(({ kind }) => kind === "object");
  const identities = new Index(nodes, (node) =>
    node.type === "aws_eks_pod_identity_association" ? [identityKey(node)] : [],
  );
  const served = new Index(objects, (node) => [...hostsListenedBy(node), ...hostsRoutedBy(node)]);
  return nodes.flatMap((node): Edge[] => {
    if (node.type === "ServiceAccount")
      return identities.edges(
        node,
        "identity",
        keyOf(clusterOf(node), node.type, namespaceOf(node) ?? "default", nameOf(node)),
      );
    if (node.type === "aws_route53_record")
      return [...texts(node.body["records"]), ...texts(node.body["name"])].flatMap((host) =>
        served.edges(node, "record", host),
      );
    return [];
  });
}

/** The service account that an association gives a role, as it is found in its cluster. */
export function identityKey({ scope, cluster, body }: Node): string {
  const name = text(body["cluster_name"]);
  // A stack that makes the cluster refers to it: it is the one that the pods of its place are in.
  const inside = name === undefined || name.startsWith("${") ? cluster : name;
  return keyOf(
    clusterOf({ scope, cluster: inside }),
    "ServiceAccount",
    text(body["namespace"]),
    text(body["service_account"]) ?? "",
  );
}
