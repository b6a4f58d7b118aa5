import { LAYERS, type LayerId } from "../model/layers.ts";
import data from "./catalogue.json" with { type: "json" };

/** How a fact of the reference architecture is expressed. */
export type FactKind = "terraform" | "kubernetes" | "derived" | "guidance";

/** A fact of the reference architecture: what it says stands in the catalogue's own documents. */
export interface Fact {
  readonly id: string;
  readonly layer: LayerId;
  readonly component: string;
  readonly kind: FactKind;
}

/** Every fact of the reference architecture, in its order. */
export const FACTS: readonly Fact[] = Object.entries(data).flatMap(([component, facts]) =>
  Object.entries(facts).map(([name, kind]) => ({
    id: `${component}.${name}`,
    layer: layerOf(component),
    component,
    kind: kindOf(kind),
  })),
);

function layerOf(component: string): LayerId {
  const found = LAYERS.find((layer) => component.startsWith(`${layer}.`));
  if (found === undefined) throw new Error(`${component} belongs to no layer`);
  return found;
}

function kindOf(kind: string): FactKind {
  if (kind === "terraform" || kind === "kubernetes" || kind === "derived" || kind === "guidance") return kind;
  throw new Error(`there is no kind of fact "${kind}"`);
}
