import { existsSync, readFileSync } from "node:fs";
import { load } from "js-yaml";
import { z } from "zod";
import { allocate, formatCidr, overlaps, parseCidr } from "./addresses.ts";
import { InvalidInput, type Problem } from "./problem.ts";

/** The addresses that all platforms of a workspace share: large enough for two hundred regions of /16. */
export const ADDRESS_POOL = "10.0.0.0/8";

const ledgerSchema = z.strictObject({
  version: z.literal(1),
  /** Network of each platform, by `blueprint/environment/region`. */
  addresses: z.record(z.string(), z.string()),
  /** Every stack ever synthesized and not yet destroyed, with the account and region that hold it. */
  stacks: z.record(z.string(), z.strictObject({ account: z.string(), region: z.string() })),
});

/** The committed record of what must not move: address ranges and the stacks that exist. */
export interface Ledger extends z.infer<typeof ledgerSchema> {}

export const emptyLedger = (): Ledger => ({ version: 1, addresses: {}, stacks: {} });

/** Reads the ledger; a workspace without one has an empty ledger. @throws InvalidInput when it is corrupt or contradicts itself */
export function readLedger(file: string, shown: string): Ledger {
  if (!existsSync(file)) return emptyLedger();
  const text = readFileSync(file, "utf8");
  const fail = (problems: readonly Problem[]): never => {
    throw new InvalidInput(problems);
  };
  const fix = `restore ${shown} from version control, or keep both sides of a merge as long as no two ranges overlap`;
  const conflict = text.split("\n").findIndex((line) => /^(?:<{7}|={7}|>{7})/.test(line));
  if (conflict >= 0) {
    return fail([
      {
        code: "ledger-conflict",
        path: "",
        file: shown,
        line: conflict + 1,
        message: "the ledger holds an unresolved merge conflict",
        fix,
      },
    ]);
  }
  let data: unknown;
  try {
    data = load(text);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const line = /\((\d+):\d+\)/.exec(message)?.[1];
    return fail([
      {
        code: "ledger-corrupt",
        path: "",
        file: shown,
        ...(line === undefined ? {} : { line: Number(line) }),
        message: `the ledger is no YAML: ${message}`,
        fix,
      },
    ]);
  }
  const parsed = ledgerSchema.safeParse(data);
  if (!parsed.success) {
    return fail(
      parsed.error.issues.map((issue) => ({
        code: "ledger-corrupt",
        path: issue.path.join("."),
        file: shown,
        message: issue.message,
        fix,
      })),
    );
  }
  const problems = contradictions(parsed.data, text, shown, fix);
  return problems.length > 0 ? fail(problems) : parsed.data;
}

function contradictions(ledger: Ledger, text: string, file: string, fix: string): Problem[] {
  const lines = text.split("\n");
  const lineOf = (key: string): { line?: number } => {
    const index = lines.findIndex((line) => line.includes(`${key}:`) || line.includes(`"${key}":`));
    return index < 0 ? {} : { line: index + 1 };
  };
  const problems: Problem[] = [];
  const ranges: { key: string; cidr: ReturnType<typeof parseCidr> }[] = [];
  for (const [key, given] of Object.entries(ledger.addresses)) {
    try {
      ranges.push({ key, cidr: parseCidr(given) });
    } catch (error) {
      problems.push({
        code: "invalid-cidr",
        path: `addresses.${key}`,
        file,
        ...lineOf(key),
        message: error instanceof Error ? error.message : String(error),
        given,
        fix,
      });
    }
  }
  for (const [index, one] of ranges.entries()) {
    const other = ranges.slice(index + 1).find(({ cidr }) => overlaps(one.cidr, cidr));
    if (other === undefined) continue;
    problems.push({
      code: "ledger-overlap",
      path: `addresses.${other.key}`,
      file,
      ...lineOf(other.key),
      message: `the range overlaps that of ${one.key}, ${formatCidr(one.cidr)}`,
      given: formatCidr(other.cidr),
      fix: "the platform that was applied first keeps its range: delete the other entry and synthesize again",
    });
  }
  return problems;
}

/** A network that a platform needs in a region. */
export interface NetworkRequest {
  /** `blueprint/environment/region`. */
  readonly key: string;
  /** Prefix length. */
  readonly prefix: number;
  readonly path: string;
  /** Where the size is set: found on demand, since it means parsing a blueprint. */
  readonly locate: () => { readonly file?: string };
}

/** The ledger with a range for every network asked for. Ranges that it holds never move; a changed size is an error. */
export function extendAddresses(ledger: Ledger, requests: readonly NetworkRequest[]): Ledger {
  const addresses: Record<string, string> = { ...ledger.addresses };
  const problems: Problem[] = [];
  const pool = parseCidr(ADDRESS_POOL);
  const fresh = requests.filter(({ key }) => addresses[key] === undefined);
  for (const { key, prefix, locate, path } of requests) {
    const held = addresses[key];
    if (held !== undefined && parseCidr(held).prefix !== prefix) {
      const { file } = locate();
      problems.push({
        code: "network-moved",
        path,
        ...(file === undefined ? {} : { file }),
        message: `the network of ${key} exists as ${held} and cannot change its size in place`,
        given: `/${prefix}`,
        allowed: [`/${parseCidr(held).prefix}`],
        fix: "keep the size, or build a new environment beside this one and move over",
      });
    }
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  // Large networks first, so that small ones fill the gaps instead of breaking them up.
  for (const { key, prefix } of fresh.sort((a, b) => a.prefix - b.prefix || (a.key < b.key ? -1 : 1))) {
    const taken = Object.values(addresses).map(parseCidr);
    addresses[key] = formatCidr(allocate(pool, prefix, taken));
  }
  return { ...ledger, addresses };
}

/** The ledger with every stack that exists now. A stack that it holds already keeps its account and region. */
export function extendStacks(
  ledger: Ledger,
  stacks: readonly { readonly name: string; readonly account: string; readonly region: string }[],
): Ledger {
  const known: Record<string, { account: string; region: string }> = { ...ledger.stacks };
  for (const { name, account, region } of stacks) known[name] ??= { account, region };
  return { ...ledger, stacks: known };
}

/** The ledger as it is committed. */
export function formatLedger(ledger: Ledger): string {
  const section = (name: string, rows: readonly string[]): string[] =>
    rows.length === 0 ? [`${name}: {}`] : [`${name}:`, ...rows];
  const sorted = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    "# What must not move: address ranges, and stacks that exist. Extended by `dodeca synth`; commit it with your change.",
    "# To forget a stack, destroy it first, then delete its line.",
    "version: 1",
    ...section(
      "addresses",
      sorted(ledger.addresses).map(([key, cidr]) => `  ${key}: ${cidr}`),
    ),
    ...section(
      "stacks",
      sorted(ledger.stacks).map(
        ([name, { account, region }]) => `  ${name}: { account: "${account}", region: ${region} }`,
      ),
    ),
    "",
  ].join("\n");
}
