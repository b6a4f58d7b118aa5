/** Where a problem lies and how to mend it: what every error that a user can cause says. */
export interface Problem {
  /** Stable identifier, kebab-case, such as `unknown-store`. */
  readonly code: string;
  /** Path of the leaf, such as `url-shortener.services.redirect.uses.linkz`. */
  readonly path: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** Source file, relative to the workspace, where it is known. */
  readonly file?: string;
  /** Line in `file`, counted from 1. */
  readonly line?: number;
  readonly environment?: string;
  readonly region?: string;
  readonly layer?: string;
  /** The value that was given, as the user wrote it. */
  readonly given?: string;
  /** What would have been accepted. */
  readonly allowed?: readonly string[];
  /** The accepted value closest to what was given. */
  readonly nearest?: string;
  /** What to do. */
  readonly fix?: string;
}

/** Thrown with everything that is wrong in the user's input, never with only the first of it. Exit code 2. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n\n"));
    this.problems = problems;
  }
}

/** Renders a problem as a short paragraph for the terminal. */
export function formatProblem(problem: Problem): string {
  const place = [
    problem.file === undefined ? undefined : `${problem.file}${problem.line === undefined ? "" : `:${problem.line}`}`,
    problem.path === "" ? undefined : problem.path,
    problem.environment && `environment ${problem.environment}`,
    problem.region && `region ${problem.region}`,
    problem.layer && `layer ${problem.layer}`,
  ].filter((part) => part);
  const lines = [`${place.join("  ")}`, `  ${problem.message} [${problem.code}]`];
  if (problem.given !== undefined) lines.push(`  given:   ${problem.given}`);
  if (problem.allowed !== undefined && problem.allowed.length > 0) lines.push(`  allowed: ${listed(problem.allowed)}`);
  if (problem.nearest !== undefined) lines.push(`  nearest: ${problem.nearest}`);
  if (problem.fix !== undefined) lines.push(`  fix:     ${problem.fix}`);
  return lines.join("\n");
}

const MOST_LISTED = 24;

function listed(values: readonly string[]): string {
  if (values.length <= MOST_LISTED) return values.join(", ");
  return `${values.slice(0, MOST_LISTED).join(", ")} and ${values.length - MOST_LISTED} more`;
}

/**
 * The candidate closest to what was given, by edit distance, or undefined when none is near
 * (more than a third of the longer word differs).
 */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(given.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best === undefined) return undefined;
  return bestDistance <= Math.max(1, Math.floor(Math.max(given.length, best.length) / 3)) ? best : undefined;
}

/** Optimal string alignment distance: a swap of two neighbours counts once. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
