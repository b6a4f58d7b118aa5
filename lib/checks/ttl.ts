import type { Graph } from "../estate/graph.ts";
import { text } from "../estate/json.ts";
import { errorAt, type Finding } from "./finding.ts";

/** Seconds that resolvers may keep a record. Catalogue: edge.dns.ttl-range. */
const RANGE = { least: 30, most: 300 } as const;

/** Records are kept long enough that resolvers are not asked all the time, and briefly enough that a change is seen soon. Those that are aliases have none. */
export const recordTtl = (graph: Graph): Finding[] =>
  graph.ofType("resource", "aws_route53_record").flatMap((record): Finding[] => {
    const { alias, ttl } = record.body;
    if (alias !== undefined || (Number(ttl) >= RANGE.least && Number(ttl) <= RANGE.most)) return [];
    const name = text(record.body["name"]) ?? record.address;
    const given = ttl === undefined ? "no time to live" : `a time to live of ${ttl} seconds`;
    return [
      {
        ...errorAt(record, "record-ttl", `${name} has ${given}, and ${RANGE.least} to ${RANGE.most} are allowed`),
        fix: `set ttl between ${RANGE.least} and ${RANGE.most}, or make the record an alias`,
      },
    ];
  });
