import { resolve } from "node:path";
import { isJsonObject, valueAt } from "../model/merge.ts";
import { InvalidInput, nearest } from "../model/problem.ts";
import { resolveIn } from "../model/resolve.ts";
import { loadWorkspace } from "../model/workspace.ts";
import { EXIT, type Exit } from "./run.ts";

export interface ExplainOptions {
  readonly workspace: string;
  readonly environment: string;
  readonly region?: string | undefined;
  readonly json: boolean;
}

/** `dodeca explain PATH`: the value of a leaf, and every source that set it, in order, with file and line. */
export async function explain(path: string, options: ExplainOptions): Promise<Exit> {
  const workspace = await loadWorkspace(resolve(options.workspace));
  const [name = "", ...leaf] = path.split(".");
  const blueprint = workspace.blueprints.get(name);
  if (blueprint === undefined)
    throw unknown("unknown-blueprint", "the path begins with the name of a blueprint", name, [
      ...workspace.blueprints.keys(),
    ]);
  const environments = blueprint.merged.data["environments"];
  const names = isJsonObject(environments) ? Object.keys(environments) : [];
  if (!names.includes(options.environment))
    throw unknown("unknown-environment", `${name} has no such environment`, options.environment, names);
  const regions = valueAt(blueprint.merged.data, ["environments", options.environment, "regions"]);
  const codes = isJsonObject(regions) ? Object.keys(regions) : [];
  if (options.region !== undefined && !codes.includes(options.region))
    throw unknown("unknown-region", `${name} is not in this region in ${options.environment}`, options.region, codes);
  const resolution = resolveIn(blueprint.merged, options.environment, options.region);
  const value = valueAt(resolution.data, leaf);
  const key = leaf.join(".");
  const found = [...resolution.provenance].filter(([at]) => at === key || at.startsWith(`${key}.`) || key === "");
  if (value === undefined && found.length === 0) {
    const siblings = valueAt(resolution.data, leaf.slice(0, -1));
    throw unknown(
      "unknown-path",
      "there is no such leaf",
      path,
      isJsonObject(siblings)
        ? Object.keys(siblings).map((sibling) => [name, ...leaf.slice(0, -1), sibling].join("."))
        : [],
    );
  }
  const rows = found.map(([at, origins]) => ({
    path: `${name}.${at}`,
    value: valueAt(resolution.data, at.split(".")),
    sources: origins.map((origin) => ({ source: origin.source, value: origin.value, ...workspace.locate(origin) })),
  }));
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ path, environment: options.environment, region: options.region, value, leaves: rows }, null, 2)}\n`,
    );
    return EXIT.ok;
  }
  for (const row of rows) {
    process.stdout.write(`${row.path} = ${row.value === undefined ? "(removed)" : JSON.stringify(row.value)}\n`);
    for (const { source, value: set, file, line } of row.sources) {
      process.stdout.write(
        `  ${source.padEnd(28)} ${set === undefined ? "removed" : JSON.stringify(set)}${file === undefined ? "" : `    ${file}:${line ?? 1}`}\n`,
      );
    }
  }
  return EXIT.ok;
}

function unknown(code: string, message: string, given: string, allowed: readonly string[]): InvalidInput {
  const near = nearest(given, allowed);
  return new InvalidInput([
    {
      code,
      path: "",
      message,
      given,
      allowed,
      ...(near === undefined ? {} : { nearest: near }),
      fix: near === undefined ? "write one of them" : `write ${near}`,
    },
  ]);
}
