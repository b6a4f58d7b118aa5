import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Each fixture is a blueprint with one slip; all are compiled in one run. */
const FIXTURES = {
  store: blueprintWith(`services: { web: { image: "a/b", uses: { linkz: "read" } } },`),
  verb: blueprintWith(`services: { web: { image: "a/b", uses: { hot: "write" } } },`),
  memcached: blueprintWith("", "").replace("hot: cache()", `hot: cache({ engine: "memcached", replicas: 2 })`),
  memcachedVerb: blueprintWith(`services: { web: { image: "a/b", uses: { hot: "read" } } },`).replace(
    "hot: cache()",
    `hot: cache({ engine: "memcached", nodes: 3 })`,
  ),
  streamVerb: blueprintWith(`services: { web: { image: "a/b", uses: { clicks: "produces" } } },`),
  fanOutVerb: blueprintWith(
    `services: { web: { image: "a/b", uses: { news: "read" } } },`,
    "news: fanOut({ fifo: true }),",
  ),
  sink: blueprintWith("", `clicks: eventStream({ sink: "archiv" }),`),
  target: blueprintWith(`services: { web: { image: "a/b" } }, routes: [{ path: "/a", auth: "none", to: "wep" }],`),
  lag: blueprintWith(
    `services: { web: { image: "a/b", scaling: { on: { lag: { stream: "click", threshold: 1 } } } } },`,
  ),
  region: blueprintWith("", "", `dev: { account: "a", tier: "dev", regions: { "us-est-1": "primary" } },`),
  setting: blueprintWith(`services: { web: { image: "a/b", scalling: { min: 1 } } },`),
  fork: `${head("blueprint, fork")}
const base = blueprint({ name: "base", owner: { team: "t" }, services: { redirect: { image: "a/b" } }, environments: { dev: { account: "a", tier: "dev", regions: { "us-east-1": "primary" } } } });
export default fork(base, { name: "f", change: { services: { redirekt: { port: 9000 } } } });
`,
  sound: blueprintWith(
    `services: { web: { image: "a/b", uses: { links: "read-write", hot: "read", clicks: "produce", api: "call" } }, api: { image: "a/c" } },`,
    `clicks: eventStream({ sink: "archive" }),`,
  ),
} as const;

function head(names: string): string {
  return `import { ${names} } from "./lib.ts";\n`;
}

function blueprintWith(
  body: string,
  streams = "clicks: eventStream(),",
  environments = `dev: { account: "a", tier: "dev", regions: { "us-east-1": "primary" } },`,
): string {
  return `${head("blueprint, cache, eventStream, fanOut, keyValue, object")}
export default blueprint({
  name: "b", owner: { team: "t" },
  data: { links: keyValue({ partitionKey: "id" }), hot: cache(), archive: object() },
  streams: { ${streams} },
  ${body}
  environments: { ${environments} },
});
`;
}

/** What the compiler says about each fixture. */
const messages: Map<string, string> = new Map();

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "dodeca-compiler-"));
  try {
    writeFileSync(join(folder, "lib.ts"), `export * from ${JSON.stringify(join(ROOT, "lib", "index.ts"))};\n`);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const [name, text] of Object.entries(FIXTURES)) writeFileSync(join(folder, `${name}.ts`), text);
    const options = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { rewriteRelativeImportExtensions: false, types: [], typeRoots: [], noUnusedLocals: false },
      include: ["*.ts"],
      exclude: [],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
    const { stdout } = spawnSync(
      process.execPath,
      [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "--pretty", "false", "-p", folder],
      { encoding: "utf8" },
    );
    for (const name of Object.keys(FIXTURES)) {
      const lines = stdout.split("\n");
      const own = lines.filter((line) => line.includes(`${name}.ts(`));
      messages.set(name, own.join("\n"));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("the compiler checks a blueprint's references and says what was meant", () => {
  test.each([
    ["store", "'linkz' does not exist in type 'Uses<", "Did you mean to write 'links'?"],
    ["verb", `Type '"write"' is not assignable to type '"read" | "read-write" | undefined'`, ""],
    ["memcached", "No overload matches this call", ""],
    ["memcachedVerb", `Type '"read"' is not assignable to type '"read-write"'`, ""],
    [
      "streamVerb",
      `Type '"produces"' is not assignable to type '"consume" | "produce" | "produce-consume" | undefined'`,
      `Did you mean '"produce"'?`,
    ],
    [
      "fanOutVerb",
      `Type '"read"' is not assignable to type '"consume" | "produce" | "produce-consume" | undefined'`,
      "",
    ],
    ["sink", `EventStreamTo<"archiv">`, ""],
    ["target", `Type '"wep"' is not assignable to type '"web"'`, ""],
    ["lag", `Type '"click"' is not assignable to type '"clicks"'`, ""],
    ["region", "'\"us-est-1\"' does not exist in type", ""],
    ["setting", "'scalling' does not exist in type 'ServiceInput<", "Did you mean to write 'scaling'?"],
    ["fork", "'redirekt' does not exist in type", "Did you mean to write 'redirect'?"],
  ])("%s", (name, said, meant) => {
    expect(messages.get(name)).toContain(said);
    expect(messages.get(name)).toContain(meant);
  });

  test("and says nothing about a sound one", () => {
    expect(messages.get("sound")).toBe("");
  });
});
