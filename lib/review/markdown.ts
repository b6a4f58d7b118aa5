import { type Section, withinBudget } from "./budget.ts";
import { mermaidOf } from "./mermaid.ts";
import { openRiskOf, type Report, type ReportRisk, type ReportRow } from "./report.ts";
import { counted, placeParts, placesIn, SIGNS, titleOf, VERDICTS, valueText } from "./wording.ts";

/** Most characters of a comment on GitHub. */
export const COMMENT_LIMIT = 65_536;

/** By this an action finds the comment that it has written before. */
export const COMMENT_MARK = "<!-- dodeca review -->";

export interface MarkdownOptions {
  /** Where the full report is, as a person follows it. @default it is said to be beside the output */
  readonly reportUrl?: string | undefined;
  /** @default what GitHub takes */
  readonly limit?: number | undefined;
}

/**
 * A review as a comment on a pull request: the verdict, what has to be decided, why, a picture, and every row by layer.
 * What is least important goes first where there is no room, and it is said how much is left out.
 */
export function markdownOf(report: Report, options: MarkdownOptions = {}): string {
  const full = options.reportUrl === undefined ? "the full report" : `[the full report](${options.reportUrl})`;
  const open = Map.groupBy(
    report.risks.filter(({ acknowledged }) => acknowledged === undefined),
    ({ rule, severity }) => `${severity} ${rule}`,
  );
  const accepted = report.risks.filter(({ acknowledged }) => acknowledged !== undefined);
  const more = (what: string) => (left: number) => `\n… and ${counted(left, what)} more in ${full}.\n`;
  const layers = Map.groupBy(report.rows, ({ layer }) => layer || "all layers");
  const sections: Section[] = [
    { importance: 0, open: "", lines: [head(report)], close: "", more: () => "" },
    {
      importance: 1,
      open: "\n#### Cannot be judged\n\n",
      lines: report.errors.map(
        ({ place, summary, fix }) => `- \`${place}\`: ${summary}${fix === undefined ? "" : ` ${sentence(fix)}`}\n`,
      ),
      close: "",
      more: more("error"),
    },
    {
      importance: 2,
      open: "\n#### To decide\n\n",
      lines: [...open.values()].map((risks) => riskBlock(risks, report)),
      close: "",
      more: more("risk"),
    },
    {
      importance: 3,
      open: "\n#### Why\n\n| leaf | was | is | set by | where |\n| --- | --- | --- | --- | --- |\n",
      lines: report.moves.map(
        ({ path, before, after, source, places }) =>
          `| ${code(path)} | ${code(valueText(before))} | ${code(valueText(after))} | ${source} | ${placesIn(regionsOf(places))} |\n`,
      ),
      close: "",
      more: more("leaf"),
    },
    {
      importance: 6,
      open: "\n<details><summary>Picture of what changes and what is next to it</summary>\n\n```mermaid\n",
      lines: report.rows.length === 0 ? [] : [mermaidOf(report)],
      close: "```\n\n</details>\n",
      more: () => "",
    },
    ...[...layers].map(
      ([layer, rows]): Section => ({
        importance: 4,
        open: `\n#### ${layer}: ${counted(rows.length, "row")}\n\n|  | what | where | why |\n| --- | --- | --- | --- |\n`,
        lines: rows.map((row) => tableRow(row, report)),
        close: "",
        more: more("row"),
      }),
    ),
    {
      importance: 7,
      open: "\n<details><summary>Every value</summary>\n",
      lines: report.rows.filter(({ attributes, contents }) => attributes.length + contents.length > 0).map(detail),
      close: "\n</details>\n",
      more: more("row"),
    },
    {
      importance: 5,
      open: "\n<details><summary>Accepted risks</summary>\n\n",
      lines: accepted.map(
        ({ rule, what, acknowledged }) =>
          `- \`${rule}\`: ${what[0]}. Accepted${acknowledged?.until === undefined ? "" : ` until ${acknowledged.until}`}: ${acknowledged?.reason}\n`,
      ),
      close: "\n</details>\n",
      more: more("risk"),
    },
    {
      importance: 5,
      open: "\n<details><summary>Changes that decide nothing</summary>\n\n",
      lines: report.folds.map(
        ({ path, before, after, count }) =>
          `- ${code(path)} ${code(valueText(before))} → ${code(valueText(after))} on ${counted(count, "thing")}\n`,
      ),
      close: "\n</details>\n",
      more: more("change"),
    },
  ];
  const foot = `\n---\n${report.head.digest === "" ? "" : `Digest \`${report.head.digest}\`. `}Every value, dependency and place is in ${full}.\n`;
  const room = (options.limit ?? COMMENT_LIMIT) - foot.length;
  return withinBudget(sections, room) + foot;
}

function head({ verdict, base, head: to, counts, risks }: Report): string {
  const open = risks.filter(({ acknowledged }) => acknowledged === undefined);
  const levels = (["high", "medium", "low"] as const).flatMap((level) => {
    const count = open.filter(({ severity }) => severity === level).length;
    return count === 0 ? [] : [`${count} ${level}`];
  });
  const numbers = (["added", "removed", "changed", "moved"] as const).flatMap((kind) =>
    counts[kind] === 0 ? [] : [`${counts[kind]} ${kind}`],
  );
  return [
    COMMENT_MARK,
    `### Dodeca: ${VERDICTS[verdict]}${levels.length === 0 ? "" : ` (risks: ${levels.join(", ")})`}`,
    "",
    `\`${base.name}\` → \`${to.name}\`: ${numbers.length === 0 ? "the output is the same" : `${numbers.join(", ")} in ${counted(counts.places, "place")}`}.`,
    "",
  ].join("\n");
}

