import type { LayerId } from "../../model/layers.ts";
import type { AccountPlace, Place } from "../../model/place.ts";
import type { Application } from "./application.ts";
import type { ContractRef } from "./contract.ts";
import type { Stack } from "./stack.ts";

/** A stack that a layer has in a place. What it reads and publishes is declared, so that the order is known before anything is built. */
export interface StackPlan {
  /** Part of the layer with its own blast radius. @default the whole layer */
  readonly slice?: string;
  readonly reads: readonly ContractRef[];
  readonly publishes: readonly ContractRef[];
  /** Names of stacks' slices in the same layer and place that must be applied first although no value passes. @default none */
  readonly after?: readonly string[];
  /** Contracts, also of other regions, whose publisher comes first although no value is read. @default none */
  readonly follows?: readonly ContractRef[];
  readonly build: (stack: Stack) => void;
}

/** An application that a layer has in a place. */
export interface ApplicationPlan {
  /** Unique in the blueprint, environment and region. */
  readonly name: string;
  /** Sync wave: lower waves are healthy before higher ones start. */
  readonly wave: number;
  /** Namespace of objects that name none. @default none: every object names its own or is cluster-wide */
  readonly namespace?: string;
  /** True for what is cluster-wide, and therefore the platform's. @default false: it stays in the product's namespaces */
  readonly clusterWide?: boolean;
  readonly build: (application: Application) => void;
}

/** One of the twelve. Everything it builds is a pure function of the place. */
export interface Layer {
  readonly id: LayerId;
  readonly stacks: (place: Place) => readonly StackPlan[];
  readonly applications?: (place: Place) => readonly ApplicationPlan[];
  /** What may exist only once in an account, or once in one of its regions. */
  readonly accountStacks?: (place: AccountPlace) => readonly StackPlan[];
}
