import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { loadWorkspace, type Workspace } from "../../lib/model/workspace.ts";
import { digestOne } from "../../lib/synth/digest.ts";
import { synthesizeChanged } from "../../lib/synth/incremental.ts";
import { deploymentsSince, keptBy } from "../../lib/synth/kept.ts";
import { sealProblems } from "../../lib/synth/seal.ts";
import { sealShards } from "../../lib/synth/seal-shards.ts";
import type { Shard } from "../../lib/synth/shard.ts";
import { folderStore } from "../../lib/synth/store/folder.ts";
import { openStore } from "../../lib/synth/store/open.ts";
import { packPlace, unpackPlace } from "../../lib/synth/store/place-pack.ts";
import { s3Store } from "../../lib/synth/store/s3.ts";
import { SharedPlaces } from "../../lib/synth/store/shared-places.ts";
import type { Store } from "../../lib/synth/store/store.ts";
import type { StoredPlace } from "../../lib/synth/stored-place.ts";
import { synthesize } from "../../lib/synth/synthesize.ts";
import type { Selection } from "../../lib/topology/plan.ts";
import { source, TemporaryWorkspace } from "../cli/temporary-workspace.ts";
import { FakeS3 } from "./fake-s3.ts";

const BLUEPRINT = "blueprints/tiny/blueprint.ts";
const PLACE = "place/tiny/dev/us-east-1";
const folder = mkdtempSync(join(tmpdir(), "dodeca-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const newFolder = (): string => join(folder, String(++count));

const TWO_REGIONS = `dev: {
  account: "main",
  tier: "dev",
  regions: { "us-east-1": "primary" },
}, staging: { account: "main", tier: "staging", regions: { "eu-west-1": "primary" } },`;

/** A workspace with a ledger that has all of it. @param staging overrides of one of its environments */
async function workspaceWith(staging = ""): Promise<Workspace> {
  const environments = TWO_REGIONS.replace(/\} \},$/, `}${staging} },`);
  const small = new TemporaryWorkspace({ [BLUEPRINT]: source({ environments }) });
  try {
    const workspace = await loadWorkspace(join(small.root, "blueprints"));
    return { ...workspace, ledger: synthesize(workspace).ledger };
  } finally {
    small.remove();
  }
}

interface RunOptions {
  readonly store?: Store;
  readonly program?: string;
  readonly shard?: Shard;
  readonly only?: Selection;
  readonly root?: string;
}

/** A run on a machine: by default one that has nothing. */
async function runOn(
  workspace: Workspace,
  { store, program = "1", shard, only = {}, root = newFolder() }: RunOptions = {},
) {
  const kept = keptBy(program, root);
  const deployments = deploymentsSince(kept, workspace);
  const failures: string[] = [];
  const onFailure = (message: string): number => failures.push(message);
  const shared = store === undefined ? undefined : new SharedPlaces({ store, program, root, shard, onFailure });
  const stored = await shared?.fetch(workspace, deployments, kept);
  const output = synthesizeChanged({ workspace, deployments, root, kept, stored, only, shard, program });
  const written = output.write();
  await shared?.put(output);
  return { ...output, ...written, root, failures, taken: [...(stored?.keys() ?? [])].sort() };
}

