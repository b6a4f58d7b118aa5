import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FACTS } from "../../lib/reference/catalogue.ts";
import { unaccounted } from "../../lib/reference/complete.ts";
import { byLayer, type Coverage, type CoveredFact, coverageOf, type FactStatus } from "../../lib/reference/coverage.ts";
import { GUIDANCE } from "../../lib/reference/guidance.ts";
import { factsOf, inventoryOf } from "../../lib/reference/inventory.ts";
import { pageOf } from "../../lib/reference/page.ts";
import { RESTATED } from "../../lib/reference/restated.ts";
import { WAIVERS } from "../../lib/reference/waivers.ts";
import { repository } from "../support.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), "utf8"));

/** Facts that a call of `encodes` in a layer names. */
const claimed = (): Set<string> =>
  new Set(
    read("lib/layers/**/*.ts").flatMap((text) =>
      [...text.matchAll(/encodes\(\s*"([^"]+)"/g)].map(([, id]) => id ?? ""),
    ),
  );

/** Facts that the title of a test names. */
function titled(): Set<string> {
  const titles = read("test/**/*.test.ts").flatMap((text) =>
    [...text.matchAll(/\btest(?:\.each\([\s\S]*?\]\))?\(\s*"((?:[^"\\]|\\.)*)"/g)].map(([, title]) => title ?? ""),
  );
  return new Set(FACTS.map(({ id }) => id).filter((id) => titles.some((title) => title.split(/[ (),]+/).includes(id))));
}

let coverage: Coverage;
beforeAll(async () => {
  coverage = coverageOf((await repository()).workspace);
});

describe("coverage", () => {
  test("every fact that the code claims is one of the catalogue", () => {
    expect(coverage.unknown).toEqual([]);
    const known = new Set(FACTS.map(({ id }) => id));
    expect([...claimed()].filter((id) => !known.has(id))).toEqual([]);
  });

  test("every fact that the code claims has an address in the reference's output", () => {
    const { facts } = coverage;
    const addressed = new Set(facts.filter(({ addresses }) => addresses.length > 0).map(({ id }) => id));
    expect([...claimed()].filter((id) => !addressed.has(id))).toEqual([]);
  });

  test("every fact called encoded has a test titled with its id", () => {
    const tested = titled();
    const encoded = coverage.facts.filter(({ status }) => status === "encoded").map(({ id }) => id);
    expect(encoded.filter((id) => !tested.has(id))).toEqual([]);
  });

  test("every fact called derived has a test titled with its id", () => {
    const tested = titled();
    const derived = coverage.facts.filter(({ status }) => status === "derived").map(({ id }) => id);
    expect(derived.filter((id) => !tested.has(id))).toEqual([]);
  });

  test("guidance names facts that are guidance, each with the reason", () => {
    const guidance = coverage.facts.filter(({ kind }) => kind === "guidance").map(({ id }) => id);
    expect(Object.keys(GUIDANCE).filter((id) => !guidance.includes(id))).toEqual([]);
  });

  test("every fact is accounted for that has to be", () => {
    expect(unaccounted(coverage)).toEqual([]);
  });

  test("a fact that is open in a complete layer, without a reason, or unknown is named", () => {
    const fact = (id: string, status: FactStatus): CoveredFact => ({
      id,
      layer: "edge",
      component: "edge.dns",
      kind: "terraform",
      status,
      addresses: [],
    });
    const facts = [fact("edge.dns.a", "open"), fact("edge.dns.b", "waived"), fact("edge.dns.c", "encoded")];
    expect(unaccounted({ facts, unknown: ["edge.dns.d"] }, ["edge"])).toEqual([
      { id: "edge.dns.d", because: "claimed, but not in the catalogue" },
      { id: "edge.dns.a", because: "open, and the layer edge is complete" },
      { id: "edge.dns.b", because: "waived without a reason" },
    ]);
    expect(unaccounted({ facts: facts.slice(0, 1), unknown: [] }, [])).toEqual([]);
  });

  test("docs/coverage.md is what the command writes", () => {
    expect(read("docs/coverage.md")).toEqual([pageOf(coverage.facts)]);
  });

  test("waivers name facts of the catalogue, and none that is encoded", () => {
    const { facts } = coverage;
    const byId = new Map(facts.map((fact) => [fact.id, fact]));
    for (const [id, reason] of Object.entries(WAIVERS)) {
      expect([id, byId.get(id)?.status]).toEqual([id, "waived"]);
      expect(reason.length).toBeGreaterThan(20);
    }
  });

  test("what the overview only names is said in detail by facts of another layer", () => {
    for (const [id, names] of Object.entries(RESTATED)) {
      const fact = coverage.facts.find((one) => one.id === id);
      expect([id, fact?.status]).toEqual([id, "restated"]);
      for (const name of names) {
        const found = factsOf(coverage.facts, name);
        expect([id, name, found.length > 0]).toEqual([id, name, true]);
        expect(found.filter(({ layer }) => layer === fact?.layer)).toEqual([]);
      }
    }
  });

  const TILES = [
    ["client", 8, "foundation.inventory.client"],
    ["edge", 8, "foundation.inventory.edge"],
    ["ingress", 8, "foundation.inventory.ingress"],
    ["microservices", 12, "foundation.inventory.microservices"],
    ["streaming", 6, "foundation.inventory.streaming"],
    ["observability", 4, "foundation.inventory.observability"],
    ["devops", 3, "foundation.inventory.devops"],
    ["security", 5, "foundation.inventory.security"],
    ["ai", 3, "foundation.inventory.ai"],
    ["data", 13, "foundation.inventory.data"],
    ["platform", 8, "foundation.inventory.platform"],
  ] as const;
  test("every tile of the master diagram has a place in the output, or what is lacking (foundation.inventory.client, foundation.inventory.edge, foundation.inventory.ingress, foundation.inventory.microservices, foundation.inventory.streaming, foundation.inventory.observability, foundation.inventory.devops, foundation.inventory.security, foundation.inventory.ai, foundation.inventory.data, foundation.inventory.platform)", () => {
    const rows = inventoryOf(coverage);
    for (const [section, count, fact] of TILES) {
      const own = rows.filter((row) => row.section === section);
      expect([section, own.length]).toEqual([section, count]);
      expect(coverage.facts.find(({ id }) => id === fact)?.reason).toBe("lib/reference/inventory.ts");
    }
    for (const { tile, facts, where } of rows) {
      expect([tile, facts > 0]).toEqual([tile, true]);
      expect([tile, where]).toEqual([
        tile,
        expect.stringMatching(/^(?:reference|account)[-/]|^lib\/|^not yet: \S+$|^not in the output: .{20,}$/),
      ]);
    }
    // A place, not a promise, where the layers that carry traffic have one.
    expect(rows.find(({ tile }) => tile === "WAF")?.where).toMatch(/aws_(?:wafv2|cloudfront)/);
    expect(rows.find(({ tile }) => tile === "PostgreSQL")?.where).toMatch(/aws_rds_cluster/);
  });

  test("counts add up", () => {
    const { facts } = coverage;
    for (const { total, counts } of byLayer(facts))
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(facts).toHaveLength(980);
  });
});
