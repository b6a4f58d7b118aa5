import type { Graph } from "../estate/graph.ts";
import { at, list, text } from "../estate/json.ts";
import { errorAt, type Finding } from "./finding.ts";

/**
 * Nobody gets around the CDN: a public load balancer lets in lists of addresses that AWS keeps, and a bucket behind a distribution
 * is read by requests that the distribution signs. From the edge to there the way is AWS's own. Catalogue: edge.pops.backbone.
 */
export function origins(graph: Graph): Finding[] {
  const open = graph
    .ofType("resource", "aws_lb")
    // Relays of calls are no origin: no CDN carries what they take.
    .filter(({ layer, body }) => layer === "ingress" && body["internal"] !== true)
    .flatMap((balancer) =>
      graph
        .ofType("resource", "aws_vpc_security_group_ingress_rule")
        .filter(({ unit, body }) => {
          const group = text(body["security_group_id"]) ?? "";
          return unit === balancer.unit && list(balancer.body["security_groups"]).includes(group);
        })
        .filter(({ body }) => body["cidr_ipv4"] !== undefined || body["cidr_ipv6"] !== undefined)
        .map(
          (rule): Finding => ({
            ...errorAt(
              rule,
              "origin-around-the-edge",
              `it lets ${text(rule.body["cidr_ipv4"] ?? rule.body["cidr_ipv6"]) ?? "addresses"} reach ${balancer.address} around the CDN and its firewall`,
            ),
            severity: "warning",
            fix: 'set layers.ingress.loadBalancer.reachableFrom to "cdn"',
          }),
        ),
    );
  const unsigned = graph.ofType("resource", "aws_cloudfront_distribution").flatMap((distribution) =>
    list(distribution.body["origin"])
      .filter(
        (origin) =>
          at(origin, "custom_origin_config") === undefined &&
          at(origin, "vpc_origin_config") === undefined &&
          text(at(origin, "origin_access_control_id")) === undefined,
      )
      .map((origin) =>
        errorAt(
          distribution,
          "origin-around-the-edge",
          `the origin ${text(at(origin, "origin_id")) ?? ""} is read without a signature`,
        ),
      ),
  );
  return [...open, ...unsigned];
}