let workspace: Workspace;
/** Digest of a run that has no store. */
let digest: string;
/** A store that another machine has filled. */
let filled: string;
let places: readonly string[];
/** Files of that store, to which tests add theirs. */
let packs: readonly string[];
beforeAll(async () => {
  workspace = await workspaceWith();
  filled = newFolder();
  const first = await runOn(workspace, { store: folderStore(filled) });
  places = [...first.places.keys()].filter((name) => /^(?:account-)?place\//.test(name)).sort();
  packs = filesBelow(filled);
  expect(packs).toHaveLength(places.length);
  ({ digest } = await runOn(workspace));
  expect(first.digest).toBe(digest);
});

const filesBelow = (root: string): string[] =>
  globSync("**/*", { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** A store with what the filled one has, as a test changes it. */
async function storeWith(change: (name: string, place: StoredPlace) => StoredPlace | Uint8Array): Promise<Store> {
  const copy = newFolder();
  for (const file of packs) {
    const bytes = readFileSync(file);
    for (const name of places) {
      const place = unpackPlace(name, bytes);
      if (place === undefined) continue;
      const changed = change(name, place);
      await folderStore(copy).put(
        file.slice(filled.length + 1),
        changed instanceof Uint8Array ? changed : packPlace(name, changed),
      );
    }
  }
  expect(filesBelow(copy)).toHaveLength(places.length);
  return folderStore(copy);
}

describe("a machine with an empty folder", () => {
  test("builds nothing, and writes the same, GIVEN a store that another has filled", async () => {
    const { built, taken, root, ...run } = await runOn(workspace, { store: folderStore(filled) });
    expect({ built, taken, digest: run.digest }).toEqual({ built: [], taken: places, digest });
    expect(sealProblems(root, digest)).toEqual([]);
    // The next run knows all of it, and asks the store for nothing.
    const refusing: Store = { ...folderStore(filled), get: () => Promise.reject(new Error("asked")) };
    const next = await runOn(workspace, { store: refusing, root });
    expect(next).toMatchObject({ built: [], written: [], deleted: [], taken: [], failures: [], digest });
  });

  test("builds only units of places that show what has changed", async () => {
    const changed = await workspaceWith(", overrides: { services: { web: { scaling: { max: 7 } } } }");
    const { built, taken, ...run } = await runOn(changed, { store: folderStore(filled) });
    expect(taken).toEqual(expect.arrayContaining(["place/tiny/dev/global", PLACE]));
    expect(built.length).toBeGreaterThan(3);
    expect(built.filter((name) => !/staging|^account-/.test(name))).toEqual([]);
    expect(run.digest).toBe((await runOn(changed)).digest);
    expect(run.digest).not.toBe(digest);
  });

  test("finds nothing of another program", async () => {
    const run = await runOn(workspace, { store: folderStore(filled), program: "2" });
    expect(run).toMatchObject({ taken: [], digest });
    expect(run.built.length).toBeGreaterThan(20);
  });

  test("writes of a part no more than that", async () => {
    const only = { layers: ["data"] };
    const { root, built } = await runOn(workspace, { store: folderStore(filled), only });
    expect(built).toEqual([]);
    expect(filesBelow(join(root, "cdktf.out", "stacks")).filter((file) => !file.includes("-data"))).toEqual([]);
    expect(sealProblems(root)).toEqual([]);
  });
});

describe("a pack", () => {
  test.each<[string, (pack: Uint8Array) => Uint8Array]>([
    ["with another byte", (pack) => pack.with(pack.length - 9, (pack.at(-9) ?? 0) ^ 1)],
    ["cut short", (pack) => pack.subarray(0, pack.length / 2)],
    ["empty", () => new Uint8Array()],
    ["of another version", (pack) => Buffer.from(Buffer.from(pack).toString("latin1").replace("-1 ", "-0 "), "latin1")],
  ])("%s is ignored, and mended", async (_, damage) => {
    const store = await storeWith((name, place) => (name === PLACE ? damage(packPlace(name, place)) : place));
    const run = await runOn(workspace, { store });
    expect(run).toMatchObject({ digest, failures: [], taken: places.filter((name) => name !== PLACE) });
    expect(run.built.length).toBeGreaterThan(5);
    expect(await runOn(workspace, { store })).toMatchObject({ built: [], digest, taken: places });
  });

  test("with a text that has not its digest is ignored", async () => {
    const store = await storeWith((name, place) =>
      name === PLACE
        ? {
            ...place,
            files: new Map([...place.files].map(([path, file]) => [path, { ...file, text: `${file.text} ` }])),
          }
        : place,
    );
    expect(await runOn(workspace, { store })).toMatchObject({ digest, taken: places.filter((name) => name !== PLACE) });
  });

  test("is ignored where a root that was read had another key", async () => {
    const other = (text: string) => ({ digest: digestOne(`${text} `), text: `${text} ` });
    const store = await storeWith((name, place) => {
      if (name !== PLACE) return place;
      const roots = Object.entries(place.head.roots).map(([root, key], index) => [root, index === 0 ? `${key}0` : key]);
      return {
        ...place,
        head: { ...place.head, roots: Object.fromEntries(roots) },
        files: new Map([...place.files].map(([path, { text }]) => [path, other(text)])),
      };
    });
    const run = await runOn(workspace, { store });
    expect(run).toMatchObject({ digest, taken: places.filter((name) => name !== PLACE) });
    expect(run.built.length).toBeGreaterThan(5);
  });

  test("of something else says nothing", () => {
    const body = zstdCompressSync(JSON.stringify({ name: PLACE }));
    const bytes = Buffer.concat([Buffer.from(`dodeca-place-1 ${digestOne(body)}\n`), body]);
    expect(unpackPlace(PLACE, bytes)).toBeUndefined();
  });
});

test("shards take from a store what another run of theirs has put, and are sealed to the same", async () => {
  const store = folderStore(newFolder());
  const root = newFolder();
  const shards = [1, 2].map((number) => ({ number, of: 2 }));
  for (const shard of shards) expect((await runOn(workspace, { store, shard })).built.length).toBeGreaterThan(5);
  for (const shard of shards)
    expect(await runOn(workspace, { store, shard, root })).toMatchObject({ built: [], failures: [] });
  expect(sealShards(root).digest).toBe(digest);
  // They have put nothing that a machine with all of it would take for whole.
  expect(await runOn(workspace, { store })).toMatchObject({ taken: [], digest });
  // A shard of a store that has everything writes its own files alone.
  const own = await runOn(workspace, { store: folderStore(filled), shard: { number: 2, of: 2 } });
  expect(own).toMatchObject({ built: [], taken: places });
  expect(own.written.length).toBeLessThan(sealedFiles(root) - 20);
});

const sealedFiles = (root: string): number =>
  Object.keys(JSON.parse(readFileSync(join(root, "dist", "estate.json"), "utf8")).files).length;

test("a run does without a store that fails, and says so once", async () => {
  const fails = () => Promise.reject(new Error("out of order"));
  const run = await runOn(workspace, { store: { get: fails, has: fails, put: fails } });
  expect(run).toMatchObject({ digest, failures: ["out of order"] });
});

const SETTINGS = {
  AWS_ENDPOINT_URL_S3: "",
  AWS_ACCESS_KEY_ID: "nobody",
  AWS_SECRET_ACCESS_KEY: "nothing",
  AWS_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
};

describe("a store in S3", () => {
  const s3 = new FakeS3();
  const before = { ...process.env };
  beforeAll(async () => {
    Object.assign(process.env, SETTINGS, { AWS_ENDPOINT_URL_S3: await s3.start() });
  });
  afterAll(async () => {
    await s3.stop();
    for (const name of Object.keys(SETTINGS))
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
  });

  test("is filled by one machine and used by another, GIVEN a bucket with a prefix", async () => {
    const store = await openStore("s3://builds/dodeca/");
    await runOn(workspace, { store });
    expect(s3.objects.size).toBe(places.length);
    expect([...s3.objects.keys()].filter((key) => !key.startsWith("/builds/dodeca/1/"))).toEqual([]);
    expect(await runOn(workspace, { store })).toMatchObject({ built: [], taken: places, digest, failures: [] });
    // What is there is not put again, and what is missing is.
    const [some = ""] = s3.objects.keys();
    s3.objects.delete(some);
    const { built } = await runOn(workspace, { store });
    expect([built.length > 0, s3.objects.has(some)]).toEqual([true, true]);
  });

  test("needs the SDK, and says how to get it", async () => {
    const missing = () => Promise.reject(Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" }));
    await expect(s3Store("builds", "", missing)).rejects.toThrow("npm install @aws-sdk/client-s3");
    await expect(openStore("gs://builds")).rejects.toThrow("allowed: a folder, s3://BUCKET, s3://BUCKET/PREFIX");
  });
});

test("the command uses the store that the environment names, and writes nothing of it into the output", () => {
  const small = new TemporaryWorkspace({ [BLUEPRINT]: source() });
  try {
    const store = join(small.root, "store");
    const first = small.run("synth", "--json", "--store", store);
    process.env["DODECA_STORE"] = store;
    const second = small.run("synth", "--json", "-o", "elsewhere");
    delete process.env["DODECA_STORE"];
    const third = small.run("synth", "--json", "-o", "alone");
    const [one, two, three] = [first, second, third].map(({ out }) => JSON.parse(out));
    expect([one.stored, two.stored, three.stored]).toEqual([0, filesBelow(store).length, undefined]);
    expect(two.stored).toBeGreaterThan(2);
    expect([one.digest, two.digest]).toEqual([three.digest, three.digest]);
    const outputOf = (root: string): string[] =>
      filesBelow(join(small.root, root))
        .map((file) => file.slice(join(small.root, root).length))
        .filter((path) => !path.startsWith("/.dodeca"));
    expect(outputOf("elsewhere")).toEqual(outputOf("alone"));
    writeFileSync(join(small.root, "file"), "");
    const { code, err } = small.run("synth", "--store", join(small.root, "file"), "-o", "again");
    expect([code, err]).toEqual([0, expect.stringContaining("was not used for everything")]);
    expect(existsSync(join(small.root, "again", "dist", "estate.json"))).toBe(true);
  } finally {
    small.remove();
  }
});
