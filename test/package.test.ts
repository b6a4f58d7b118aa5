import { spawnSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { loadedBy } from "./loaded.ts";
import { outputFolder } from "./synthesized.ts";

const ROOT = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "dodeca-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** This Node in front of the path, as in an npm script. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_OPTIONS: "",
  PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
};

/** Runs a program. @throws Error when it fails */
function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const done = spawnSync(command, [...args], { cwd, encoding: "utf8", env: { ...ENVIRONMENT, ...env } });
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${done.status}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

/** Every file below a folder with its content. */
const contents = (root: string): Map<string, string> =>
  new Map(
    globSync("**/*.{json,yaml,yml}", { cwd: root })
      .sort()
      .map((file) => [file, readFileSync(join(root, file), "utf8")]),
  );

const project = join(folder, "project");
const INSTALLED = join(project, "node_modules", "dodeca");
const COMMAND = join(project, "node_modules", ".bin", "dodeca");
/** This repository's workspace in the project, so that its blueprints find the package. */
const THERE = join(project, "there");

/** What npm says it packed. */
let packed: readonly string[];
/** What the sources make of this repository's workspace. */
let ours: string;

beforeAll(async () => {
  const [{ filename, files }] = JSON.parse(
    run("npm", ["pack", "--json", "--silent", "--pack-destination", folder], ROOT),
  );
  packed = files.map(({ path }: { path: string }) => path);
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, filename)], project);
  ours = await outputFolder();
  cpSync(join(ROOT, "blueprints"), join(THERE, "blueprints"), { recursive: true });
  for (const file of globSync("blueprints/**/*.ts", { cwd: THERE })) {
    const text = readFileSync(join(THERE, file), "utf8");
    writeFileSync(join(THERE, file), text.replaceAll(/"(?:\.\.\/)+lib\/index\.ts"/g, '"dodeca"'));
  }
}, 600_000);

/** What esbuild says of each file of the package: what stands in it. */
const metafile = (): {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput?: number }>> }>
  >;
} => JSON.parse(readFileSync(join(ROOT, "dist", "package", "metafile.json"), "utf8"));
const packageOf = (file: string): string | undefined => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];

test("the tarball holds what runs, its types and licences, and no sources, tests or notes of the build", () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      "README.md",
      "package.json",
      "dist/package/lib/index.js",
      "dist/package/lib/index.d.ts",
      "dist/package/THIRD-PARTY-LICENCES.txt",
      "engines/install.sh",
    ]),
  );
  const unwanted = /^(?:test|blueprints|build)\/|\.ts$|\.pyc$|metafile/;
  expect(packed.filter((path) => unwanted.test(path) && !path.endsWith(".d.ts"))).toEqual([]);
});

