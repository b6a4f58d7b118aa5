import { stackFile } from "../estate/stacks.ts";
import type { Report, ReportRisk } from "./report.ts";
import type { Rule } from "./risk.ts";
import { RULES } from "./risks/index.ts";

const LEVELS = { high: "error", medium: "warning", low: "note" } as const;

/** A review in SARIF 2.1.0, for code scanning: each risk at the leaf of the blueprint that it comes from. */
export function sarifOf(report: Report): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "dodeca", rules: RULES.map(ruleOf) } },
        results: report.risks.map((risk) => resultOf(risk, report)),
      },
    ],
  };
}

const ruleOf = ({ id, severity, consequence, undo }: Rule): object => ({
  id,
  shortDescription: { text: id.replaceAll("-", " ") },
  fullDescription: { text: consequence },
  help: { text: undo },
  defaultConfiguration: { level: LEVELS[severity] },
});

function resultOf(risk: ReportRisk, report: Report): object {
  const row = risk.row === undefined ? undefined : report.rows[risk.row];
  const causes = (row?.causes ?? []).flatMap(({ move }) => (move === undefined ? [] : (report.moves[move] ?? [])));
  const [cause] = causes.filter(({ file }) => file !== undefined);
  const [place] = row?.places ?? [];
  const unit = row?.thing.unit ?? "";
  return {
    ruleId: risk.rule,
    level: LEVELS[risk.severity],
    message: { text: `${risk.what.join("; ")}. ${risk.consequence} ${risk.undo}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: cause?.file ?? fileOf(unit) },
          region: { startLine: cause?.line ?? 1 },
        },
        ...(place === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: place.id }] }),
      },
    ],
    // The same risk keeps its alert from one push to the next.
    partialFingerprints: { "dodeca/v1": `${risk.rule} ${row?.id ?? risk.what[0]}` },
    ...(risk.acknowledged === undefined
      ? {}
      : { suppressions: [{ kind: "inSource", justification: risk.acknowledged.reason }] }),
  };
}

/** The file of a stack, or the folder of an application. */
const fileOf = (unit: string): string =>
  unit.includes("/") ? `dist/kubernetes/${unit}` : unit === "" ? "dist/estate.json" : stackFile(unit);
