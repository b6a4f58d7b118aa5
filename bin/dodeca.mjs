#!/usr/bin/env node
// Starts the command: from its sources in a clone, from the built package elsewhere. A clone brings the Node that it needs.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");
const source = join(root, "lib", "cli", "main.ts");
const main = existsSync(source) ? source : join(root, "dist", "package", "lib", "cli", "main.js");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 19)) await import(pathToFileURL(main).href);
else {
  const pinned = join(root, "node_modules", "node", "bin", "node");
  if (!existsSync(pinned)) {
    console.error(
      `dodeca needs Node 22.19 or newer; this is ${process.version}. Install it, or run \`npm install --save-dev node\`.`,
    );
    process.exit(2);
  }
  const { status, signal } = spawnSync(pinned, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  if (signal !== null) process.kill(process.pid, signal);
  process.exit(status ?? 70);
}
