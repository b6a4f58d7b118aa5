/** A part of a text that can be shortened: whole lines are left out, from the end, never a part of one. */
export interface Section {
  /** Sections with lower numbers get their room first. */
  readonly importance: number;
  readonly open: string;
  readonly lines: readonly string[];
  readonly close: string;
  /** What is said instead of lines that had no room. */
  readonly more: (left: number) => string;
}

/** Sections in their order, with as many lines as there is room for, given to the most important ones first. */
export function withinBudget(sections: readonly Section[], room: number): string {
  let left = room;
  const taken = new Map<Section, string>();
  for (const section of sections.toSorted((a, b) => a.importance - b.importance)) {
    const { open, lines, close, more } = section;
    if (lines.length === 0) continue;
    const frame = open.length + close.length + more(lines.length).length;
    let size = frame;
    let count = 0;
    for (const line of lines) {
      if (size + line.length > left) break;
      size += line.length;
      count += 1;
    }
    if (size > left) continue;
    left -= size;
    const rest = lines.length - count;
    taken.set(section, `${open}${lines.slice(0, count).join("")}${rest === 0 ? "" : more(rest)}${close}`);
  }
  return sections.map((section) => taken.get(section) ?? "").join("");
}
