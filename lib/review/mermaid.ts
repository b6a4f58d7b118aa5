import { openRiskOf, type Report, type ReportRow } from "./report.ts";
import { placesIn, SIGNS, titleOf } from "./wording.ts";

/** Most rows and neighbours in a picture: more could not be read. */
const MOST_ROWS = 16;
const MOST_NEIGHBOURS = 3;

/** What changes and what is next to it, as a Mermaid flowchart, grouped by layer. The same review gives the same picture. */
export function mermaidOf(report: Report): string {
  const weight = ({ risks }: ReportRow): number => (risks.length > 0 ? 0 : 1);
  const rows = report.rows.toSorted((a, b) => weight(a) - weight(b)).slice(0, MOST_ROWS);
  const ids = new Map<string, string>();
  for (const [index, row] of rows.entries()) for (const { id } of row.places) ids.set(id, `n${index}`);
  const lines = ["flowchart LR"];
  for (const [layer, inside] of Map.groupBy(rows, (row) => row.layer || "places")) {
    lines.push(`  subgraph ${layer.replace(/\W/g, "_")}["${layer}"]`);
    for (const row of inside) {
      const risk = openRiskOf(row, report);
      const text = `${SIGNS[row.kind]} ${titleOf(row)}<br/>${row.blueprint} ${placesIn(row.places)}`;
      lines.push(
        `    ${ids.get(row.places[0]?.id ?? "")}["${label(text)}"]:::${risk === undefined ? row.kind : "risk"}`,
      );
    }
    lines.push("  end");
  }
  const edges = new Set<string>();
  const neighbours = new Map<string, string>();
  for (const row of rows) {
    const own = ids.get(row.places[0]?.id ?? "") ?? "";
    let drawn = 0;
    for (const near of row.neighbours) {
      if (near.distance > 1) continue;
      const known = ids.get(near.id);
      if (known === undefined && drawn >= MOST_NEIGHBOURS) continue;
      if (known === undefined) drawn += 1;
      const other = known ?? neighbours.get(near.id) ?? `m${neighbours.size}`;
      if (known === undefined && !neighbours.has(near.id)) {
        neighbours.set(near.id, other);
        lines.push(`  ${other}("${label(near.address || near.unit)}"):::near`);
      }
      if (other !== own)
        edges.add(
          near.direction === "dependent"
            ? `  ${other} -->|${near.edge}| ${own}`
            : `  ${own} -->|${near.edge}| ${other}`,
        );
    }
  }
  return `${[...lines, ...edges, ...CLASSES].join("\n")}\n`;
}

/** Readable on a light and on a dark page: filled, with a text colour of their own. */
const CLASSES = [
  "  classDef added fill:#dafbe1,stroke:#1a7f37,color:#0b2e13",
  "  classDef removed fill:#ffebe9,stroke:#cf222e,color:#4c0b10",
  "  classDef changed fill:#fff8c5,stroke:#9a6700,color:#3b2300",
  "  classDef moved fill:#ddf4ff,stroke:#0969da,color:#05264c",
  "  classDef risk fill:#cf222e,stroke:#82071e,color:#ffffff",
  "  classDef near fill:#f6f8fa,stroke:#8c959f,color:#24292f",
];

const label = (text: string): string => text.replaceAll('"', "#quot;").replaceAll("`", "'");
