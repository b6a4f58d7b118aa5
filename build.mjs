// Builds the package: JavaScript with types in dist/package, and what is read as files beside the code that reads it.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";

rmSync("dist/package", { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "--project", "tsconfig.build.json"],
  { stdio: "inherit" },
);
if (status !== 0) process.exit(status ?? 1);
for (const file of ["lib/reference/catalogue.json", ...globSync("lib/review/html/client/*.{js,css}")])
  cpSync(file, `dist/package/${file}`);
