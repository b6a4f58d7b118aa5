import type { Graph } from "../estate/graph.ts";
import { at, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis } from "./analysis.ts";

/** A figure that the edge is to reach: what measures it, found in the output, or why only the provider can say. */
interface EdgeObjective {
  readonly figure: string;
  readonly objective: string;
  readonly note: string;
  readonly measuredBy: (graph: Graph) => string | undefined;
}

const PROVIDER = "figure of the provider";
export const NOT_MEASURED = "nothing measures it";

const first = (graph: Graph, type: string, wanted: (node: Node) => boolean = () => true): string | undefined => {
  const [found] = graph.ofType("resource", type).filter(wanted);
  return found === undefined ? undefined : `${found.unit} ${found.address}`;
};
const alarm =
  (metric: string) =>
  (graph: Graph): string | undefined =>
    first(graph, "aws_cloudwatch_metric_alarm", ({ body }) => body["metric_name"] === metric);
/** Browsers tell how long names took to resolve and connections to open. */
const browsers = (graph: Graph): string | undefined => first(graph, "aws_rum_app_monitor");
const provider = () => PROVIDER;

/** Catalogue: edge.kpis.table, edge.dns.anycast. */
const OBJECTIVES: readonly EdgeObjective[] = [
  { figure: "DNS resolution", objective: "3 ms", note: "anycast, 300+ resolvers", measuredBy: browsers },
  { figure: "TLS resumption", objective: "0-RTT", note: "tickets or PSK", measuredBy: browsers },
  { figure: "cache hit rate", objective: "95 %", note: "", measuredBy: alarm("CacheHitRate") },
  { figure: "DDoS detection", objective: "< 1 s", note: "analysis of flows", measuredBy: alarm("DDoSDetected") },
  { figure: "DDoS mitigation", objective: "< 3 s", note: "anycast blackhole", measuredBy: provider },
  { figure: "edge worker start", objective: "< 1 ms", note: "", measuredBy: provider },
  {
    figure: "availability",
    objective: "99.999 %",
    note: "less than five minutes a year",
    measuredBy: (graph) => alarm("5xxErrorRate")(graph),
  },
  { figure: "absorption", objective: "10 Tbps", note: "", measuredBy: provider },
];

/** What the edge is to reach, and what says whether it does. */
export const edgeObjectives: Analysis = {
  id: "edge-objectives",
  title: "Objectives of the edge",
  of: ({ graph }) => ({
    columns: ["figure", "objective", "note", "measured by"],
    rows: OBJECTIVES.map(({ figure, objective, note, measuredBy }) => [
      figure,
      objective,
      note,
      measuredBy(graph) ?? NOT_MEASURED,
    ]),
    notes: [
      "Browsers tell the times of names and connections as they see them, with their own way to the edge in it: 3 ms hold between a resolver nearby and the name servers.",
      "CloudFront has no attribute for 0-RTT, and early data can be replayed: connections are resumed by ticket, in one round trip.",
    ],
  }),
};

/** What the firewall sees of each protocol, and where. Catalogue: edge.waf.protocols. */
export const inspectedProtocols: Analysis = {
  id: "inspected-protocols",
  title: "Protocols that the firewall inspects",
  of: ({ graph }) => {
    const [distribution] = graph
      .ofType("resource", "aws_cloudfront_distribution")
      .filter(({ body }) => text(body["web_acl_id"]) !== undefined);
    const gateway = graph
      .ofType("object", "WasmPlugin")
      .find(({ body }) => at(body, "spec", "pluginConfig", "directives_map") !== undefined);
    const http3 = String(distribution?.body["http_version"] ?? "").endsWith("3");
    const atEdge = distribution === undefined ? "nothing" : `${distribution.unit} ${distribution.address}`;
    const atGateway = gateway === undefined ? "not asked for" : `${gateway.unit} ${gateway.address}`;
    return {
      columns: ["protocol", "at the edge", "at the gateway"],
      rows: [
        ["HTTP/S", atEdge, atGateway],
        ["HTTP/2", atEdge, atGateway],
        ["HTTP/3", http3 ? atEdge : "not spoken", "not spoken: the CDN speaks HTTP/2 or 1.1 to it"],
        ["WebSocket handshake", atEdge, atGateway],
      ],
      notes: [
        "The gateways' load balancers are of layer 4, to which AWS attaches no firewall: the second one stands in the gateways themselves.",
        "Of a WebSocket only the handshake is inspected, which is a request; what follows is no HTTP.",
      ],
    };
  },
};
