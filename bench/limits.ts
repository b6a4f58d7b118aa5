// What the bench may print at most. Ratios, since times say as much about the machine as about the program; where CPU times are
// compared, since a loaded machine stretches wall times. Generous: what exceeds them is a mistake, not bad luck.

/** Limits by the name of what they limit. */
export const LIMITS = {
  "in memory / floor, CPU": 5.5,
  "with writing / floor, CPU": 4,
  "unchanged / first run, CPU": 0.2,
  "one leaf of a region / first run, CPU": 0.5,
  "one leaf of an environment / first run, CPU": 0.6,
  "review of one leaf / first run, CPU": 1.1,
  "peak of a first run, MB": 500,
  "peak of an unchanged run, MB": 180,
  "peak of a run after one leaf, MB": 400,
  "CPU for each resource, largest workspace / 10,000": 1.1,
  "peak of the largest workspace, MB": 1500,
  "unchanged / first run, largest workspace, CPU": 0.15,
  "one leaf of a region / first run, largest workspace, CPU": 0.25,
} as const;

export type Limited = keyof typeof LIMITS;

/** What was measured of what is limited. */
export type Figures = Partial<Record<Limited, number>>;

/** What exceeds its limit, a line each. */
export const exceeded = (figures: Figures): readonly string[] =>
  limited(figures).flatMap(({ name, most, measured }) =>
    measured <= most ? [] : [`${name}: ${measured.toFixed(2)}, and ${most} is the limit`],
  );

/** What was measured beside its limit. */
export const limited = (figures: Figures): readonly { name: Limited; most: number; measured: number }[] =>
  Object.entries(LIMITS).flatMap(([name, most]) => {
    const measured: number | undefined = isLimited(name) ? figures[name] : undefined;
    return isLimited(name) && measured !== undefined ? [{ name, most, measured }] : [];
  });

const isLimited = (name: string): name is Limited => Object.hasOwn(LIMITS, name);
