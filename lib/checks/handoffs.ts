import { namespaceOf } from "../estate/cluster-edges.ts";
import type { Graph } from "../estate/graph.ts";
import { at, list, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { errorAt, type Finding } from "./finding.ts";
import { GATEWAYS } from "./platform-namespaces.ts";

/**
 * What may open a connection to what: the boundaries of the request path, and those who run it. Catalogue:
 * foundation.layers.handoffs. Services keep caches and stores together, so that the row from streaming to data is theirs;
 * `mesh` is every pod, a gateway's too. Calls and their relays speak over UDP, which no CDN carries.
 */
const HANDOFFS: Readonly<Record<string, readonly string[]>> = {
  internet: ["edge", "client"],
  client: ["client", "edge", "mesh"],
  edge: ["ingress"],
  ingress: ["ingress", "mesh"],
  mesh: ["mesh", "ingress", "streaming", "data", "foundation", "edge"],
  streaming: ["streaming", "data", "mesh"],
  data: ["data", "analytics"],
  // Who scrapes metrics and who installs what is in the cluster stand beside the path.
  observability: ["ingress", "mesh", "streaming", "data"],
  delivery: ["mesh"],
};

/** Layers of the platform's namespaces; every other namespace holds services. */
const NAMESPACES: Readonly<Record<string, string>> = {
  [GATEWAYS]: "ingress",
  monitoring: "observability",
  argocd: "delivery",
};

/** No security group and no policy of the mesh opens a way that is none of the boundaries between layers. */
export const handoffs = (graph: Graph): Finding[] => [
  ...graph.ofType("resource", "aws_vpc_security_group_ingress_rule").flatMap((rule) => groupFindings(graph, rule)),
  ...graph.ofType("object", "AuthorizationPolicy").flatMap(policyFindings),
];

function groupFindings(graph: Graph, rule: Node): Finding[] {
  const to = layerOfGroup(graph, rule, text(rule.body["security_group_id"]));
  const from = sourcesOf(graph, rule);
  return from.flatMap((source) => findings(rule, source, to));
}

/** The layers that a rule lets in: those of a group, or who has the addresses. */
function sourcesOf(graph: Graph, rule: Node): string[] {
  const group = text(rule.body["referenced_security_group_id"]);
  if (group !== undefined) return [layerOfGroup(graph, rule, group)];
  // AWS's own lists are of its edge: the CDN, and the health checks of its name servers.
  if (rule.body["prefix_list_id"] !== undefined) return ["edge"];
  const open = [rule.body["cidr_ipv4"], rule.body["cidr_ipv6"]].some((cidr) => cidr === "0.0.0.0/0" || cidr === "::/0");
  // A gateway that the blueprint opens to the internet is a finding of its own: origin-around-the-edge.
  if (open && rule.layer === "ingress") return [];
  return [open ? "internet" : "mesh"];
}

/** The layer that a security group belongs to. The cluster's own group is that of all its pods. */
function layerOfGroup(graph: Graph, rule: Node, expression: string | undefined): string {
  const parameter = /data\.aws_ssm_parameter\.[\w-]+/.exec(expression ?? "")?.[0];
  if (parameter === undefined) return rule.layer;
  const [published] = graph.targetsOf(`${rule.unit} ${parameter}`, "contract");
  const layer = published?.layer ?? rule.layer;
  return layer === "foundation" ? "mesh" : layer;
}

function policyFindings(policy: Node): Finding[] {
  const to = layerOfNamespace(namespaceOf(policy) ?? "");
  const sources = list(at(policy.body, "spec", "rules")).flatMap((rule) =>
    list(at(rule, "from")).flatMap((from) =>
      texts(at(from, "source", "principals")).map((principal) =>
        layerOfNamespace(/\/ns\/([^/]+)\//.exec(principal)?.[1] ?? ""),
      ),
    ),
  );
  return [...new Set(sources)].flatMap((source) => findings(policy, source, to));
}

const layerOfNamespace = (namespace: string): string => NAMESPACES[namespace] ?? "mesh";

function findings(node: Node, from: string, to: string): Finding[] {
  if (HANDOFFS[from]?.includes(to) === true) return [];
  return [
    {
      ...errorAt(node, "way-around", `it lets ${from} reach ${to}, and no boundary between layers is there`),
      fix: `let ${from} reach ${HANDOFFS[from]?.join(" or ") ?? "nothing"} only`,
    },
  ];
}
