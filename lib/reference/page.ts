import { byLayer, type CoveredFact, STATUSES } from "./coverage.ts";

/** Coverage as a page of the documentation: counts, then every fact of a layer with what became of it. */
export function pageOf(facts: readonly CoveredFact[]): string {
  const layers = byLayer(facts);
  const total = STATUSES.map((status) => facts.filter((fact) => fact.status === status).length);
  return `${[
    "# Coverage of the reference architecture",
    "",
    "Written by `npx dodeca coverage --format markdown`; a test holds it current. `encoded`: in the output, with a test titled",
    "by the id. `derived`: a check or an analysis. `guidance`: for services, clients or people. `waived`: not expressed, with",
    "the reason. `open`: nobody has accounted for it yet.",
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
  ].join("\n")}\n`;
}

const lineOf = ({ id, status, reason }: CoveredFact): string =>
  `- \`${id}\` ${status}${reason === undefined ? "" : `: ${reason}`}`;
