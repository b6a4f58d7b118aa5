import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { pathOf } from "../topology/plan.ts";
import { digestOf, digestOne } from "./digest.ts";
import { emitJson } from "./json.ts";
import type { Output } from "./synthesize.ts";

const estateSchema = z.looseObject({ files: z.record(z.string(), z.string()) });

/** Whether a path belongs to what a selection synthesized. */
export function isOurs(path: string, output: Output): boolean {
  if (output.files.has(path)) return true;
  return (
    output.plan.stacks.some(({ name }) => path.startsWith(`cdktf.out/stacks/${name}/`)) ||
    output.plan.applications.some((application) => path.startsWith(`dist/kubernetes/${pathOf(application)}/`))
  );
}

/**
 * `dist/estate.json`: a digest of every file and one over all of them, so that a pipeline can tell whether what it
 * applies is whole and what was reviewed. A partial synthesis keeps the digests of what it left alone.
 */
export function estateText(
  output: Output,
  root: string,
  partial: boolean,
): { readonly text: string; readonly digest: string } {
  const kept = partial ? previous(root, output) : {};
  const files: Record<string, string> = { ...kept };
  for (const [path, content] of output.files) files[path] = digestOne(content);
  const digest = digestOf(new Map(Object.entries(files)));
  return { text: emitJson({ version: 1, digest, files }), digest };
}

function previous(root: string, output: Output): Record<string, string> {
  const file = join(root, "dist/estate.json");
  if (!existsSync(file)) return {};
  const parsed = estateSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  return parsed.success
    ? Object.fromEntries(Object.entries(parsed.data.files).filter(([path]) => !isOurs(path, output)))
    : {};
}
