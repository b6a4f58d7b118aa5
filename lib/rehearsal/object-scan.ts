import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, object } from "../estate/json.ts";
import { type Application, type KubernetesObject, nameOf } from "../estate/objects.ts";
import { notJudged, runCheckov, type Scan, scanOf } from "./checkov.ts";

const SKIP = /^checkov\.io\/skip\d+$/;

/**
 * Lets checkov judge a place's objects. What they fail on purpose they say in annotations.
 * @param folder where the objects are written without their waivers, which would hide whether they are needed
 */
export async function scanObjects(applications: readonly Application[], folder: string): Promise<Scan> {
  mkdirSync(folder, { recursive: true });
  const files = applications
    .flatMap(({ path, objects }) => objects.map((of) => ({ path, of })))
    .map((one, index) => ({ ...one, file: `${String(index).padStart(5, "0")}.yaml` }));
  for (const { file, of } of files) writeFileSync(join(folder, file), JSON.stringify(withoutWaivers(of)));
  const judgement = await runCheckov("kubernetes", folder);
  if (typeof judgement === "string") return notJudged(judgement);
  const failed = Map.groupBy(judgement.failed, ({ file }) => file);
  return scanOf(
    judgement.passed,
    files.map(({ file, path, of }) => ({
      place: path,
      address: nameOf(of),
      failed: failed.get(file) ?? [],
      waived: waivedBy(of),
    })),
  );
}

/** Checks that an object says it fails on purpose. */
const waivedBy = ({ metadata }: KubernetesObject): readonly string[] =>
  Object.entries(object(at(metadata, "annotations"))).flatMap(([key, value]) =>
    SKIP.test(key) && typeof value === "string" ? [value.slice(0, value.indexOf("="))] : [],
  );

function withoutWaivers({ metadata, ...rest }: KubernetesObject): object {
  const annotations = Object.entries(object(at(metadata, "annotations"))).filter(([key]) => !SKIP.test(key));
  return { ...rest, metadata: { ...metadata, annotations: Object.fromEntries(annotations) } };
}
