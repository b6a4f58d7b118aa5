/** A table as it is printed, and as it stands in the JSON. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  /** The first cell of a row says what it is about. */
  readonly rows: readonly (readonly Cell[])[];
  /** What a reader has to know. */
  readonly notes?: readonly string[];
}

export type Cell = string | number | undefined;

/** Text of a table: figures stand to the right, rounded to three digits. */
export function textOf({ title, columns, rows, notes = [] }: Table): string {
  const lines = [["", ...columns], ...rows.map((row) => row.map(cellText))];
  const widths = ["", ...columns].map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return [
    "",
    title,
    ...lines.map((line) =>
      line
        .map((cell, at) => (at === 0 ? `  ${cell.padEnd(widths[at] ?? 0)}` : cell.padStart((widths[at] ?? 0) + 2)))
        .join("")
        .trimEnd(),
    ),
    ...notes.map((note) => `  ${note}`),
    "",
  ].join("\n");
}

function cellText(cell: Cell): string {
  if (cell === undefined) return "-";
  if (typeof cell === "string") return cell;
  if (cell >= 100 || Number.isInteger(cell)) return Math.round(cell).toLocaleString("en");
  return cell.toFixed(cell >= 10 ? 1 : 2);
}
