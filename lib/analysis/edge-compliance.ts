import type { Graph } from "../estate/graph.ts";
import { at, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis } from "./analysis.ts";

interface Control {
  readonly asks: string;
  readonly type: string;
  readonly wanted?: (node: Node) => boolean;
}

/** What each regime asks of an edge, and what in the output shows it. Catalogue: edge.kpis.compliance. */
const REGIMES: Readonly<Record<string, readonly Control[]>> = {
  "SOC 2 Type II": [
    { asks: "CC6.6: boundaries are protected", type: "aws_wafv2_web_acl" },
    { asks: "CC7.2: what is unusual is seen", type: "aws_cloudwatch_metric_alarm" },
    { asks: "A1.2: capacity and recovery of the service", type: "aws_route53_health_check" },
  ],
  "ISO 27001": [
    { asks: "A.8.15: logging", type: "aws_wafv2_web_acl_logging_configuration" },
    { asks: "A.8.20: networks are secured", type: "aws_wafv2_web_acl" },
    { asks: "A.8.24: cryptography", type: "aws_acm_certificate" },
  ],
  "PCI-DSS Level 1": [
    {
      asks: "4.2.1: strong cryptography over open networks",
      type: "aws_cloudfront_distribution",
      wanted: ({ body }) => /^TLSv1\.[23]/.test(text(at(body, "viewer_certificate", "minimum_protocol_version")) ?? ""),
    },
    { asks: "6.4.2: attacks on the web are stopped by themselves", type: "aws_wafv2_web_acl" },
    {
      asks: "6.4.3: scripts of pages are authorized",
      type: "aws_cloudfront_response_headers_policy",
      wanted: ({ body }) => at(body, "security_headers_config", "content_security_policy") !== undefined,
    },
  ],
  "GDPR Article 32": [
    { asks: "1a: encryption on the way", type: "aws_acm_certificate" },
    { asks: "1b: availability and resilience", type: "aws_route53_health_check" },
    {
      asks: "1b: no credentials in logs",
      type: "aws_wafv2_web_acl_logging_configuration",
      wanted: ({ body }) => body["redacted_fields"] !== undefined,
    },
  ],
};

/** Which control of a regime is met where; an auditor's own evidence is AWS's reports and these places. */
export const edgeCompliance: Analysis = {
  id: "edge-compliance",
  title: "Regimes that are claimed for the edge",
  of: ({ graph }) => ({
    columns: ["regime", "asks", "met by"],
    rows: Object.entries(REGIMES).flatMap(([regime, controls]) =>
      controls.map((control) => [regime, control.asks, metBy(graph, control) ?? "nothing"]),
    ),
    notes: [
      "A regime is certified by people: AWS's own reports cover its side, and an account's assessments belong to whoever audits it.",
    ],
  }),
};

function metBy(graph: Graph, { type, wanted = () => true }: Control): string | undefined {
  const [found] = graph.ofType("resource", type).filter(wanted);
  return found === undefined ? undefined : `${found.unit} ${found.address}`;
}
