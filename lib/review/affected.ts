import type { Files } from "../estate/files.ts";
import { at, object, parsed, text } from "../estate/json.ts";
import { isRegion, region as regionOf } from "../model/regions.ts";
import type { Side } from "./evidence.ts";

/** A stack that has to be planned again. */
export interface AffectedStack {
  readonly stack: string;
  readonly wave: number;
  /** Account number. */
  readonly id: string;
  /** `aws` or a sibling. */
  readonly partition: string;
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
    stacks: [...manifestOf(head.files)].filter(({ stack }) => stacks.has(stack)),
    applications: [...applications].sort(),
  };
}

function manifestOf(files: Files): AffectedStack[] {
  const stacks = object(at(parsed(files.get("cdktf.out/manifest.json") ?? ""), "stacks"));
  return Object.entries(stacks)
    .map(([stack, settings]) => {
      const region = text(at(settings, "region")) ?? "";
      return {
        stack,
        wave: Number(at(settings, "wave")),
        id: text(at(settings, "account")) ?? "",
        partition: isRegion(region) ? regionOf(region).partition : "aws",
        region,
      };
    })
    .sort((a, b) => a.wave - b.wave || (a.stack < b.stack ? -1 : 1));
}

/** The most jobs that GitHub makes of one matrix. */
const MATRIX_LIMIT = 256;

/** Affected stacks as outputs of a job: `stacks-1={"include":[...]}`, a further matrix where one is full. */
export function githubOutputs({ stacks, applications }: Affected): string {
  const matrices = Array.from({ length: Math.ceil(stacks.length / MATRIX_LIMIT) }, (_, index) =>
    stacks.slice(index * MATRIX_LIMIT, (index + 1) * MATRIX_LIMIT),
  );
  return [
    ...matrices.map((include, index) => `stacks-${index + 1}=${JSON.stringify({ include })}\n`),
    `applications=${JSON.stringify(applications)}\n`,
  ].join("");
}
