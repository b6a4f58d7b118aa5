import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An output's files: their texts by path below its root, such as `dist/estate.json`. */
export type Files = ReadonlyMap<string, string>;

/** Every file of an output that an estate is read from. @param root folder that holds `cdktf.out` and `dist` */
export function filesBelow(root: string): Files {
  const paths = globSync(["cdktf.out/manifest.json", "cdktf.out/stacks/*/cdk.tf.json", "dist/**/*.{json,yaml,yml}"], {
    cwd: root,
  })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
