import { resolve } from "node:path";
import { LAYERS } from "../model/layers.ts";
import { InvalidInput, nearest } from "../model/problem.ts";
import { loadWorkspace } from "../model/workspace.ts";
import { unaccounted } from "../reference/complete.ts";
import { byLayer, type Coverage, type CoveredFact, coverageOf, STATUSES } from "../reference/coverage.ts";
import { pageOf } from "../reference/page.ts";
import { EXIT, type Exit } from "./run.ts";

/** `dodeca coverage [layer...]`: which facts of the reference architecture the reference's output expresses. */
export async function coverageCommand(
  layers: readonly string[],
  options: { readonly format: string; readonly workspace?: string },
): Promise<Exit> {
  for (const layer of layers) {
    if (LAYERS.some((known) => known === layer)) continue;
    const near = nearest(layer, LAYERS);
    throw new InvalidInput([
      {
        code: "unknown-layer",
        path: "coverage",
        message: "there is no such layer",
        given: layer,
        allowed: LAYERS,
        ...(near === undefined ? {} : { nearest: near }),
        fix: near === undefined ? "write one of them" : `write ${near}`,
      },
    ]);
  }
  const coverage = coverageOf(await loadWorkspace(resolve(options.workspace ?? "blueprints")));
  const facts = coverage.facts.filter(({ layer }) => layers.length === 0 || layers.includes(layer));
  process.stdout.write(format(facts, coverage, options.format, layers.length > 0));
  return unaccounted(coverage).length > 0 ? EXIT.findings : EXIT.ok;
}

function format(facts: readonly CoveredFact[], coverage: Coverage, as: string, detailed: boolean): string {
  const rows = byLayer(facts);
  if (as === "json") return `${JSON.stringify({ layers: rows, facts, unaccounted: unaccounted(coverage) }, null, 2)}\n`;
  const total = (status: (typeof STATUSES)[number]): number => facts.filter((fact) => fact.status === status).length;
  if (as === "markdown") return pageOf(facts);
  const width = Math.max(...rows.map(({ layer }) => layer.length), 5);
  const line = (name: string, count: number, of: (status: (typeof STATUSES)[number]) => number): string =>
    `${name.padEnd(width)}  ${String(count).padStart(5)}  ${STATUSES.map((status) => String(of(status)).padStart(8)).join("  ")}`;
  const lines = [
    `${"layer".padEnd(width)}  facts  ${STATUSES.map((status) => status.padStart(8)).join("  ")}`,
    ...rows.map(({ layer, total: count, counts }) => line(layer, count, (status) => counts[status])),
    line("all", facts.length, total),
    ...(detailed
      ? [
          "",
          ...facts.map(
            (fact) =>
              `${fact.status.padEnd(9)} ${fact.id}${fact.addresses.length === 0 ? "" : `  ${fact.addresses[0]}${fact.addresses.length > 1 ? ` and ${fact.addresses.length - 1} more` : ""}`}`,
          ),
        ]
      : []),
    ...unaccounted(coverage).map(({ id, because }) => `${id}: ${because}`),
  ];
  return `${lines.join("\n")}\n`;
}