test("the package brings no bindings: with what it needs it weighs less than 30 MB", () => {
  const installed = join(project, "node_modules");
  expect(readdirSync(installed).filter((name) => !name.startsWith("."))).toEqual(["dodeca", "zod"]);
  const weight = globSync("**/*", { cwd: installed, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  expect(weight).toBeGreaterThan(5e6);
  expect(weight).toBeLessThan(30e6);
});

test("the licence of every bundled package comes with it", () => {
  const bundled = Object.values(metafile().outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const packages = [...new Set(bundled.flatMap((file) => packageOf(file) ?? []))];
  // Some that are bundled for sure, and one inside of another.
  expect(packages).toEqual(expect.arrayContaining(["@cdktn/provider-aws", "cdktn", "semver", "zod"]));
  const text = readFileSync(join(INSTALLED, "dist", "package", "THIRD-PARTY-LICENCES.txt"), "utf8");
  const parts = new Map(text.split(/^-{80}$/m).map((part) => [/^\S+/m.exec(part.trim())?.[0], part]));
  expect(
    packages.filter((name) => !/licen[cs]e/i.test((parts.get(name) ?? "").split("\n").slice(4).join("\n"))),
  ).toEqual([]);
});

test("a blueprint in TypeScript finds the types of the package, and synthesizes", () => {
  mkdirSync(join(project, "blueprints", "shop"), { recursive: true });
  writeFileSync(
    join(project, "blueprints", "accounts.ts"),
    `import { accounts } from "dodeca";\nexport default accounts({ shop: { id: "210000000042" } });\n`,
  );
  const blueprint = (verb: string): string => `import { blueprint, keyValue } from "dodeca";

const tier: "dev" = "dev";
export default blueprint({
  name: "shop",
  owner: { team: "shop" },
  data: { carts: keyValue({ partitionKey: "id" }) },
  services: { web: { image: "shop/web", uses: { carts: "${verb}" } } },
  environments: { dev: { account: "shop", tier, regions: { "eu-central-1": "primary" } } },
});
`;
  const file = join(project, "blueprints", "shop", "blueprint.ts");
  // No check is skipped: nothing that the types name may be missing in a project that has nothing else.
  const check = (): string =>
    run(
      process.execPath,
      [
        join(ROOT, "node_modules", "typescript", "bin", "tsc"),
        ..."--noEmit --strict --module nodenext --target es2024 --types".split(" "),
        "",
        "blueprints/accounts.ts",
        "blueprints/shop/blueprint.ts",
      ],
      project,
    );
  writeFileSync(file, blueprint("reed-write"));
  expect(check).toThrow('"reed-write"');
  writeFileSync(file, blueprint("read-write"));
  check();
  const made = JSON.parse(run(COMMAND, ["synth", "--json"], project));
  expect(made).toMatchObject({ digest: expect.stringMatching(/^sha256:/), ledgerChanged: true });
  const stack = readFileSync(
    join(project, "cdktf.out", "stacks", "shop-dev-eu-central-1-data-carts", "cdk.tf.json"),
    "utf8",
  );
  expect(JSON.parse(stack).resource.aws_dynamodb_table["store-Resource"].name).toBe("shop-dev-carts");
});

test("the package synthesizes this repository's blueprints to the same bytes as its sources", () => {
  const { digest } = JSON.parse(run(COMMAND, ["synth", "--frozen", "--json"], THERE));
  expect(JSON.parse(readFileSync(join(ours, "dist", "estate.json"), "utf8")).digest).toBe(digest);
  expect(contents(join(THERE, "cdktf.out")).size).toBeGreaterThan(100);
  expect(contents(join(THERE, "cdktf.out"))).toEqual(contents(join(ours, "cdktf.out")));
});

test("a store in S3 asks a project for the SDK, GIVEN that it is not installed", () => {
  const made = () => run(COMMAND, ["synth", "--frozen", "--output", "other", "--store", "s3://builds"], THERE);
  expect(made).toThrow("npm install @aws-sdk/client-s3");
});

test("every command runs from the package", () => {
  // What is printed when something is missing or unknown shows that the command itself was there to look for it.
  const COMMANDS: Readonly<Record<string, readonly [args: string, code: number, printed: string]>> = {
    synth: ["--frozen", 0, "0 files written"],
    seal: ["--output report", 2, "there is no shard in this folder"],
    verify: ["--engine missing-engine", 2, "the engine does not run"],
    review: ["--base . --report report", 0, "the output is the same"],
    affected: [`--base ${ours} --format json`, 0, '"stacks": []'],
    explain: ["url-shortener.services.redirect.scaling.max -e dev", 0, "blueprints/url-shortener/blueprint.ts:"],
    list: ["--only blueprint=url-shortener", 0, "url-shortener/dev/us-east-1/"],
    rehearse: ["missing-blueprint -e dev", 2, "missing-blueprint"],
    engines: ["nonsense", 2, "unknown engine: nonsense"],
    coverage: ["edge", 0, "open"],
    analyze: ["url-shortener capacity -e dev", 0, "capacity"],
  };
  const listed = [...run(COMMAND, ["--help"], THERE).matchAll(/^ {2}([a-z]+) (?:\[|<)/gm)].map(
    ([, name]) => name ?? "",
  );
  expect(Object.keys(COMMANDS).sort()).toEqual(listed.filter((name) => name !== "help").sort());
  const wrong = Object.entries(COMMANDS).flatMap(([name, [args, code, printed]]) => {
    const { status, stdout, stderr } = spawnSync(COMMAND, [name, ...args.split(" ")], {
      cwd: THERE,
      encoding: "utf8",
      env: ENVIRONMENT,
    });
    return status === code && (stdout + stderr).includes(printed) ? [] : [`${name}: ${status}\n${stdout}\n${stderr}`];
  });
  expect(wrong).toEqual([]);
  // The page of the report has its own script and style in it.
  expect(readFileSync(join(THERE, "report", "report.html"), "utf8")).toMatch(
    /<style>[^<]{1000}.*<script[^>]*>.{1000}/s,
  );
});

test("what a command does not need is not loaded from the package: help has the command line in it and nothing else", () => {
  const { outputs } = metafile();
  const insideOf = (...args: readonly string[]): string[] =>
    loadedBy(join(INSTALLED, "bin", "dodeca.mjs"), args, THERE)
      .filter((file) => file.startsWith(join(INSTALLED, "dist")))
      .flatMap((file) =>
        Object.entries(outputs[relative(INSTALLED, file)]?.inputs ?? { [`nothing known of ${file}`]: {} }),
      )
      .flatMap(([file, { bytesInOutput = 0 }]) => (bytesInOutput === 0 ? [] : [packageOf(file) ?? file]));
  expect([...new Set(insideOf("--help"))].sort()).toEqual(["commander", "lib/cli/main.ts", "lib/cli/run.ts"]);
  expect(insideOf("list")).toEqual(expect.arrayContaining(["cdktn", "zod", "lib/cli/list.ts"]));
  expect(insideOf("list")).not.toContain("lib/cli/review.ts");
});

test("the CDKTN command line gives the same stacks as the command of ours", () => {
  const theirs = join(folder, "theirs", "cdktf.out");
  run(process.execPath, [join(ROOT, "node_modules", ".bin", "cdktn"), "synth", "--output", theirs], ROOT, {
    CHECKPOINT_DISABLE: "1",
    CI: "1",
  });
  expect(contents(theirs)).toEqual(contents(join(ours, "cdktf.out")));
});
