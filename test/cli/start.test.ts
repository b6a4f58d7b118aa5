import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { loadedBy } from "../loaded.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BIN = join(ROOT, "bin", "dodeca.mjs");
const packageOf = (file: string): string => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file;
const loaded = (program: string, ...args: readonly string[]): string[] => [
  ...new Set(loadedBy(program, args, ROOT).map((file) => packageOf(relative(ROOT, file)))),
];

test("help loads the command line and nothing else of a clone", () => {
  expect(loaded(BIN, "--help").sort()).toEqual([
    "@commander-js/extra-typings",
    "bin/dodeca.mjs",
    "bin/runtime.mjs",
    "commander",
    "lib/cli/main.ts",
    "lib/cli/run.ts",
  ]);
  // A command loads more, and what is asked here would be seen.
  expect(loaded(BIN, "explain", "url-shortener.name", "-e", "dev")).toEqual(
    expect.arrayContaining(["lib/cli/explain.ts", "lib/model/workspace.ts", "zod"]),
  );
});

test("explain needs no bindings", () => {
  const packages = loaded(BIN, "explain", "url-shortener.name", "-e", "dev").filter((name) => !name.includes(".ts"));
  expect(packages.sort()).toEqual([
    "@commander-js/extra-typings",
    "acorn",
    "bin/dodeca.mjs",
    "bin/runtime.mjs",
    "commander",
    "js-yaml",
    "zod",
  ]);
});

test("how Node runs is set before anything else is loaded, by the command and by `npm start`", () => {
  const first = [BIN, join(ROOT, "bin", "runtime.mjs")];
  expect(loadedBy(BIN, ["--help"], ROOT).slice(0, 2)).toEqual(first);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(scripts).toMatchObject({ start: "node main.ts", dodeca: "node bin/dodeca.mjs" });
  // It stops at the name of the folder, before it loads the synthesis.
  const stopped = loadedBy(join(ROOT, "main.ts"), [], ROOT, { CDKTF_OUTDIR: "elsewhere" }, 2);
  expect(stopped.map((file) => relative(ROOT, file))).toEqual(["main.ts", "bin/runtime.mjs"]);
});

describe("compiled code", () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "dodeca-compiled-"));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));
  const kept = (env: NodeJS.ProcessEnv): number => {
    const done = spawnSync(process.execPath, [BIN, "--help"], {
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "", NODE_COMPILE_CACHE: cache, ...env },
    });
    // A flag that this Node does not know is said here.
    expect(done.stderr).toBe("");
    return globSync("**/*", { cwd: cache, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  };

  test("is kept where Node keeps it", () => {
    expect(kept({})).toBeGreaterThanOrEqual(4);
  });

  test("is not kept where NODE_DISABLE_COMPILE_CACHE says so", () => {
    expect(kept({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBe(0);
  });
});

test("the space of young objects stays small, whatever is made in it", () => {
  const work = `const kept = [];
    for (let i = 0; i < 3e6; i++) kept[i % 2e5] = { i, text: String(i) };
    console.log(v8.getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size / 2 ** 20);`;
  const megabytes = (start: string): number =>
    Number(
      spawnSync(process.execPath, ["--input-type=module", "--eval", `import v8 from "node:v8"; ${start} ${work}`], {
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: "" },
      }).stdout,
    );
  expect(
    megabytes(`await import(${JSON.stringify(pathToFileURL(join(ROOT, "bin", "runtime.mjs")).href)});`),
  ).toBeLessThan(5);
  // Without it, the same work makes the space grow.
  expect(megabytes("")).toBeGreaterThan(15);
});
