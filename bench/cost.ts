/** What a piece of work took, in milliseconds. */
export interface Cost {
  readonly wall: number;
  /** Time of all threads: another process on the same machine stretches it less than the wall time. */
  readonly cpu: number;
}

/** What a process took, with the most memory that it had at once. */
export interface ProcessCost extends Cost {
  readonly megabytes: number;
}

/** What one call takes. @param done called outside of the time with what it returned */
export function costOf<T>(work: () => T, done: (result: T) => void = () => undefined): Cost {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  done(result);
  return { wall, cpu: (user + system) / 1000 };
}

/** Median of each figure by itself. */
export const median = (costs: readonly Cost[]): Cost => ({
  wall: middle(costs.map(({ wall }) => wall)),
  cpu: middle(costs.map(({ cpu }) => cpu)),
});

/** Medians of processes. */
export const medianOfProcesses = (costs: readonly ProcessCost[]): ProcessCost => ({
  ...median(costs),
  megabytes: middle(costs.map(({ megabytes }) => megabytes)),
});

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Medians of works that are compared, by name: they take turns, so that what slows the machine for a while slows all of them.
 * The first round does not count.
 */
export function inTurns<Name extends string>(
  works: readonly (readonly [Name, () => Cost])[],
  rounds: number,
): (name: Name) => Cost {
  const costs = new Map<Name, Cost[]>(works.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, work] of works) {
      const cost = work();
      if (round > 0) costs.get(name)?.push(cost);
    }
  return (name) => median(costs.get(name) ?? []);
}
