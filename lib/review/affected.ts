import type { Files } from "../estate/files.ts";
import { at, object, parsed, text } from "../estate/json.ts";
import type { Side } from "./evidence.ts";

/** A stack that has to be planned again. */
export interface AffectedStack {
  readonly name: string;
  readonly wave: number;
  /** Account number. */
  readonly account: string;
  readonly region: string;
}

/** What a change touches, by the digest of its bytes: code that is written otherwise and synthesizes the same affects nothing. */
export interface Affected {
  /** In the order in which they are applied. */
  readonly stacks: readonly AffectedStack[];
  /** Paths of applications. */
  readonly applications: readonly string[];
}

/** The stacks and applications whose bytes differ between two outputs, those that are new among them. */
export function affectedUnits(base: Side, head: Side): Affected {
  const paths = [...new Set([...base.files.keys(), ...head.files.keys()])].filter(
    (path) => base.files.get(path) !== head.files.get(path),
  );
  const stacks = new Set(paths.flatMap((path) => /^cdktf\.out\/stacks\/([^/]+)\//.exec(path)?.[1] ?? []));
  const applications = new Set(
    paths.flatMap((path) => /^dist\/kubernetes\/([^/]+\/[^/]+\/[^/]+\/[^/]+)\//.exec(path)?.[1] ?? []),
  );
  return {
    stacks: [...manifestOf(head.files)].filter(({ name }) => stacks.has(name)),
    applications: [...applications].sort(),
  };
}

function manifestOf(files: Files): AffectedStack[] {
  const stacks = object(at(parsed(files.get("cdktf.out/manifest.json") ?? ""), "stacks"));
  return Object.entries(stacks)
    .map(([name, stack]) => ({
      name,
      wave: Number(at(stack, "wave")),
      account: text(at(stack, "account")) ?? "",
      region: text(at(stack, "region")) ?? "",
    }))
    .sort((a, b) => a.wave - b.wave || (a.name < b.name ? -1 : 1));
}