/** Most findings of a rule that are written out. */
const MOST_FINDINGS = 8;

/** What one rule has found, wherever it is: what could happen and how to go back is said once. */
function riskBlock(risks: readonly ReportRisk[], report: Report): string {
  const [first] = risks;
  if (first === undefined) return "";
  const owners = [...new Set(risks.flatMap((risk) => risk.owners))].sort();
  const found = risks.slice(0, MOST_FINDINGS).map((risk) => {
    const row = risk.row === undefined ? undefined : report.rows[risk.row];
    const because = row === undefined ? [] : causesOf(row, report);
    const what = `${risk.what[0]}${risk.what.length > 1 ? `, and ${risk.what.length - 1} more like it` : ""}`;
    return [
      `  - ${row === undefined ? "" : `${row.blueprint} `}${placesIn(risk.places.map(placeParts))}: ${escaped(what)}${because.length === 0 ? "" : ` (${because.join(", ")})`}`,
      ...(risk.unacknowledged === undefined ? [] : [`    ${sentence(risk.unacknowledged)}`]),
    ].join("\n");
  });
  return [
    `- **${first.severity}** \`${first.rule}\` ${first.consequence} ${first.undo}${owners.length === 0 ? "" : ` Who should look: ${owners.join(", ")}.`}`,
    ...found,
    ...(risks.length > found.length ? [`  - … and ${risks.length - found.length} more`] : []),
    "",
  ].join("\n");
}

function tableRow(row: ReportRow, report: Report): string {
  const [first] = row.attributes;
  const what = [
    `${row.blueprint} ${code(titleOf(row))}`,
    first === undefined
      ? row.contents.length === 0
        ? ""
        : ` with ${counted(row.contents.length, "thing")} in it`
      : `: ${code(first.path)} ${code(valueText(first.before, 40))} → ${code(valueText(first.after, 40))}${row.attributes.length > 1 ? ` and ${row.attributes.length - 1} more` : ""}`,
    row.from === undefined ? "" : ` from ${code(row.from)}`,
  ].join("");
  const where = [placesIn(row.places), departuresOf(row)].filter((part) => part !== "").join("; ");
  const risk = openRiskOf(row, report);
  return `| ${SIGNS[row.kind]}${risk === undefined ? "" : ` **${risk.severity}**`} | ${what} | ${where} | ${causesOf(row, report).join(", ")} |\n`;
}

/** Places of a leaf; the global one is told only where there is no other. */
function regionsOf(places: readonly string[]) {
  const all = places.map(placeParts);
  const inside = new Set(all.filter(({ region }) => region !== "global").map(({ environment }) => environment));
  return all.filter(({ environment, region }) => region !== "global" || !inside.has(environment));
}

/** How a region differs from its siblings, in words. */
function departuresOf({ outliers, departs }: ReportRow): string {
  if (departs) return "**only here**";
  if (outliers.length === 0) return "";
  return `**not ${placesIn(outliers.map(({ place }) => placeParts(place)))}**`;
}

const causesOf = ({ causes }: ReportRow, { moves }: Report): string[] =>
  causes.map(({ move, how }) => {
    const path = move === undefined ? undefined : moves[move]?.path;
    return path === undefined ? "code" : `${code(path)}${how === "named" ? " (by name)" : ""}`;
  });

function detail(row: ReportRow): string {
  const lines = row.attributes.flatMap(({ path, before, after }) => [
    `@@ ${path} @@`,
    ...(before === undefined ? [] : valueLines(before).map((line) => `- ${line}`)),
    ...(after === undefined ? [] : valueLines(after).map((line) => `+ ${line}`)),
  ]);
  const units = Map.groupBy(row.contents, ({ place, unit }) => (unit === place ? "" : unit));
  const inside = [...units]
    .filter(([unit]) => unit !== "")
    .slice(0, 60)
    .map(([unit, things]) => `${SIGNS[row.kind]} ${unit}: ${counted(things.length, "thing")}`);
  return `\n<details><summary>${row.blueprint} ${escaped(titleOf(row))}, ${placesIn(row.places)}</summary>\n\n${fence([...lines, ...inside])}\n</details>\n`;
}

/** Both values, line by line; of lists only what is different would be told by the lines. */
const valueLines = (value: unknown): string[] =>
  (typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "")).split("\n").slice(0, 40);

function fence(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const marks = "`".repeat(longest + 1);
  return `${marks}diff\n${lines.join("\n")}\n${marks}\n`;
}

/** Text as code, also in a table. */
function code(text: string): string {
  const safe = text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return safe.includes("`") ? `\`\` ${safe} \`\`` : `\`${safe}\``;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
