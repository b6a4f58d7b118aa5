import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const manifestSchema = z.looseObject({
  stacks: z.record(
    z.string(),
    z.looseObject({
      dependencies: z.array(z.string()),
      wave: z.number(),
      account: z.string(),
      region: z.string(),
    }),
  ),
});

/** A stack in the order in which it is applied. */
export interface Step {
  readonly name: string;
  readonly wave: number;
  /** Account number. */
  readonly account: string;
  readonly region: string;
  /** Stacks that come first. */
  readonly dependencies: readonly string[];
}

/** A part of what has been synthesized. */
export interface Part {
  readonly blueprint: string;
  readonly environment: string;
  /** @default all of the environment */
  readonly regions?: readonly string[] | undefined;
}

/** An environment's stacks, or those of its global place and some regions, and all that they depend on, in apply order. @param folder `cdktf.out` */
export function stepsOf(folder: string, { blueprint, environment, regions }: Part): Step[] {
  const { stacks } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
  const prefix = `${blueprint}-${environment}-`;
  const prefixes =
    regions === undefined || regions.length === 0
      ? [prefix]
      : ["global", ...regions].map((region) => `${prefix}${region}-`);
  const wanted = new Set(
    Object.keys(stacks).filter((name) => prefixes.some((one) => name.startsWith(one) || `${name}-` === one)),
  );
  // A set visits what is added while it is walked, so this reaches all dependencies.
  for (const name of wanted) for (const needed of stacks[name]?.dependencies ?? []) wanted.add(needed);
  return [...wanted]
    .flatMap((name): Step[] => {
      const stack = stacks[name];
      return stack === undefined ? [] : [{ name, ...stack }];
    })
    .sort((a, b) => a.wave - b.wave || (a.name < b.name ? -1 : 1));
}

/** Steps in the order in which they are taken down: each after those that depend on it. */
export function reversed(steps: readonly Step[]): Step[] {
  const names = new Set(steps.map(({ name }) => name));
  return [...steps].reverse().map((step) => ({
    ...step,
    dependencies: steps
      .filter(({ name, dependencies }) => names.has(name) && dependencies.includes(step.name))
      .map(({ name }) => name),
  }));
}

/**
 * Works on steps, several at once, each as soon as all it depends on are done. What depends on a failure is not started;
 * everything else is, so that one run tells all.
 * @param work whether the step succeeded
 * @returns the steps that were never started
 */
export async function inOrder(
  steps: readonly Step[],
  atOnce: number,
  work: (step: Step) => Promise<boolean>,
): Promise<readonly Step[]> {
  const open = new Set(steps.map(({ name }) => name));
  const waiting = [...steps];
  const running = new Set<Promise<void>>();
  for (;;) {
    for (let index = 0; index < waiting.length && running.size < atOnce; ) {
      const step = waiting[index];
      if (step === undefined || step.dependencies.some((name) => open.has(name))) {
        index += 1;
        continue;
      }
      waiting.splice(index, 1);
      const task = work(step).then((succeeded) => {
        if (succeeded) open.delete(step.name);
        running.delete(task);
      });
      running.add(task);
    }
    if (running.size === 0) return waiting;
    await Promise.race(running);
  }
}
