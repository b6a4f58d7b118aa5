/** A stack as far as its order goes. */
export interface Ordered {
  readonly name: string;
  /** Keys of contracts. */
  readonly reads: readonly string[];
  readonly publishes: readonly string[];
  /** Names of stacks. */
  readonly after: readonly string[];
  /** Makes the state bucket that `state` names. */
  readonly bootstrap: boolean;
  /** Account and region of the state bucket. */
  readonly state: string;
}

export interface Position {
  readonly wave: number;
  readonly dependencies: readonly string[];
}

/**
 * The wave of every stack: one more than the highest of those it depends on. Computed here rather than with
 * `TerraformStack.dependsOn`, which has no visited set.
 * @throws when a contract has no publisher or two, or when stacks wait for each other
 */
export function waves(stacks: readonly Ordered[]): ReadonlyMap<string, Position> {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const publisher = new Map<string, string>();
  const bootstrap = new Map<string, string>();
  const errors: string[] = [];
  for (const stack of stacks) {
    if (stack.bootstrap) bootstrap.set(stack.state, stack.name);
    for (const key of stack.publishes) {
      const other = publisher.get(key);
      if (other !== undefined) errors.push(`${key} is published by ${other} and by ${stack.name}`);
      publisher.set(key, stack.name);
    }
  }
  const dependencies = new Map<string, readonly string[]>();
  for (const stack of stacks) {
    const found = new Set<string>();
    const own = bootstrap.get(stack.state);
    if (own !== undefined && own !== stack.name) found.add(own);
    for (const key of stack.reads) {
      const from = publisher.get(key);
      if (from === undefined) errors.push(`${stack.name} reads ${key}, which no stack publishes`);
      else if (from !== stack.name) found.add(from);
    }
    for (const name of stack.after) {
      if (byName.has(name)) found.add(name);
      else errors.push(`${stack.name} comes after ${name}, which does not exist`);
    }
    dependencies.set(
      stack.name,
      [...found].sort((a, b) => (a < b ? -1 : 1)),
    );
  }
  if (errors.length > 0)
    throw new Error(`the stacks cannot be ordered:\n${errors.map((error) => `  ${error}`).join("\n")}`);

  const positions = new Map<string, Position>();
  const open = new Set<string>();
  const visit = (name: string, trail: readonly string[]): number => {
    const known = positions.get(name);
    if (known !== undefined) return known.wave;
    if (open.has(name))
      throw new Error(`stacks wait for each other: ${[...trail.slice(trail.indexOf(name)), name].join(" -> ")}`);
    open.add(name);
    const needed = dependencies.get(name) ?? [];
    const wave = Math.max(-1, ...needed.map((other) => visit(other, [...trail, name]))) + 1;
    open.delete(name);
    positions.set(name, { wave, dependencies: needed });
    return wave;
  };
  for (const { name } of stacks) visit(name, []);
  return positions;
}
