// Builds the package: JavaScript with types in dist/package, and the catalogue beside the code that reads it.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";

rmSync("dist/package", { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "--project", "tsconfig.build.json"],
  { stdio: "inherit" },
);
if (status !== 0) process.exit(status ?? 1);
cpSync("lib/reference/catalogue.json", "dist/package/lib/reference/catalogue.json");
