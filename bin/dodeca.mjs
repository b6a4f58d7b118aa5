#!/usr/bin/env node
// Starts the command: from its sources in a clone, from the built package elsewhere. A clone brings the Node that it needs.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 19)) {
  await import("./runtime.mjs");
  const source = join(root, "lib", "cli", "main.ts");
  await import(existsSync(source) ? pathToFileURL(source).href : "../dist/package/lib/main.js");
} else {
  const pinned = join(root, "node_modules", "node", "bin", "node");
  if (!existsSync(pinned)) {
    console.error(
      `dodeca needs Node 22.19 or newer; this is ${process.version}. Install it, or run \`npm install --save-dev node\`.`,
    );
    process.exit(2);
  }
  const { spawnSync } = await import("node:child_process");
  const { status, signal } = spawnSync(pinned, process.argv.slice(1), { stdio: "inherit" });
  if (signal !== null) process.kill(process.pid, signal);
  process.exit(status ?? 70);
}
