import type { Graph } from "../estate/graph.ts";
import { at, list, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { errorAt, type Finding } from "./finding.ts";

/** Most bytes of code that CloudFront takes. */
const MOST_BYTES = 10_240;

/**
 * What runs before the cache starts in less than a millisecond: functions of CloudFront, never of Lambda, whose containers have to
 * boot. A behavior runs one an event, and what it runs is published and reads a store that it is associated with. Catalogue:
 * edge.workers.cold-start.
 */
export const edgeFunctions = (graph: Graph): Finding[] => [
  ...graph.ofType("resource", "aws_cloudfront_distribution").flatMap(ofDistribution),
  ...graph.ofType("resource", "aws_cloudfront_function").flatMap(ofFunction),
];

function ofDistribution(distribution: Node): Finding[] {
  const behaviors = [
    ...list(distribution.body["default_cache_behavior"]),
    ...list(distribution.body["ordered_cache_behavior"]),
  ];
  return behaviors.flatMap((behavior) => {
    const pattern = text(at(behavior, "path_pattern")) ?? "every other path";
    const slow = list(at(behavior, "lambda_function_association")).filter((one) =>
      text(at(one, "event_type"))?.startsWith("viewer-"),
    );
    const events = list(at(behavior, "function_association")).map((one) => text(at(one, "event_type")) ?? "");
    const twice = events.filter((event, index) => events.indexOf(event) !== index);
    return [
      ...slow.map(() => ({
        ...errorAt(distribution, "edge-cold-start", `${pattern} waits for a function of Lambda at every request`),
        fix: "write it as a function of CloudFront, or run it on origin events, which the cache is before",
      })),
      ...twice.map((event) => errorAt(distribution, "edge-functions", `${pattern} has two functions on ${event}`)),
    ];
  });
}

function ofFunction(one: Node): Finding[] {
  const code = text(one.body["code"]) ?? "";
  const bytes = Buffer.byteLength(code);
  const report = (summary: string, fix: string): Finding => ({ ...errorAt(one, "edge-functions", summary), fix });
  return [
    ...(bytes > MOST_BYTES
      ? [
          report(
            `its code has ${bytes} bytes, and CloudFront takes ${MOST_BYTES}`,
            "leave out redirects or experiments",
          ),
        ]
      : []),
    ...(one.body["publish"] === false ? [report("it is not published", "set publish")] : []),
    ...(code.includes("cf.kvs()") && list(one.body["key_value_store_associations"]).length === 0
      ? [report("it reads a store and is associated with none", "associate it with a key-value store")]
      : []),
  ];
}
