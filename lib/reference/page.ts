import { byLayer, type CoveredFact, STATUSES } from "./coverage.ts";
import { inventoryOf } from "./inventory.ts";

/** Coverage as a page of the documentation: counts, then every fact of a layer with what became of it. */
export function pageOf(facts: readonly CoveredFact[]): string {
  const layers = byLayer(facts);
  const total = STATUSES.map((status) => facts.filter((fact) => fact.status === status).length);
  return `${[
    "# Coverage of the reference architecture",
    "",
    "Written by `npx dodeca coverage --format markdown`; a test holds it current. `encoded`: in the output, with a test titled",
    "by the id. `derived`: a check or an analysis. `guidance`: for services, clients or people. `waived`: not expressed, with",
    "the reason. `restated`: said again in detail by facts of another layer, and counted there. `open`: nobody",
    "has accounted for it yet.",
    "",
    `| layer | facts | ${STATUSES.join(" | ")} |`,
    `|---|${"---|".repeat(STATUSES.length + 1)}`,
    ...layers.map(
      ({ layer, total: count, counts }) =>
        `| ${layer} | ${count} | ${STATUSES.map((status) => counts[status]).join(" | ")} |`,
    ),
    `| **all** | ${facts.length} | ${total.join(" | ")} |`,
    ...layers.flatMap(({ layer }) => [
      "",
      `## ${layer}`,
      "",
      ...facts.filter((fact) => fact.layer === layer).map(lineOf),
    ]),
    "",
    "## The master diagram, tile by tile",
    "",
    "Facts in the output or derived, of those that can be, and one place of them.",
    "",
    "| section | tile | facts | where |",
    "|---|---|---|---|",
    ...inventoryOf({ facts }).map(
      ({ section, tile, done, facts: count, where }) => `| ${section} | ${tile} | ${done} of ${count} | ${where} |`,
    ),
  ].join("\n")}\n`;
}

const lineOf = ({ id, status, reason }: CoveredFact): string =>
  `- \`${id}\` ${status}${reason === undefined ? "" : `: ${reason}`}`;
