import { isJsonObject, type Origin } from "./merge.ts";
import { nearest, type Problem } from "./problem.ts";
import type { Resolution } from "./resolve.ts";

type ForkProblem = Problem & { readonly origin: Origin };

/** A fork changes what exists and adds what does not: anything else is a slip of the pen. */
export function forkProblems(merged: Resolution): ForkProblem[] {
  const groups = ["data", "streams", "services", "environments"];
  const members = new Map<string, { name: string; first: Origin }>();
  const problems: ForkProblem[] = [];
  const ordered = [...merged.provenance.entries()].flatMap(([path, origins]) =>
    origins.map((origin) => ({ path: path.split("."), origin })),
  );
  for (const { path, origin } of ordered) {
    const [group, name] = path;
    if (group === undefined || name === undefined || !groups.includes(group)) continue;
    const key = `${group}.${name}`;
    const known = members.get(key);
    const change = origin.at[0] === "change" && origin.source.startsWith("fork ");
    const add = origin.at[0] === "add" && origin.source.startsWith("fork ");
    if (known === undefined) {
      members.set(key, { name, first: origin });
      if (!change) continue;
      const allowed = namesIn(merged, group, name);
      const found = nearest(name, allowed);
      problems.push({
        code: "fork-changes-nothing",
        path: key,
        origin: { ...origin, at: origin.at.slice(0, 3) },
        message: `${origin.source} changes ${group}.${name}, which its base does not have`,
        given: name,
        allowed,
        ...(found === undefined ? {} : { nearest: found }),
        fix: found === undefined ? "put it under `add`" : `write "${found}", or put it under \`add\``,
      });
    } else if (add && known.first.root !== origin.root) {
      problems.push({
        code: "fork-adds-existing",
        path: key,
        origin: { ...origin, at: origin.at.slice(0, 3) },
        message: `${origin.source} adds ${group}.${name}, which its base has already`,
        given: name,
        fix: "put it under `change`",
      });
    }
  }
  return problems.filter(
    (problem, index) =>
      problems.findIndex(({ code, path }) => code === problem.code && path === problem.path) === index,
  );
}

/** Members that something else than the fork's own change has declared. */
function namesIn(merged: Resolution, group: string, except: string): string[] {
  const value = merged.data[group];
  return isJsonObject(value) ? Object.keys(value).filter((name) => name !== except) : [];
}
