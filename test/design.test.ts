import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const sources = (pattern: string): [file: string, text: string][] =>
  globSync(pattern, { cwd: ROOT, exclude: ["**/node_modules/**"] })
    .sort()
    .map((file): [string, string] => [file, readFileSync(join(ROOT, file), "utf8")]);

/** Modules that a source imports, as written. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)"([^"\n]+)"/g)].map(([, name]) => name ?? "");

/** `lib/<room>/...` that a relative import leads to. */
const target = (file: string, name: string): string => relative(ROOT, join(ROOT, dirname(file), name));

const roomOf = (file: string): string => file.split("/")[1] ?? "";

describe("imports", () => {
  test("never take a barrel of bindings", () => {
    const barrels = sources("{lib,blueprints,test}/**/*.ts").flatMap(([file, text]) =>
      importsOf(text)
        .filter((name) => /^(?:@cdktn\/provider-aws|cdk8s-plus-34|@kubernetes-models\/[a-z-]+)$/.test(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(barrels).toEqual([]);
  });

  test("of a layer reach other layers only through their contracts", () => {
    const wrong = sources("lib/layers/**/*.ts").flatMap(([file, text]) => {
      const own = file.split("/")[2];
      return importsOf(text)
        .filter((name) => name.startsWith("."))
        .map((name) => target(file, name))
        .filter((path) => path.startsWith("lib/layers/"))
        .filter((path) => {
          const layer = path.split("/")[2];
          return layer !== own && layer !== "common" && !path.endsWith("/contract.ts");
        })
        .map((path) => `${file}: ${path}`);
    });
    expect(wrong).toEqual([]);
  });

  test("run one way between rooms", () => {
    const ALLOWED: Readonly<Record<string, readonly string[]>> = {
      model: [],
      layers: ["model"],
      topology: ["model", "layers"],
      synth: ["model", "layers", "topology"],
      reference: ["model", "synth", "topology"],
      estate: ["model"],
      analysis: ["model", "estate"],
      checks: ["model", "estate"],
      review: ["model", "estate", "checks"],
      engines: ["model", "estate"],
      verify: ["model", "estate", "checks", "engines"],
      rehearsal: ["model", "estate", "checks", "engines"],
      cli: [
        "analysis",
        "model",
        "topology",
        "synth",
        "reference",
        "estate",
        "engines",
        "verify",
        "rehearsal",
        "review",
      ],
    };
    const wrong = sources("lib/*/**/*.ts").flatMap(([file, text]) =>
      importsOf(text)
        .filter((name) => name.startsWith("."))
        .map((name) => target(file, name))
        .filter((path) => path.startsWith("lib/") && path !== "lib/index.ts" && roomOf(path) !== roomOf(file))
        .filter((path) => !ALLOWED[roomOf(file)]?.includes(roomOf(path)))
        // Coverage reads the facts that the layers declare.
        .map((path) => `${file}: ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  test("of what is bundled name nothing that comes only with something else", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const wrong = sources("lib/**/*.ts").flatMap(([file, text]) =>
      importsOf(text)
        .filter((name) => !name.startsWith(".") && !name.startsWith("node:"))
        .map((name) =>
          name
            .split("/")
            .slice(0, name.startsWith("@") ? 2 : 1)
            .join("/"),
        )
        .filter((name) => !Object.hasOwn({ ...devDependencies, ...dependencies }, name))
        .map((name) => `${file}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("synthesis", () => {
  test("asks no clock, environment, network, locale, machine or chance", () => {
    const FORBIDDEN =
      /\bDate\b(?!\.UTC)|Math\.random|process\.(?:env|cwd|platform|arch|hrtime)|localeCompare|toLocale|Intl\.|\bfetch\(|node:(?:os|net|http|https|dns|child_process)|performance\./;
    const wrong = sources("lib/{model,layers,topology}/**/*.ts").flatMap(([file, text]) =>
      text.split("\n").flatMap((line, index) => {
        // Code of the edge that is text here, and asks the edge's own clock whether a token is still good.
        if (file.endsWith("edge/functions/token.ts") && line.trim() === "const now = Date.now() / 1000;") return [];
        const code = line.replace(/\/\/.*$/, "").replace(/^\s*\*.*$/, "");
        return FORBIDDEN.test(code) ? [`${file}:${index + 1}: ${line.trim()}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("sorts with an order of its own wherever it sorts text", () => {
    const wrong = sources("lib/{layers,topology,synth}/**/*.ts").flatMap(([file, text]) =>
      /\.localeCompare|Collator/.test(text) ? [file] : [],
    );
    expect(wrong).toEqual([]);
  });

  test("remembers nothing between builds but through oncePer, which replays what was read", () => {
    const MEMORY = /^(?:export )?(?:let |const .*= new (?:Weak)?(?:Map|Set)(?:<[^(]*>)?\(\))/;
    // The recorder itself, keys of what is loaded, syntax trees; and a Lambda function that is text here.
    const known = ["model/reads.ts", "model/keys.ts", "model/locate.ts", "layers/client/partner-signatures.ts"];
    const wrong = sources("lib/{model,layers}/**/*.ts").flatMap(([file, text]) =>
      known.some((one) => file.endsWith(one))
        ? []
        : text
            .split("\n")
            .filter((line) => MEMORY.test(line))
            .map((line) => `${file}: ${line}`),
    );
    expect(wrong).toEqual([]);
  });

  test("never uses what spawns Terraform or orders stacks with cdktn", () => {
    const wrong = sources("lib/**/*.ts").flatMap(([file, text]) =>
      /\.(?:importFrom|moveTo|addDependency|dependsOn)\(/.test(text) ? [file] : [],
    );
    expect(wrong).toEqual([]);
  });
});

describe("code", () => {
  test("has no any, no suppressed type errors and no unfinished work", () => {
    const wrong = sources("{lib,blueprints}/**/*.ts").flatMap(([file, text]) =>
      text.split("\n").flatMap((line, index) => {
        // Code of the edge that is text here, and asks the edge's own clock whether a token is still good.
        if (file.endsWith("edge/functions/token.ts") && line.trim() === "const now = Date.now() / 1000;") return [];
        const code = line.replace(/\/\/.*$/, "").replace(/^\s*\*.*$/, "");
        const bad =
          /(?::|\bas|<)\s*any\b|\bas unknown as\b|!\.|\bas never\b/.test(code.replace(/"(?:[^"\\]|\\.)*"/g, '""')) ||
          /@ts-(?:ignore|expect-error|nocheck)|\b(?:TODO|FIXME|XXX)\b/.test(line);
        return bad ? [`${file}:${index + 1}: ${line.trim()}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("has no default exports but blueprints and accounts", () => {
    expect(sources("lib/**/*.ts").flatMap(([file, text]) => (/^export default/m.test(text) ? [file] : []))).toEqual([]);
  });

  test("names no path or registry of a machine", () => {
    const wrong = [
      ...sources("{lib,blueprints,test,engines,docs,bench}/**/*.{ts,mjs,sh,py,md}"),
      ...sources("*.{json,md,ts,mjs}"),
    ].flatMap(([file, text]) =>
      /\/(?:work|home|root)\/[a-z]/.test(text) && file !== "test/design.test.ts" ? [file] : [],
    );
    expect(wrong).toEqual([]);
    const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
    const hosts = new Set([...lock.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map(([, host]) => host));
    expect([...hosts].filter((host) => host !== "registry.npmjs.org")).toEqual([]);
  });
});

describe("the package", () => {
  test("has types that name nothing but its dependencies", () => {
    const out = mkdtempSync(join(tmpdir(), "dodeca-types-"));
    try {
      const done = spawnSync(
        process.execPath,
        [
          join(ROOT, "node_modules", "typescript", "bin", "tsc"),
          "--project",
          join(ROOT, "tsconfig.build.json"),
          "--outDir",
          out,
        ],
        { cwd: ROOT, encoding: "utf8" },
      );
      expect(done.stdout).toBe("");
      const emitted = globSync("**/*.d.ts", { cwd: out });
      expect(emitted).toContain("lib/model/blueprint.d.ts");
      const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      const named = emitted.flatMap((file) => importsOf(readFileSync(join(out, file), "utf8")));
      expect(new Set(named.filter((name) => !name.startsWith(".")))).toEqual(new Set(Object.keys(dependencies)));
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
});
