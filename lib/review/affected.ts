import type { Files } from "../estate/files.ts";
import { at, object, parsed, text } from "../estate/json.ts";
import { applicationOfFile } from "../estate/objects.ts";
import { stackOfFile } from "../estate/stacks.ts";
import { inMatrices, matrixName } from "../model/matrices.ts";
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
  const stacks = new Set(paths.flatMap((path) => stackOfFile(path) ?? []));
  const applications = new Set(paths.flatMap((path) => applicationOfFile(path) ?? []));
  return {
    stacks: manifestOf(head.files).filter(({ stack }) => stacks.has(stack)),
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

/** Affected stacks as outputs of a job: `stacks-1={"include":[...]}`, a further matrix where one is full. */
export function githubOutputs({ stacks, applications }: Affected): string {
  return [
    ...inMatrices(stacks).map((include, index) => `${matrixName(index)}=${JSON.stringify({ include })}\n`),
    `applications=${JSON.stringify(applications)}\n`,
  ].join("");
}
