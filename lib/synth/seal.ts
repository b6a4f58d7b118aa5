import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Plan, pathOf } from "../topology/plan.ts";
import { digestOf, digestOne } from "./digest.ts";
import { emitJson } from "./json.ts";
import { parsed as parsedJson } from "./unknown-json.ts";

const estateSchema = z.looseObject({ digest: z.string().optional(), files: z.record(z.string(), z.string()) });

/** Whether a path belongs to a stack or application of a plan. */
export function belongsTo(plan: Plan): (path: string) => boolean {
  const folders = new Set([
    ...plan.stacks.map(({ name }) => `cdktf.out/stacks/${name}`),
    ...plan.applications.map((application) => `dist/kubernetes/${pathOf(application)}`),
  ]);
  // Both kinds keep their files in a folder of their own, with nothing below it.
  return (path) => folders.has(path.slice(0, path.lastIndexOf("/")));
}

/** Digests of what an output has already, but for what a partial synthesis makes anew. */
export function digestsBefore(root: string, isNew: (path: string) => boolean): Record<string, string> {
  const file = join(root, ESTATE);
  if (!existsSync(file)) return {};
  const parsed = estateSchema.safeParse(parsedJson(readFileSync(file, "utf8")));
  return parsed.success ? Object.fromEntries(Object.entries(parsed.data.files).filter(([path]) => !isNew(path))) : {};
}

/** The file that says what an output consists of. */
export const ESTATE = "dist/estate.json";

/**
 * `dist/estate.json`: a digest of every file and one over all of them, so that a pipeline can tell whether what it
 * applies is whole and what was reviewed.
 */
export function sealOf(files: Readonly<Record<string, string>>): { readonly text: string; readonly digest: string } {
  const digest = digestOf(new Map(Object.entries(files)));
  return { text: emitJson({ version: 1, digest, files }), digest };
}

/** What is wrong with an output as a whole: it was changed by hand or is not complete, or it is not the one that is meant. */
export interface SealProblem {
  readonly code: "output-unsealed" | "output-altered" | "digest-differs";
  /** Path of a file, or `dist/estate.json`. */
  readonly place: string;
  readonly summary: string;
}

/** Holds every file of an output against its digest. @param demanded digest over all of them, such as that of a review */
export function sealProblems(root: string, demanded?: string): SealProblem[] {
  const place = ESTATE;
  const file = join(root, place);
  const parsed = existsSync(file) ? estateSchema.safeParse(parsedJson(readFileSync(file, "utf8"))) : undefined;
  if (parsed?.success !== true)
    return [
      { code: "output-unsealed", place, summary: "the output says nothing about what it consists of: synthesize it" },
    ];
  const { digest, files } = parsed.data;
  const problems = Object.entries(files).flatMap(([path, recorded]): SealProblem[] => {
    const there = existsSync(join(root, path)) ? digestOne(readFileSync(join(root, path))) : undefined;
    if (there === recorded) return [];
    const summary = there === undefined ? "the file is missing" : "the file is not as it was synthesized";
    return [{ code: "output-altered", place: path, summary }];
  });
  const whole = digestOf(new Map(Object.entries(files)));
  if (digest !== whole)
    problems.push({ code: "output-altered", place, summary: `the digest is ${whole}, not ${digest} as is written` });
  if (demanded !== undefined && demanded !== whole)
    problems.push({ code: "digest-differs", place, summary: `the digest is ${whole}, and ${demanded} was reviewed` });
  return problems;
}
