import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf, digestOne } from "../../lib/synth/digest.ts";
import { source, TemporaryWorkspace } from "./temporary-workspace.ts";

const BLUEPRINT = "blueprints/tiny/blueprint.ts";
const ROOT = join(import.meta.dirname, "..", "..");
const COMMAND = join(ROOT, "lib", "cli", "main.ts");

let workspace: TemporaryWorkspace;
beforeEach(() => {
  workspace = new TemporaryWorkspace({ [BLUEPRINT]: source() });
});
afterEach(() => workspace.remove());

/** Digest of what lies on disk, computed anew from the bytes. */
function digestOnDisk(output: ReadonlyMap<string, string>): string {
  const files = [...output].filter(([path]) => !/estate\.json$|\/\./.test(path));
  return digestOf(new Map(files.map(([path, text]) => [path, digestOne(text)])));
}

describe("synth", () => {
  test("says what it made, where, and what to do next", () => {
    const { code, out } = workspace.run("synth");
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+ stacks with \d+ resources {4}cdktf\.out\/stacks$/m);
    expect(out).toContain("the ledger has changed, commit it");
    expect(out).toContain("npx dodeca verify");
  });

  test("writes nothing the second time", () => {
    workspace.run("synth");
    const again = JSON.parse(workspace.run("synth", "--json").out);
    expect(again).toMatchObject({ written: 0, deleted: [], ledgerChanged: false });
  });

  test("seals the output with a digest over every byte", () => {
    workspace.run("synth");
    const estate = JSON.parse(workspace.read("dist/estate.json"));
    expect(digestOnDisk(workspace.output())).toBe(estate.digest);
  });

  test("runs images by the digest that the lock file has for the environment", () => {
    const digest = `sha256:${"ab".repeat(32)}`;
    workspace.write("blueprints/tiny/images.lock.yaml", `dev:\n  tiny/web: ${digest}\n`);
    workspace.run("synth");
    expect(workspace.read("dist/kubernetes/tiny/dev/us-east-1/web/deployment-tiny-web.yaml")).toContain(
      `image: 210000000009.dkr.ecr.us-east-1.amazonaws.com/tiny/dev/tiny/web@${digest}`,
    );
    workspace.write("blueprints/tiny/images.lock.yaml", "dev:\n  tiny/web: latest\n");
    const { code, err } = workspace.run("synth");
    expect(code).toBe(2);
    expect(err).toContain("a digest is sha256: and 64 hexadecimal digits");
  });

  test("frozen, refuses to extend the ledger, and writes nothing", () => {
    const { code, err } = workspace.run("synth", "--frozen");
    expect(code).toBe(2);
    expect(err).toContain("the ledger would change");
    expect(existsSync(join(workspace.root, "cdktf.out"))).toBe(false);
    workspace.run("synth");
    expect(workspace.run("synth", "--frozen").code).toBe(0);
  });

  test("of a part leaves the rest as it was, and seals the whole", () => {
    workspace.run("synth");
    const before = workspace.output();
    workspace.write(
      BLUEPRINT,
      source({ data: `hot: cache(),`, services: `web: { image: "tiny/web", uses: { hot: "read", items: "read" } },` }),
    );
    expect(workspace.run("synth", "--only", "layer=data").code).toBe(0);
    const after = workspace.output();
    const changed = [...after.keys()].filter((path) => after.get(path) !== before.get(path));
    expect(
      changed.filter((path) => !/-data-|^dist\/(?:estate|delivery|blueprints)|manifest|\/data\//.test(path)),
    ).toEqual([]);
    expect(changed).toContain("cdktf.out/stacks/tiny-dev-us-east-1-data-hot/cdk.tf.json");
    expect(digestOnDisk(after)).toBe(JSON.parse(after.get("dist/estate.json") ?? "{}").digest);
  });

  test("keeps a stack that left the blueprint, without resources, until its line leaves the ledger", () => {
    workspace.run("synth");
    const path = "cdktf.out/stacks/tiny-dev-us-east-1-data-items/cdk.tf.json";
    workspace.write(
      BLUEPRINT,
      source({ data: `things: keyValue({ partitionKey: "id" }),` })
        .replace('items: keyValue({ partitionKey: "id" }),', "")
        .replaceAll("items:", "things:"),
    );
    expect(workspace.run("synth").code).toBe(0);
    const retired = JSON.parse(workspace.read(path));
    expect(retired.resource).toBeUndefined();
    expect(retired.terraform.backend.s3.key).toBe("tiny-dev-us-east-1-data-items/terraform.tfstate");
    workspace.write(
      "blueprints/ledger.yaml",
      workspace.read("blueprints/ledger.yaml").replace(/^ {2}tiny-dev-us-east-1-data-items:.*\n/m, ""),
    );
    expect(workspace.run("synth").code).toBe(0);
    expect(existsSync(join(workspace.root, path))).toBe(false);
  });

  test("keeps what engines left in stack folders", () => {
    workspace.run("synth");
    workspace.write("cdktf.out/stacks/tiny-dev-us-east-1-data-items/.terraform.lock.hcl", "# lock\n");
    workspace.run("synth");
    expect(workspace.read("cdktf.out/stacks/tiny-dev-us-east-1-data-items/.terraform.lock.hcl")).toBe("# lock\n");
  });

  test("killed at any time, leaves an output that the next run makes whole", async () => {
    workspace.run("synth");
    const whole = workspace.output();
    const other = source({ services: `web: { image: "tiny/web", uses: { items: "read" }, scaling: { max: 2 } },` });
    for (const delay of [250, 400, 500, 600, 700, 800, 900, 1000, 1150, 1300]) {
      workspace.write(BLUEPRINT, other);
      const child = spawn(process.execPath, [COMMAND, "synth"], {
        cwd: workspace.root,
        stdio: "ignore",
      });
      const ended = new Promise((resolve) => child.once("close", resolve));
      setTimeout(() => child.kill("SIGKILL"), delay);
      await ended;
      workspace.write(BLUEPRINT, source());
      expect(workspace.run("synth").code).toBe(0);
      expect(workspace.output()).toEqual(whole);
    }
  }, 600_000);
});

