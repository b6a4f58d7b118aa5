import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An output's files: their texts by path below its root, such as `dist/estate.json`. */
export type Files = ReadonlyMap<string, string>;

/** Every file of an output that an estate is read from. @param root folder that holds `cdktf.out` and `dist` */
export function filesBelow(root: string): Files {
  const below = (folder: string, recursive: boolean): string[] =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive, encoding: "utf8" }).map(
          (path) => `${folder}/${path.replaceAll("\\", "/")}`,
        )
      : [];
  const paths = [
    "cdktf.out/manifest.json",
    // Not what engines keep in the folders of stacks, which may be a provider each.
    ...below("cdktf.out/stacks", false).map((stack) => `${stack}/cdk.tf.json`),
    ...below("dist", true).filter((path) => /\.(?:json|ya?ml)$/.test(path)),
  ];
  return new Map(
    paths
      .sort()
      .flatMap((path): [string, string][] =>
        existsSync(join(root, path)) ? [[path, readFileSync(join(root, path), "utf8")]] : [],
      ),
  );
}
