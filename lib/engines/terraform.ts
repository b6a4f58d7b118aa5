import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { InvalidInput } from "../model/problem.ts";

/** Terraform or OpenTofu, as found on this machine. */
export interface Engine {
  readonly path: string;
  readonly name: "terraform" | "tofu";
  readonly version: string;
}

/** Folder in which `engines/install.sh` puts what it builds. */
export const enginesFolder = (): string =>
  process.env["ENGINES_DIR"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "dodeca-engines");

/** The engine to use: the one named, else the first on the path, else the one that was built. @throws InvalidInput when there is none */
export function findEngine(wanted?: string): Engine {
  const candidates =
    wanted === undefined
      ? [...onPath("terraform"), ...onPath("tofu"), join(enginesFolder(), "tofu")]
      : [wanted, ...onPath(wanted)];
  for (const path of candidates) {
    const engine = probe(path);
    if (engine !== undefined) return engine;
  }
  throw new InvalidInput([
    {
      code: "engine-missing",
      path: "",
      message: wanted === undefined ? "neither Terraform nor OpenTofu is on the path" : "the engine does not run",
      ...(wanted === undefined ? {} : { given: wanted }),
      allowed: ["terraform >= 1.10", "tofu >= 1.10"],
      fix: "install one of them, name it with --engine, or build OpenTofu with `npx dodeca engines tofu`",
    },
  ]);
}

/** Programs of a name on the path, first come first. */
export function onPath(name: string): string[] {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter(runs);
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function probe(path: string): Engine | undefined {
  if (!runs(path)) return undefined;
  const { stdout, status } = spawnSync(path, ["version", "-json"], {
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
  if (status !== 0) return undefined;
  const version = /"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1];
  if (version === undefined) return undefined;
  const said = spawnSync(path, ["version"], {
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  }).stdout;
  return { path, version, name: said.startsWith("OpenTofu") ? "tofu" : "terraform" };
}

const HOSTS = ["registry.terraform.io", "registry.opentofu.org"];

/**
 * Writes a CLI configuration into a folder that takes the AWS provider from a mirror on this machine if there is one, under
 * the registry names of both engines; without one, `init` takes what the registry has.
 * @returns the file
 */
export function cliConfiguration(folder: string): string {
  const file = join(folder, "cli.tfrc");
  const leaf = mirroredProvider();
  let text = "disable_checkpoint = true\n";
  if (leaf !== undefined) {
    const [version, platform] = leaf.split(/[\\/]/).slice(-2);
    for (const host of HOSTS) {
      const parent = join(folder, "mirror", host, "hashicorp", "aws", version ?? "");
      mkdirSync(parent, { recursive: true });
      // Real folders: engines do not follow links above the last one.
      symlinkSync(leaf, join(parent, platform ?? ""), "dir");
    }
    text += `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(join(folder, "mirror"))}\n  }\n}\n`;
  }
  writeFileSync(file, text);
  return file;
}

/** Version of the AWS provider in a mirror on this machine; undefined where the registry says which one it is. */
export function mirroredVersion(): string | undefined {
  const leaf = mirroredProvider();
  return leaf === undefined ? undefined : basename(dirname(leaf));
}

/** Version of a provider's binary, from where it lies: VERSION/PLATFORM/BINARY. */
export const versionOfProvider = (binary: string): string => basename(dirname(dirname(binary)));

/** Folder of an unpacked AWS provider in a mirror, laid out as HOST/NAMESPACE/TYPE/VERSION/PLATFORM. */
function mirroredProvider(): string | undefined {
  const named = process.env["TF_PLUGIN_MIRROR"];
  const roots =
    named === undefined
      ? ["/opt", "/usr/share/terraform", "/usr/local/share/terraform", join(homedir(), ".terraform.d")]
      : [named];
  for (const root of roots) {
    const found = providerBelow(root, 8);
    if (found !== undefined) return dirname(found);
  }
  return undefined;
}

/** The provider's binary somewhere below a folder. */
export function providerBelow(folder: string, depth: number): string | undefined {
  if (depth < 0 || !existsSync(folder)) return undefined;
  const entries = readdirSync(folder, { withFileTypes: true });
  const binary = entries.find(({ name }) => name.startsWith("terraform-provider-aws_v"));
  if (binary !== undefined && /[\\/]hashicorp[\\/]aws[\\/]/.test(`${folder}/`)) return join(folder, binary.name);
  for (const entry of entries) {
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    const found = providerBelow(join(folder, entry.name), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
