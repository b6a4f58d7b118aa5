import { deploymentsOf } from "../model/deployment.ts";
import type { LayerId } from "../model/layers.ts";
import type { Workspace } from "../model/workspace.ts";
import { buildApplication, buildStack } from "../synth/synthesize.ts";
import { pathOf, planWorkspace } from "../topology/plan.ts";
import { FACTS, type Fact } from "./catalogue.ts";
import { DERIVED } from "./derived.ts";
import { GUIDANCE } from "./guidance.ts";
import { RESTATED } from "./restated.ts";
import { WAIVERS } from "./waivers.ts";

/** How far a fact has come. `restated` is as far as the facts that say it in detail; `open` is what nobody has accounted for yet. */
export const STATUSES = ["encoded", "derived", "guidance", "waived", "restated", "open"] as const;
export type FactStatus = (typeof STATUSES)[number];

export interface CoveredFact extends Fact {
  readonly status: FactStatus;
  /** Addresses in the reference's output that express it. */
  readonly addresses: readonly string[];
  /** The file that derives it, what says it in detail, or why it is guidance or waived. */
  readonly reason?: string;
}

/** Facts by layer, and facts that the code claims although the catalogue has none of that id. */
export interface Coverage {
  readonly facts: readonly CoveredFact[];
  readonly unknown: readonly string[];
}

/**
 * Which facts the output of the reference blueprint expresses: synthesized in memory, in the primary region of every
 * environment, and read back from what was rendered.
 */
export function coverageOf(workspace: Workspace): Coverage {
  const addresses = new Map<string, Set<string>>();
  const add = (fact: string, address: string): void => {
    addresses.set(fact, (addresses.get(fact) ?? new Set()).add(address));
  };
  const deployments = deploymentsOf(workspace);
  const plan = planWorkspace(workspace, deployments);
  const primaries = new Set(
    deployments.all
      .filter(({ name }) => name === "reference")
      .flatMap(({ environment, primary }) => [`${environment}/${primary.region.code}`, `${environment}/global`]),
  );
  const chosen = (one: {
    readonly blueprint: string;
    readonly environment: string;
    readonly region: string;
  }): boolean =>
    (one.blueprint === "reference" && primaries.has(`${one.environment}/${one.region}`)) ||
    (one.blueprint === "account" && one.environment.startsWith("reference-"));
  for (const stack of plan.stacks.filter(chosen)) {
    for (const [fact, address] of factsIn(buildStack(stack).document)) add(fact, `${stack.name}: ${address}`);
  }
  for (const application of plan.applications.filter(chosen)) {
    for (const { facts, document } of buildApplication(application)) {
      const metadata = document["metadata"];
      const name = typeof metadata === "object" && metadata !== null && "name" in metadata ? String(metadata.name) : "";
      for (const fact of facts) add(fact, `${pathOf(application)}: ${String(document["kind"])}/${name}`);
    }
  }
  const known = new Set(FACTS.map(({ id }) => id));
  return {
    facts: FACTS.map((fact) => {
      const found = [...(addresses.get(fact.id) ?? [])].sort((a, b) => (a < b ? -1 : 1));
      const status = statusOf(fact, found);
      const reason = reasonOf(fact, status);
      return { ...fact, status, addresses: found, ...(reason === undefined ? {} : { reason }) };
    }),
    unknown: [...addresses.keys()].filter((id) => !known.has(id)).sort((a, b) => (a < b ? -1 : 1)),
  };
}

function statusOf(fact: Fact, addresses: readonly string[]): FactStatus {
  if (addresses.length > 0) return "encoded";
  if (DERIVED[fact.id] !== undefined) return "derived";
  if (WAIVERS[fact.id] !== undefined) return "waived";
  if (RESTATED[fact.id] !== undefined) return "restated";
  return fact.kind === "guidance" ? "guidance" : "open";
}

function reasonOf({ id }: Fact, status: FactStatus): string | undefined {
  if (status === "derived") return DERIVED[id];
  if (status === "waived") return WAIVERS[id];
  if (status === "restated") return `in detail by ${RESTATED[id]?.join(", ")}`;
  return status === "guidance" ? GUIDANCE[id] : undefined;
}

function factsIn(document: unknown): [fact: string, address: string][] {
  const found: [string, string][] = [];
  for (const section of ["resource", "data"]) {
    for (const [type, byId] of entries(property(document, section))) {
      for (const [id, body] of entries(byId)) {
        const facts = property(property(body, "//"), "facts");
        for (const fact of Array.isArray(facts) ? facts : [])
          found.push([String(fact), `${section === "data" ? "data." : ""}${type}.${id}`]);
      }
    }
  }
  return found;
}

const property = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
const entries = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

/** Counts of a layer. */
export interface LayerCoverage {
  readonly layer: LayerId;
  readonly total: number;
  readonly counts: Readonly<Record<FactStatus, number>>;
}

export function byLayer(facts: readonly CoveredFact[]): LayerCoverage[] {
  const layers = [...new Set(facts.map(({ layer }) => layer))];
  return layers.map((layer) => {
    const own = facts.filter((fact) => fact.layer === layer);
    const count = (status: FactStatus): number => own.filter((fact) => fact.status === status).length;
    return {
      layer,
      total: own.length,
      counts: {
        encoded: count("encoded"),
        derived: count("derived"),
        guidance: count("guidance"),
        waived: count("waived"),
        restated: count("restated"),
        open: count("open"),
      },
    };
  });
}
