import { parameterKeys } from "./cloud-edges.ts";
import { keyOf, nameOf, namespaceOf } from "./cluster-edges.ts";
import { type Edge, Index } from "./edges.ts";
import type { Estate } from "./index.ts";
import { at, list, text, texts } from "./json.ts";
import type { Node } from "./node.ts";
import { hostsWithRecords } from "./records.ts";

/** Links between the worlds: roles of service accounts, values that pods read, names that lead to gateways. */
export function linkEdges({ stacks }: Estate, nodes: readonly Node[], clusterOf: (node: Node) => string): Edge[] {
  const accounts = new Map(stacks.map(({ name, account, region }) => [name, { account, region }]));
  const scope = (node: Node): string => {
    const found = accounts.get(node.unit);
    return found === undefined ? scopeOfCluster(clusterOf(node), node) : `${found.account}/${found.region}`;
  };
  const objects = nodes.filter(({ kind }) => kind === "object");
  const published = new Index(nodes, (node) => parameterKeys(node, scope(node)));
  const identities = new Index(nodes, (node) =>
    node.type === "aws_eks_pod_identity_association"
      ? [
          keyOf(
            `${accounts.get(node.unit)?.account} ${text(node.body["cluster_name"])}`,
            "ServiceAccount",
            text(node.body["namespace"]),
            text(node.body["service_account"]) ?? "",
          ),
        ]
      : [],
  );
  const options = new Index(objects, (node) =>
    node.type === "ConfigMap" ? [keyOf(clusterOf(node), node.type, namespaceOf(node), nameOf(node))] : [],
  );
  // A gateway's service is made from options, and the hosts of its records are among them.
  const gateways = new Index(objects, (node) => {
    if (node.type !== "Gateway") return hostsPublishedBy(node);
    const name = text(at(node.body, "spec", "infrastructure", "parametersRef", "name")) ?? "";
    const made = options.get(keyOf(clusterOf(node), "ConfigMap", namespaceOf(node), name));
    return [...hostsPublishedBy(node), ...made.flatMap(hostsPublishedBy)];
  });
  return nodes.flatMap((node): Edge[] => {
    if (node.type === "ExternalSecret")
      return list(at(node.body, "spec", "data")).flatMap((entry) =>
        published.edges(node, "secret", `${scope(node)} ${text(at(entry, "remoteRef", "key"))}`),
      );
    if (node.type === "ServiceAccount")
      return identities.edges(node, "identity", keyOf(clusterOf(node), node.type, namespaceOf(node), nameOf(node)));
    if (node.type === "aws_route53_record")
      return [...texts(node.body["records"]), ...texts(node.body["name"])].flatMap((host) =>
        gateways.edges(node, "record", host),
      );
    return [];
  });
}

/** Account and region of a cluster's objects. */
const scopeOfCluster = (cluster: string, { region }: Node): string => `${cluster.split(" ")[0]}/${region}`;

/** Hosts that lead to an object: those of its records, and those that a gateway listens to. */
function hostsPublishedBy({ type, body }: Node): string[] {
  const listened =
    type === "Gateway" ? list(at(body, "spec", "listeners")).flatMap((one) => texts(at(one, "hostname"))) : [];
  return [...hostsWithRecords(body), ...listened].filter((host) => host !== "");
}