describe("explain", () => {
  test("shows every source of a leaf in order, with file and line", () => {
    workspace.write(
      BLUEPRINT,
      source({
        services: `web: { image: "tiny/web", uses: { items: "read" }, scaling: { min: 1, max: 2 } },`,
        environments: `dev: { account: "main", tier: "dev", regions: { "us-east-1": { role: "primary", overrides: { services: { web: { scaling: { max: 9 } } } } } } },`,
      }),
    );
    const { out } = workspace.run("explain", "tiny.services.web.scaling.max", "-e", "dev", "-r", "us-east-1");
    expect(out).toMatch(/9/);
    expect(out).toMatch(/blueprint tiny.*blueprints\/tiny\/blueprint\.ts:14/);
    expect(out).toMatch(/region us-east-1 of dev.*blueprints\/tiny\/blueprint\.ts:20/);
  });

  test("names the nearest leaf where there is none of that name", () => {
    const { code, err } = workspace.run("explain", "tiny.services.web.scaling.maxx", "-e", "dev");
    expect(code).toBe(2);
    expect(err).toContain("max");
  });
});

describe("list", () => {
  test("names stacks and applications in the order in which they are applied", () => {
    const { environments, stacks, applications } = JSON.parse(workspace.run("list", "--json").out);
    expect(environments).toEqual([
      expect.objectContaining({ blueprint: "tiny", environment: "dev", regions: { "us-east-1": "primary" } }),
    ]);
    const waves: number[] = stacks.map(({ wave }: { wave: number }) => wave);
    expect(waves).toEqual([...waves].sort((a, b) => a - b));
    expect(stacks[0]).toMatchObject({ wave: 0, name: "account-main-us-east-1-delivery-bootstrap" });
    expect(applications.at(-1).path).toBe("tiny/dev/us-east-1/alerts");
  });

  test("of a part names what the part needs first", () => {
    const { stacks } = JSON.parse(workspace.run("list", "--json", "--only", "layer=data").out);
    const needed = stacks
      .filter(({ needed: only }: { needed: boolean }) => only)
      .map(({ name }: { name: string }) => name);
    expect(needed).toContain("account-main-us-east-1-delivery-bootstrap");
    expect(needed).not.toContain("tiny-dev-us-east-1-data-items");
  });
});

describe("any command", () => {
  test("names the nearest part where a selection is misspelt", () => {
    const { code, err } = workspace.run("synth", "--only", "layr=data");
    expect(code).toBe(2);
    expect(err).toContain("nearest: layer=data");
  });

  test("documents its exit codes", () => {
    expect(workspace.run("--help").out).toContain("Exit codes: 0 done, 1 checks found something, 2 invalid input");
  });

  test("reads no provider to print its help", () => {
    const text = readFileSync(COMMAND, "utf8");
    expect([...text.matchAll(/^import .* from "([^"]+)"/gm)].map(([, name]) => name)).toEqual([
      "@commander-js/extra-typings",
      "./run.ts",
    ]);
  });
});
