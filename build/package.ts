// Builds the package: bundled JavaScript with types in dist/package, and what is read as files beside the code that reads it.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { build, transform } from "esbuild";
import { firstUse } from "./first-use.ts";
import { licencesOf } from "./licences.ts";
import { classNames, withNames } from "./names.ts";

const PACKAGE = "dist/package";
const CODE = join(PACKAGE, "lib");
const target = "node22.19";
const OPTIONAL = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).peerDependencies);
rmSync(PACKAGE, { recursive: true, force: true });
mkdirSync(CODE, { recursive: true });

const { status } = spawnSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "--project", "tsconfig.build.json"],
  { stdio: "inherit" },
);
if (status !== 0) process.exit(status ?? 1);

const { metafile, outputFiles } = await build({
  // What blueprints import and what the commands load share their chunks.
  entryPoints: { index: "lib/index.ts", main: "lib/cli/main.ts" },
  outdir: CODE,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target,
  // Installed by those who use it.
  external: OPTIONAL,
  // What CommonJS modules require is bundled, but for modules of Node.
  banner: { js: "const require = process.getBuiltinModule;" },
  plugins: [firstUse],
  logLevel: "warning",
  metafile: true,
  write: false,
});
const external = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter((one) => one.external));
const missing = external.filter(({ path }) => !isBuiltin(path) && !OPTIONAL.includes(path));
if (missing.length > 0) throw new Error(`not bundled: ${missing.map(({ path }) => path).join(", ")}`);

const known = classNames(Object.keys(metafile.inputs));
for (const { path, text } of outputFiles) {
  const { code } = await transform(withNames(text, known), {
    target,
    format: "esm",
    // Identifiers stay: names of classes are read, and all names stand in the traces of faults.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
  });
  writeFileSync(path, code);
}

writeFileSync(join(PACKAGE, "THIRD-PARTY-LICENCES.txt"), licencesOf(Object.keys(metafile.inputs)));
// What stands in which file, for tests and whoever wonders; it is not published.
writeFileSync(join(PACKAGE, "metafile.json"), JSON.stringify(metafile));

// The report's page reads these beside its own code.
for (const file of globSync("lib/review/html/client/*.{js,css}")) cpSync(file, join(CODE, "client", basename(file)));
