import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const manifestSchema = z.looseObject({
  stacks: z.record(
    z.string(),
    z.looseObject({ dependencies: z.array(z.string()), wave: z.number(), account: z.string() }),
  ),
});

/** A stack in the order in which it is applied. */
export interface Step {
  readonly name: string;
  readonly wave: number;
  /** Account number. */
  readonly account: string;
  /** Stacks that come first. */
  readonly dependencies: readonly string[];
}

/** The stacks whose name begins with a prefix and all that they depend on, in apply order. @param folder `cdktf.out` */
export function stepsOf(folder: string, prefix: string): Step[] {
  const { stacks } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
  const wanted = new Set(Object.keys(stacks).filter((name) => name.startsWith(prefix)));
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
 * Works on steps, several at once, each as soon as all it depends on are done. After a failure nothing new is started.
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
  let failed = false;
  for (;;) {
    for (let index = 0; index < waiting.length && running.size < atOnce && !failed; ) {
      const step = waiting[index];
      if (step === undefined || step.dependencies.some((name) => open.has(name))) {
        index += 1;
        continue;
      }
      waiting.splice(index, 1);
      const task = work(step).then((succeeded) => {
        if (succeeded) open.delete(step.name);
        else failed = true;
        running.delete(task);
      });
      running.add(task);
    }
    if (running.size === 0) return waiting;
    await Promise.race(running);
  }
}
