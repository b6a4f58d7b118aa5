import { hash } from "node:crypto";
import type { Environment } from "./environment.ts";
import { formatLedger, type Ledger } from "./ledger.ts";
import { valueAt } from "./merge.ts";
import type { LoadedBlueprint, Workspace } from "./workspace.ts";

/** Digest of values that are plain data. Two keys are the same if and only if the values are. */
export const keyOf = (...values: readonly unknown[]): string => hash("sha256", JSON.stringify(values), "hex");

const blueprintKeys = new WeakMap<LoadedBlueprint, { readonly whole: string; readonly common: string }>();

function keysOf(blueprint: LoadedBlueprint): { readonly whole: string; readonly common: string } {
  const known = blueprintKeys.get(blueprint);
  if (known !== undefined) return known;
  const { environments, ...rest } = blueprint.merged.data;
  const sources = [...blueprint.merged.provenance].map(([path, origins]): [string, string[]] => [
    path,
    origins.map(({ source }) => source),
  ]);
  // Who set a leaf of an environment is asked where a problem is told, and nowhere else.
  const common = keyOf(
    rest,
    sources.filter(([path]) => !path.startsWith("environments.")),
  );
  const found = { common, whole: keyOf(rest, sources, environments) };
  blueprintKeys.set(blueprint, found);
  return found;
}

/** Key of everything that a blueprint says. */
export const blueprintKey = (blueprint: LoadedBlueprint): string => keysOf(blueprint).whole;

/** Key of everything that the resolution of a blueprint in an environment reads. */
export function deploymentKey(
  workspace: Workspace,
  blueprint: LoadedBlueprint,
  name: string,
  declared: Environment,
): string {
  const host = declared.platform === undefined ? undefined : workspace.blueprints.get(declared.platform);
  return keyOf(
    keysOf(blueprint).common,
    name,
    valueAt(blueprint.merged.data, ["environments", name]) ?? null,
    blueprint.images[name] ?? null,
    [...workspace.accounts],
    host === undefined ? null : [host.name, valueAt(host.merged.data, ["environments", name]) ?? null],
  );
}

/** Key of accounts and ledger: a ledger that has grown in a run has its lines in another order than the file that is read next. */
export const ledgerKey = (workspace: Workspace, ledger: Ledger = workspace.ledger): string =>
  keyOf([...workspace.accounts], formatLedger(ledger));

/** Key of everything that a workspace says. */
export const workspaceKey = (workspace: Workspace, ledger: Ledger = workspace.ledger): string =>
  keyOf(
    ledgerKey(workspace, ledger),
    [...workspace.blueprints.values()].map((blueprint) => [blueprintKey(blueprint), blueprint.images]),
  );
