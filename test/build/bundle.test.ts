import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withNames } from "../../build/names.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Bundles a program with the plugin of the build, and runs it: in a process of its own, where esbuild finds plain Node. */
function bundled(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "dodeca-bundle-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    writeFileSync(
      join(root, "build.mjs"),
      `import { build } from ${JSON.stringify(join(ROOT, "node_modules/esbuild/lib/main.js"))};
import { firstUse } from ${JSON.stringify(join(ROOT, "build/first-use.ts"))};
await build({ entryPoints: ["main.mjs"], outfile: "out.mjs", bundle: true, format: "esm", platform: "node", plugins: [firstUse] });
await import("./out.mjs");`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, ["build.mjs"], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    return stdout + stderr;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test("a binding is evaluated when it is first used, once, and is then what it is without the bundle", () => {
  const binding = `console.log("evaluated");
    class Thing { static kind = "a thing"; }
    Object.defineProperty(exports, "__esModule", { value: true });
    Object.defineProperty(exports, "Thing", { enumerable: true, get: () => Thing });
    exports.two = 2;`;
  const out = bundled({
    "node_modules/cdktn/index.js": binding,
    "node_modules/other/index.js": binding.replace("evaluated", "evaluated at the start"),
    "main.mjs": `import { Thing, two, none } from "cdktn";
      import { Thing as Other } from "other";
      console.log("started", new Other() instanceof Other);
      class Mine extends Thing {}
      console.log(Mine.kind, new Mine() instanceof Thing, two, none, typeof Thing);`,
  });
  expect(out.split("\n")).toEqual([
    "evaluated at the start",
    "started true",
    "evaluated",
    "a thing true 2 undefined function",
    "",
  ]);
});

test("classes that the bundler renames keep the name that is read, and one of unknown origin is refused", () => {
  const known = new Set(["Token", "Schema", "Utf8", "Table"]);
  const code = `const A = class _Token {
}; const B = class Schema2 extends A {
}; class Utf8 {
} var Table2 = class extends (B, A) {
}; const Table = class extends Table2 {
}; const E = class _Schema2 {
};`;
  const names: unknown = Function(
    `${withNames(code, known)} return [A, B, Utf8, Table2, Table, E].map((x) => x.name);`,
  )();
  expect(names).toEqual(["Token", "Schema", "Utf8", "Table", "Table", "Schema"]);
  expect(() => withNames("class Other2 {\n}", known)).toThrow("no source has a class Other2");
});
