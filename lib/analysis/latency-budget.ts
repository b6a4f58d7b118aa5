import { milliseconds } from "../model/quantities.ts";
import type { Analysis } from "./analysis.ts";

/** Milliseconds that a hop may take of a read, at the 99th percentile. Catalogue: edge.kpis.latency, ingress.kpis.overhead. */
export const HOPS = [
  { hop: "edge", milliseconds: 5, why: "a request that the CDN passes on, with its firewall" },
  { hop: "gateway", milliseconds: 5, why: "token, limits and route" },
  { hop: "sidecars", milliseconds: 2, why: "two proxies, a millisecond each" },
] as const;

/** What is left of a promise for the service and its stores, in milliseconds. */
export const leftOf = (p99: number): number => p99 - HOPS.reduce((sum, hop) => sum + hop.milliseconds, 0);

/** How the promised latency is divided over the hops of a read. Catalogue: foundation.targets.latency. */
export const latencyBudget: Analysis = {
  id: "latency",
  title: "The latency that is promised, hop by hop",
  of: ({ deployment }) => {
    const columns = ["hop", "milliseconds", "for"];
    const promised = deployment.blueprint.objectives?.p99;
    if (promised === undefined) return { columns, rows: [], notes: ["the blueprint promises no latency"] };
    const p99 = milliseconds(promised);
    const left = leftOf(p99);
    return {
      columns,
      rows: [
        ...HOPS.map(({ hop, milliseconds: spent, why }) => [hop, String(spent), why]),
        ["service", String(left), "the service with everything that it calls"],
        ["in all", String(p99), "objectives.p99"],
      ],
      notes: [
        ...(left <= 0 ? ["Nothing is left for the service: the promise cannot be kept."] : []),
        "It is of reads in the client's own continent, from the CDN's nearest location: the way between client and CDN is the network's.",
      ],
    };
  },
};
