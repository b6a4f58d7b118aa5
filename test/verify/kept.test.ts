import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { objectsKey } from "../../lib/verify/digests.ts";
import { type Verification, type VerifyOptions, verify } from "../../lib/verify/index.ts";
import { keptBy, verdictsAfter } from "../../lib/verify/verdicts.ts";
import { source, TemporaryWorkspace } from "../cli/temporary-workspace.ts";
import { FakeEngine } from "./fake-engine.ts";

let engine: FakeEngine;
let root: string;
beforeEach(() => {
  engine = new FakeEngine();
  root = mkdtempSync(join(tmpdir(), "dodeca-kept-"));
  for (const name of ["one", "two", "three"]) stack(name);
});
afterEach(() => {
  engine.remove();
  rmSync(root, { recursive: true, force: true });
});

const stackFile = (name: string): string => join(root, "cdktf.out", "stacks", name, "cdk.tf.json");
const record = (): string => join(root, ".dodeca", "judged.json");

/** Writes a stack of the blueprint `shop`. @param content that the engine may refuse */
function stack(name: string, content = "sound", layer = "data", backend: Readonly<Record<string, unknown>> = {}): void {
  const tags = { "dodeca:blueprint": "shop", "dodeca:environment": "dev", "dodeca:layer": layer };
  const state = { bucket: "states", key: `${name}/terraform.tfstate`, region: "us-east-1", encrypt: true };
  mkdirSync(dirname(stackFile(name)), { recursive: true });
  writeFileSync(
    stackFile(name),
    JSON.stringify({
      "//": content,
      terraform: { backend: { s3: { ...state, use_lockfile: true, ...backend } } },
      provider: { aws: [{ region: "us-east-1", allowed_account_ids: ["210000000001"], default_tags: [{ tags }] }] },
    }),
  );
}

const judge = (options: Partial<VerifyOptions> = {}): Promise<Verification> =>
  verify({ root, engine: engine.path, ...options });

const keptIn = ({ stacks }: Verification): string[] => stacks.filter(({ kept }) => kept).map(({ name }) => name);

describe("verify", () => {
  test("judges one stack, GIVEN an output that was judged and of which one stack has changed since", async () => {
    expect(keptIn(await judge())).toEqual([]);
    expect(engine.judged()).toEqual(["one", "three", "two"]);
    stack("two", "changed");
    const again = await judge();
    expect(engine.judged()).toEqual(["two"]);
    expect(keptIn(again)).toEqual(["one", "three"]);
    expect(again.stacks.map(({ valid }) => valid)).toEqual([true, true, true]);
    expect(keptIn(await judge())).toEqual(["one", "three", "two"]);
    expect(engine.judged()).toEqual([]);
  });

  test("judges a stack again, GIVEN that the engine found something in it", async () => {
    stack("two", "BROKEN");
    await judge();
    engine.judged();
    const again = await judge();
    expect(engine.judged()).toEqual(["two"]);
    expect(again.stacks.find(({ name }) => name === "two")).toMatchObject({
      valid: false,
      kept: false,
      findings: [expect.objectContaining({ summary: "it is broken" })],
    });
  });

  test("judges a stack again, GIVEN that it changed to what was valid before the last run", async () => {
    await judge();
    stack("two", "BROKEN");
    await judge();
    engine.judged();
    stack("two");
    await judge();
    expect(engine.judged()).toEqual(["two"]);
  });

  test("judges all, GIVEN another version of the engine", async () => {
    await judge();
    engine.judged();
    engine.version = "1.12.0";
    expect(keptIn(await judge())).toEqual([]);
    expect(engine.judged()).toEqual(["one", "three", "two"]);
  });

  test("judges all, GIVEN another provider in the mirror", async () => {
    engine.mirror("6.0.0");
    await judge();
    engine.judged();
    await judge();
    expect(engine.judged()).toEqual([]);
    engine.mirror("6.1.0");
    expect(keptIn(await judge())).toEqual([]);
    expect(engine.judged()).toEqual(["one", "three", "two"]);
  });

  test("judges all, GIVEN a change and another provider in the registry", async () => {
    await judge();
    engine.judged();
    engine.provider = "6.1.0";
    stack("two", "changed");
    expect(keptIn(await judge())).toEqual([]);
    expect(engine.judged()).toEqual(["one", "three", "two"]);
    expect(keptIn(await judge())).toEqual(["one", "three", "two"]);
  });

  test("judges all when it is told to, and keeps that", async () => {
    await judge();
    engine.judged();
    expect(keptIn(await judge({ all: true }))).toEqual([]);
    expect(engine.judged()).toEqual(["one", "three", "two"]);
    expect(keptIn(await judge())).toHaveLength(3);
  });

  test.each([
    "",
    "{",
    '{"version":2}',
    '{"version":1,"stacks":{"key":1,"valid":{}}}',
    '{"version":1,"stacks":{"key":"k","provider":"","valid":{"one":1}}}',
  ])("ignores a damaged record: %s", async (text) => {
    await judge();
    engine.judged();
    writeFileSync(record(), text);
    await judge();
    expect(engine.judged()).toEqual(["one", "three", "two"]);
    expect(JSON.parse(readFileSync(record(), "utf8")).version).toBe(1);
  });

  test("holds stacks that are kept against each other all the same", async () => {
    stack("two", "sound", "data", { use_lockfile: false });
    await judge();
    const again = await judge();
    expect(keptIn(again)).toHaveLength(3);
    expect(again.stacks.find(({ name }) => name === "two")).toMatchObject({
      valid: false,
      kept: true,
      findings: [expect.objectContaining({ code: "backend-unlocked" })],
    });
  });

  test("judges a part, says nothing of the rest, and keeps what is known of it", async () => {
    stack("three", "sound", "mesh", { use_lockfile: false });
    await judge();
    engine.judged();
    for (const name of ["one", "two", "three"]) stack(name, "changed", name === "three" ? "mesh" : "data");
    const part = await judge({ only: ({ layer }) => layer === "mesh" });
    expect(part.stacks.map(({ name }) => name)).toEqual(["three"]);
    expect(part.others).toEqual([]);
    expect(engine.judged()).toEqual(["three"]);
    for (const name of ["one", "two"]) stack(name);
    expect(keptIn(await judge())).toEqual(["one", "three", "two"]);
    await expect(judge({ only: () => false })).rejects.toThrow("nothing-selected");
  });

  test("forgets stacks that are gone", async () => {
    await judge();
    rmSync(dirname(stackFile("two")), { recursive: true });
    await judge();
    expect(Object.keys(JSON.parse(readFileSync(record(), "utf8")).stacks.valid)).toEqual(["one", "three"]);
  });
});

