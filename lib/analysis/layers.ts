import { LAYERS } from "../model/layers.ts";
import type { Analysis } from "./analysis.ts";

/** The twelve layers in their order, and what each has in the output. Catalogue: foundation.layers.order. */
export const layers: Analysis = {
  id: "layers",
  title: "The twelve layers",
  of: ({ graph, deployment }) => {
    const own = graph.where(
      ({ blueprint, environment }) => blueprint === deployment.name && environment === deployment.environment,
    );
    const byLayer = Map.groupBy(own, ({ layer }) => layer);
    return {
      columns: ["section", "layer", "stacks", "resources", "applications", "objects"],
      rows: LAYERS.map((layer, index) => {
        const nodes = byLayer.get(layer) ?? [];
        const count = (kind: string): string => String(nodes.filter((node) => node.kind === kind).length);
        return [String(index + 1), layer, count("stack"), count("resource"), count("application"), count("object")];
      }),
    };
  },
};
