// Others at comparable work: each in a process of its own, warm, writing into a file system in memory, with the options of our command.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { newFolder } from "../folders.ts";
import { run } from "../process.ts";
import { REPOSITORY } from "../programs.ts";
import type { Cell, Table } from "../table.ts";
import type { PeerCost } from "./measured.ts";
import { tree } from "./tree.ts";

const BENCH = join(REPOSITORY, "bench");
const OPTIONS = `--import=${pathToFileURL(join(REPOSITORY, "bin", "runtime.mjs")).href}`;

function costOf(file: string, argument: string): PeerCost {
  return JSON.parse(run([OPTIONS, "--expose-gc", join(BENCH, "peers", file), argument], BENCH).out);
}

/** Installs what only peers need. @returns why that is not possible */
function install(): string | undefined {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(BENCH, "package.json"), "utf8"),
  );
  if (Object.entries(dependencies).every(([name, version]) => versionOf(name) === version)) return undefined;
  const { status, error, stderr } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: BENCH,
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split("\n")[0] ?? "npm ci failed";
}

function versionOf(name: string): string | undefined {
  const file = join(BENCH, "node_modules", name, "package.json");
  if (!existsSync(file)) return undefined;
  const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}

/** @param sizes numbers of resources and of objects in this workspace */
export function peers(sizes: { readonly resources: number; readonly objects: number }): readonly Table[] {
  const notes: string[] = [];
  const row = (name: string, { wall, cpu, files, megabytes }: PeerCost, size: number, ours: PeerCost): Cell[] => [
    name,
    files,
    wall,
    cpu,
    (cpu * 1000) / size,
    megabytes,
    cpu / ours.cpu,
  ];
  const attempt = (name: string, size: number, ours: PeerCost, measure: () => PeerCost): Cell[] => {
    try {
      return row(name, measure(), size, ours);
    } catch (error) {
      notes.push(`${name}: not measured, ${error instanceof Error ? error.message : String(error)}`);
      return [name, "not measured"];
    }
  };
  const { resources, objects } = sizes;
  const stacks = costOf("stacks.ts", "ours");
  const charts = costOf("charts.ts", "ours");
  return [
    {
      title: "peers: the same work each, built, synthesized and written in a warm process (median of 3)",
      columns: ["files", "ms", "CPU ms", "CPU us each", "MB more", "CPU / ours"],
      rows: [
        row(`ours: ${resources} resources in stacks`, stacks, resources, stacks),
        attempt("cdktn: App.synth of the same constructs", resources, stacks, () => costOf("stacks.ts", "cdktn")),
        attempt("AWS CDK: App.synth of as many CfnResources", resources, stacks, () => {
          const problem = install();
          if (problem !== undefined) throw new Error(problem);
          const file = join(newFolder(), "tree.json");
          writeFileSync(file, JSON.stringify(tree()));
          return costOf("aws-cdk.mjs", file);
        }),
        row(`ours: ${objects} objects in applications`, charts, objects, charts),
        attempt("cdk8s: App.synth of the same constructs", objects, charts, () => costOf("charts.ts", "cdk8s")),
      ],
      notes: ["MB more: most memory during the first run, above what was loaded before it", ...notes],
    },
  ];
}