test("verdicts of applications stand under a key of their own, and only while it is the same", () => {
  const digests = new Map([
    ["a", "1"],
    ["b", "2"],
  ]);
  const refused = { severity: "error", code: "kubernetes", place: "b", summary: "no" } as const;
  const verdicts = verdictsAfter(undefined, "server", digests, ["a", "b"], [refused]);
  expect(verdicts).toEqual({ key: "server", valid: { a: "1" } });
  expect([...keptBy(verdicts, "server", digests, ["a", "b", "c"])]).toEqual(["a"]);
  expect([...keptBy(verdicts, "another server", digests, ["a", "b"])]).toEqual([]);
  expect(verdictsAfter(verdicts, "another server", digests, ["b"], [])).toEqual({
    key: "another server",
    valid: { b: "2" },
  });
});

test("the key of objects is another, GIVEN another API server or definition of an add-on", () => {
  const engines = process.env["ENGINES_DIR"] ?? "";
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(engines, path)), { recursive: true });
    writeFileSync(join(engines, path), text);
  };
  put("kube-apiserver", "1");
  put("crds/istio/gateway.yaml", "kind: CustomResourceDefinition");
  const keys = [objectsKey(), objectsKey()];
  put("kube-apiserver", "1.1");
  keys.push(objectsKey());
  put("crds/istio/gateway.yaml", "kind: CustomResourceDefinition # other");
  keys.push(objectsKey());
  expect(new Set(keys).size).toBe(3);
  expect(keys[0]).toBe(keys[1]);
});

test("the command says how many stacks it judged now, of each whether it was kept, and takes parts as other commands do", () => {
  const workspace = new TemporaryWorkspace({ "blueprints/tiny/blueprint.ts": source() });
  const run = (...args: readonly string[]) => workspace.run("verify", "--engine", engine.path, ...args);
  try {
    workspace.run("synth");
    const first = run();
    expect([first.code, first.out]).toEqual([0, expect.not.stringContaining("judged now")]);
    const count = engine.judged().length;
    const name = "tiny-dev-us-east-1-data-items";
    const path = `cdktf.out/stacks/${name}/cdk.tf.json`;
    workspace.write(path, workspace.read(path).replace("{", "{\n"));
    expect(run().out).toMatch(
      new RegExp(`^1 of ${count} stacks and \\d+ of \\d+ applications judged now, the others as before: --all`, "m"),
    );
    expect(engine.judged()).toEqual([name]);
    expect(JSON.parse(run("--json").out).stacks).toContainEqual(expect.objectContaining({ name, kept: true }));
    const part = JSON.parse(run("--json", "--all", "--only", "layer=data", "environment=dev").out);
    expect(part.stacks.map(({ name: of }: { name: string }) => of)).toEqual(engine.judged());
    expect(part.stacks.every(({ name: of }: { name: string }) => of.includes("-data"))).toBe(true);
    const account = JSON.parse(run("--json", "--only", "blueprint=account").out);
    expect(account.stacks.every(({ name: of }: { name: string }) => of.startsWith("account-main-"))).toBe(true);
    expect(run("--only", "layer=nothing").code).toBe(2);
    expect(run("--only", "layr=data").err).toContain("nearest: layer=data");
    expect(existsSync(join(workspace.root, ".dodeca/judged.json"))).toBe(true);
  } finally {
    workspace.remove();
  }
});
