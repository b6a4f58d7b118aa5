import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "dodeca-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program with this Node in front of the path, as an npm script would. */
function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const done = spawnSync(command, [...args], {
    cwd,
    encoding: "utf8",
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
      ...env,
    },
  });
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

test("the tarball installs into an empty project, where a blueprint in TypeScript synthesizes", () => {
  const [{ filename, files }] = JSON.parse(
    run("npm", ["pack", "--json", "--silent", "--pack-destination", folder], ROOT),
  );
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "README.md",
      "package.json",
      "dist/package/lib/index.js",
      "dist/package/lib/index.d.ts",
      "engines/install.sh",
    ]),
  );
  expect(paths.filter((path) => /^(?:test|blueprints)\/|\.ts$|\.pyc$/.test(path) && !path.endsWith(".d.ts"))).toEqual(
    [],
  );

  const project = join(folder, "project");
  mkdirSync(join(project, "blueprints", "shop"), { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, filename)], project);
  writeFileSync(
    join(project, "blueprints", "accounts.ts"),
    `import { accounts } from "dodeca";\nexport default accounts({ shop: { id: "210000000042" } });\n`,
  );
  writeFileSync(
    join(project, "blueprints", "shop", "blueprint.ts"),
    `import { blueprint, keyValue } from "dodeca";

const tier: "dev" = "dev";
export default blueprint({
  name: "shop",
  owner: { team: "shop" },
  data: { carts: keyValue({ partitionKey: "id" }) },
  services: { web: { image: "shop/web", uses: { carts: "read-write" } } },
  environments: { dev: { account: "shop", tier, regions: { "eu-central-1": "primary" } } },
});
`,
  );
  run(
    process.execPath,
    [
      join(ROOT, "node_modules", "typescript", "bin", "tsc"),
      ..."--noEmit --strict --module nodenext --target es2024 --skipLibCheck".split(" "),
      "blueprints/accounts.ts",
      "blueprints/shop/blueprint.ts",
    ],
    project,
  );
  const made = JSON.parse(run(join(project, "node_modules", ".bin", "dodeca"), ["synth", "--json"], project));
  expect(made).toMatchObject({ digest: expect.stringMatching(/^sha256:/), ledgerChanged: true });
  const stack = readFileSync(
    join(project, "cdktf.out", "stacks", "shop-dev-eu-central-1-data-carts", "cdk.tf.json"),
    "utf8",
  );
  expect(JSON.parse(stack).resource.aws_dynamodb_table["store-Resource"].name).toBe("shop-dev-carts");
  expect(run(join(project, "node_modules", ".bin", "dodeca"), ["coverage", "--help"], project)).toContain("coverage");
  // The scripts of the engines come with the package.
  expect(() => run(join(project, "node_modules", ".bin", "dodeca"), ["engines", "nonsense"], project)).toThrow(
    "unknown engine: nonsense",
  );
}, 600_000);

test("the CDKTN command line gives the same stacks as the command of ours", () => {
  const ours = join(folder, "ours");
  run(
    process.execPath,
    [
      join(ROOT, "lib", "cli", "main.ts"),
      "synth",
      "--frozen",
      "--workspace",
      join(ROOT, "blueprints"),
      "--output",
      ours,
    ],
    ROOT,
  );
  const theirs = join(folder, "theirs", "cdktf.out");
  run(process.execPath, [join(ROOT, "node_modules", ".bin", "cdktn"), "synth", "--output", theirs], ROOT, {
    CHECKPOINT_DISABLE: "1",
    CI: "1",
  });
  expect(contents(theirs)).toEqual(contents(join(ours, "cdktf.out")));
}, 300_000);
