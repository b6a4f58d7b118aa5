import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import reference from "../../blueprints/reference/blueprint.ts";
import { isRecord } from "../../lib/estate/json.ts";
import { formatLedger, readLedger } from "../../lib/model/ledger.ts";
import { InvalidInput } from "../../lib/model/problem.ts";
import type { Workspace } from "../../lib/model/workspace.ts";
import { digestsOf } from "../../lib/synth/digest.ts";
import { synthesizeChanged } from "../../lib/synth/incremental.ts";
import { deploymentsSince, isUnchanged, keptBy, readKept } from "../../lib/synth/kept.ts";
import { isSameEntry, markOf } from "../../lib/synth/marks.ts";
import { sealOf, sealProblems } from "../../lib/synth/seal.ts";
import { synthesize } from "../../lib/synth/synthesize.ts";
import type { Selection } from "../../lib/topology/plan.ts";
import { type Edits, edited } from "../review/edited.ts";

const root = mkdtempSync(join(tmpdir(), "dodeca-incremental-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A run over the workspace of this repository with edits: what it built and changed on the disk. */
async function run(edits: Edits, { only = {}, program = "1" }: { only?: Selection; program?: string } = {}) {
  const workspace = await edited(edits);
  const output = changedOutput(workspace, { only, program });
  return { workspace, ...output, ...output.write() };
}

function changedOutput(
  workspace: Workspace,
  { only = {}, program = "1" }: { only?: Selection; program?: string } = {},
) {
  const kept = keptBy(program, root);
  return synthesizeChanged({ workspace, deployments: deploymentsSince(kept, workspace), root, kept, only, program });
}

/** Digest of what the program writes that keeps nothing. */
const digestOfWhole = (workspace: Workspace): string => sealOf(digestsOf(synthesize(workspace).files)).digest;

const LEAF_OF_A_REGION = {
  "reference.environments.prod.regions.eu-west-1": {
    role: "active",
    overrides: { services: { user: { scaling: { max: 33 } } } },
  },
};

describe("a run after another", () => {
  test("without a change builds and writes nothing", async () => {
    await run({});
    const { built, written, deleted } = await run({});
    expect({ built, written, deleted }).toEqual({ built: [], written: [], deleted: [] });
  });

  test.each<[string, Edits, number]>([
    ["a leaf of a region", LEAF_OF_A_REGION, 3],
    ["a leaf of a service", { "url-shortener.services.redirect.scaling.max": 90 }, 12],
    [
      "a leaf of an environment",
      { "reference.environments.prod.overrides.services.user.resources.memory": "1234Mi" },
      24,
    ],
    ["a service more", { "url-shortener.services.audit": { image: "links/audit", uses: {} } }, 100],
  ])("after %s builds few units, and the output is what a whole run writes", async (_, edits, most) => {
    await run({});
    const { workspace, built, written, digest } = await run(edits);
    expect(built.length).toBeGreaterThan(0);
    expect(built.length).toBeLessThanOrEqual(most);
    expect(written.length).toBeGreaterThan(0);
    expect(digest).toBe(digestOfWhole(workspace));
    expect(sealProblems(root)).toEqual([]);
  });

  test("after a region more and a region less, the output is what a whole run writes", async () => {
    await run({});
    const more = await run({ "reference.environments.prod.regions.eu-west-2": "active" });
    expect(more.digest).toBe(digestOfWhole(more.workspace));
    const less = await run({});
    expect(less.deleted.length).toBeGreaterThan(100);
    expect(less.digest).toBe(digestOfWhole(less.workspace));
    expect(sealProblems(root)).toEqual([]);
  });

  test("restores files that were changed, emptied or removed, and builds only their units", async () => {
    const { digest } = await run({});
    const stack = "cdktf.out/stacks/reference-dev-us-east-1-mesh/cdk.tf.json";
    const other = "cdktf.out/stacks/reference-dev-us-east-1-edge/cdk.tf.json";
    const [first, second] = [stack, other].filter((path) => existsSync(join(root, path)));
    const changed = [first ?? "", "dist/delivery/atlantis.yaml", "dist/estate.json"];
    appendFileSync(join(root, changed[0] ?? ""), " ");
    truncateSync(join(root, changed[1] ?? ""));
    rmSync(join(root, changed[2] ?? ""));
    const again = await run({});
    expect(again.written.toSorted()).toEqual(changed.toSorted());
    expect(again.built).toEqual([first?.split("/")[2]]);
    expect(again.digest).toBe(digest);
    expect(second === first).toBe(false);
    expect(sealProblems(root)).toEqual([]);
  });

  test("that wrote everything knows at a glance that nothing has changed", async () => {
    for (const folder of ["cdktf.out", "dist", ".dodeca"]) rmSync(join(root, folder), { recursive: true, force: true });
    const { workspace } = await run({});
    const kept = readKept(root) ?? neverKept();
    expect(isUnchanged(workspace, root, kept)).toBe(true);
    const fresh = Object.values(kept.marks)
      .flatMap((files) => Object.entries(files))
      .filter(([path, mark]) => !isSameEntry(mark, markOf(root, path, mark[0]), kept.head.written));
    expect(fresh).toEqual([]);
  });

  test("of another program builds everything", async () => {
    await run({});
    const { built, written } = await run({}, { program: "2" });
    expect(built.length).toBeGreaterThan(1000);
    expect(written).toEqual([]);
    await run({}, { program: "1" });
  });

  test.each<[string, (text: Buffer) => Buffer]>([
    ["damaged", (text) => Buffer.from(text.toString("latin1").replace("reference-prod", "reference-pr0d"), "latin1")],
    ["cut short", (text) => text.subarray(0, text.length / 2)],
    ["empty", () => Buffer.alloc(0)],
  ])("makes nothing of what was kept where that is %s", async (_, damage) => {
    await run({});
    const file = join(root, ".dodeca", "kept");
    writeFileSync(file, damage(readFileSync(file)));
    expect(readKept(root)).toBeUndefined();
  });

  test("says what is wrong in the words of a whole run, also where most of the workspace was sound", async () => {
    await run({});
    const wrong = {
      "reference.environments.prod.regions.eu-west-1": {
        role: "active",
        overrides: { services: { user: { port: "x" } } },
      },
      "url-shortener.objectives.availability": 99.9999,
    };
    const workspace = await edited(wrong);
    const problemsOf = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error instanceof InvalidInput ? error.problems : error;
      }
    };
    const whole = problemsOf(() => synthesize(workspace));
    expect(problemsOf(() => changedOutput(workspace))).toEqual(whole);
    expect(whole).toEqual(expect.arrayContaining([expect.objectContaining({ path: "reference.services.user.port" })]));
  });
});

