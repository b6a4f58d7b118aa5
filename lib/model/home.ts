import { type Environment, environment as environmentSchema, type RegionRole } from "./environment.ts";
import { isJsonObject, type JsonObject, type Provenance } from "./merge.ts";
import { nearest, type Problem } from "./problem.ts";
import type { Region } from "./regions.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import type { LoadedBlueprint, NamedAccount, Workspace } from "./workspace.ts";

/** A region of an environment: its role, and the blueprint as it is there. */
export interface RegionPlacement {
  readonly region: Region;
  readonly role: RegionRole;
  readonly blueprint: ResolvedBlueprint;
  readonly provenance: Provenance;
}

/** Whose platform an environment lives on. */
export interface PlatformRef {
  readonly blueprint: string;
  readonly environment: string;
  readonly owned: boolean;
}

/** An environment as a blueprint declares it; nothing where it is malformed. */
export function declaredEnvironment(data: JsonObject, name: string): Environment | undefined {
  const environments = data["environments"];
  const parsed = environmentSchema.safeParse(isJsonObject(environments) ? environments[name] : undefined);
  return parsed.success ? parsed.data : undefined;
}

/** Takes a problem of a leaf. */
export type Report = (path: readonly string[], problem: Omit<Problem, "path" | "file" | "line">) => void;

/** The platform that an environment lives on. */
export function platformOf(
  workspace: Workspace,
  blueprint: LoadedBlueprint,
  name: string,
  declared: Environment,
  report: Report,
): PlatformRef | undefined {
  if (declared.platform === undefined || declared.platform === blueprint.name)
    return { blueprint: blueprint.name, environment: name, owned: true };
  const path = ["environments", name, "platform"];
  const host = workspace.blueprints.get(declared.platform);
  if (host === undefined) {
    const offered = [...workspace.blueprints.keys()].filter((other) => other !== blueprint.name);
    const found = nearest(declared.platform, offered);
    report(path, {
      code: "unknown-platform",
      message: "no blueprint of the workspace has this name",
      given: declared.platform,
      allowed: offered,
      ...(found === undefined ? {} : { nearest: found }),
      fix: found === undefined ? "name a blueprint that owns a platform" : `write "${found}"`,
    });
    return undefined;
  }
  const theirs = declaredEnvironment(host.merged.data, name);
  if (theirs === undefined || (theirs.platform !== undefined && theirs.platform !== host.name)) {
    const environments = host.merged.data["environments"];
    report(path, {
      code: "no-platform-there",
      message: `${host.name} owns no platform in an environment ${name}`,
      given: name,
      allowed: isJsonObject(environments) ? Object.keys(environments) : [],
      fix: `add the environment to ${host.name}, or own a platform`,
    });
    return undefined;
  }
  for (const code of Object.keys(declared.regions)) {
    if (theirs.regions[code] !== undefined) continue;
    const near = nearest(code, Object.keys(theirs.regions));
    report(["environments", name, "regions", code], {
      code: "platform-lacks-region",
      region: code,
      message: `the platform of ${host.name} is not in this region`,
      given: code,
      allowed: Object.keys(theirs.regions),
      ...(near === undefined ? {} : { nearest: near }),
      fix: `choose a region of the platform, or add ${code} to ${host.name}`,
    });
  }
  return { blueprint: host.name, environment: name, owned: false };
}

/** The account that an environment lives in: its platform's, or the one it names. */
export function accountOf(
  workspace: Workspace,
  name: string,
  declared: Environment,
  platform: PlatformRef | undefined,
  report: Report,
): NamedAccount | undefined {
  const path = ["environments", name, "account"];
  const host = platform && !platform.owned ? workspace.blueprints.get(platform.blueprint) : undefined;
  const hostAccount = host && declaredEnvironment(host.merged.data, name)?.account;
  if (hostAccount !== undefined && declared.account !== undefined && declared.account !== hostAccount) {
    report(path, {
      code: "account-of-platform",
      message: `the platform of ${platform?.blueprint ?? ""} lives in ${hostAccount}`,
      given: declared.account,
      allowed: [hostAccount],
      fix: "leave the account out",
    });
  }
  const wanted = hostAccount ?? declared.account;
  const known = [...workspace.accounts.keys()];
  if (wanted === undefined) {
    if (host === undefined && platform?.owned)
      report(["environments", name], {
        code: "missing-account",
        message: "an environment with its own platform needs an account",
        allowed: known,
        fix: "add `account`",
      });
    return undefined;
  }
  const account = workspace.accounts.get(wanted);
  if (account === undefined && hostAccount === undefined) {
    const found = nearest(wanted, known);
    report(path, {
      code: "unknown-account",
      message: "the workspace declares no such account",
      given: wanted,
      allowed: known,
      ...(found === undefined ? {} : { nearest: found }),
      fix: found === undefined ? "declare it in accounts.ts" : `write "${found}", or declare it in accounts.ts`,
    });
  }
  return account;
}