describe("a part of a workspace", () => {
  test("is written alone, and the next whole run writes the rest", async () => {
    await run({});
    const only = { environments: ["dev"] };
    const edits = { "url-shortener.services.redirect.resources.memory": "1234Mi" };
    const part = await run(edits, { only });
    expect(part.built).toContain("url-shortener/dev/us-east-1/redirect");
    expect(part.built.filter((name) => !name.includes("/dev/"))).toEqual([]);
    expect(part.summary.stacks).toBeLessThan(200);
    expect(sealProblems(root)).toEqual([]);
    const { workspace, built, digest } = await run(edits);
    expect(built.length).toBeGreaterThan(0);
    expect(built.filter((name) => name.includes("dev"))).toEqual([]);
    expect(digest).toBe(digestOfWhole(workspace));
  });
});

describe("what the next whole run has to look at again", () => {
  test("is everything after a part: files of what is gone may be among the others", async () => {
    const { workspace, digest } = await run({});
    await run({}, { only: { layers: ["edge"] } });
    const kept = keptBy("1", root) ?? neverKept();
    expect(isUnchanged(workspace, root, kept)).toBe(false);
    const again = await run({});
    expect([again.digest, again.summary.stacks > 500]).toEqual([digest, true]);
  });

  test("is everything where the record of what was written is gone", async () => {
    await run({});
    rmSync(join(root, ".dodeca", "written.json"));
    expect(keptBy("1", root)).toBeUndefined();
    await run({});
    expect(keptBy("1", root)).toBeDefined();
  });

  test("is a damaged estate.json, also for a part", async () => {
    const { digest } = await run({});
    truncateSync(join(root, "dist", "estate.json"), 10);
    await run({}, { only: { layers: ["edge"] } });
    expect((await run({})).digest).toBe(digest);
    expect(sealProblems(root)).toEqual([]);
  });
});

describe("the ledger", () => {
  test("gets a new platform's addresses and stacks, and a removed stack is retired", async () => {
    await run({});
    const { ledger, workspace } = await run({ "reference.environments.prod.regions.eu-west-2": "active" });
    expect(formatLedger(ledger)).toBe(formatLedger(synthesize(workspace).ledger));
    expect(ledger.addresses["reference/prod/eu-west-2"]).toBeDefined();
    const before = { ...(await edited({})), ledger };
    const output = changedOutput(before);
    output.write();
    expect(existsSync(join(root, "cdktf.out/stacks/reference-prod-eu-west-2-mesh/cdk.tf.json"))).toBe(
      Object.hasOwn(ledger.stacks, "reference-prod-eu-west-2-mesh"),
    );
    expect(output.digest).toBe(digestOfWhole(before));
    expect(isUnchanged(before, root, readKept(root) ?? neverKept())).toBe(true);
    const again = changedOutput(before);
    expect([again.built, again.digest]).toEqual([[], output.digest]);
  });

  test("that has grown is, read again from its file, no change", async () => {
    await run({});
    const { ledger, workspace } = await run({ "reference.environments.prod.regions.eu-west-2": "active" });
    const file = join(root, "ledger.yaml");
    writeFileSync(file, formatLedger(ledger));
    const next = { ...workspace, ledger: readLedger(file, "ledger.yaml") };
    expect(isUnchanged(next, root, readKept(root) ?? neverKept())).toBe(true);
  });
});

const neverKept = (): never => {
  throw new Error("nothing was kept");
};

/** Paths of the numbers and switches of a blueprint, which can be edited and stay valid as often as not. */
function leavesOf(value: unknown, path: string): { readonly path: string; readonly value: number | boolean }[] {
  if (typeof value === "number" || typeof value === "boolean") return [{ path, value }];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, `${path}.${key}`));
}

test("random leaves of the reference: the output is what a whole run writes, edit by edit", async () => {
  const leaves = leavesOf(reference.base, "reference");
  expect(leaves.length).toBeGreaterThan(50);
  await run({});
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...leaves), async ({ path, value }) => {
      const edits = { [path]: typeof value === "number" ? value + 1 : !value };
      const workspace = await edited(edits);
      let expected: string;
      try {
        expected = digestOfWhole(workspace);
      } catch (error) {
        if (error instanceof InvalidInput) return;
        throw error;
      }
      tried += 1;
      expect([path, (await run(edits)).digest]).toEqual([path, expected]);
    }),
    { seed: Number(process.env["DODECA_SEED"] ?? 20), numRuns: 10, endOnFailure: true },
  );
  expect(tried).toBeGreaterThan(4);
});
