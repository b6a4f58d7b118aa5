import fc from "fast-check";
import {
  allocate,
  type Cidr,
  carve,
  contains,
  formatCidr,
  overlaps,
  parseCidr,
  subnets,
} from "../../lib/model/addresses.ts";
import { emptyLedger, extendAddresses, formatLedger } from "../../lib/model/ledger.ts";
import { checkName, NAME_RULES, type NamedType, physicalName } from "../../lib/model/naming.ts";
import { nearestWith, REGIONS, region, regionCodes } from "../../lib/model/regions.ts";
import { zonesOf } from "../../lib/model/tiers.ts";
import { DEFAULT_KUBERNETES, resolveVersions } from "../../lib/model/versions.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,30}$/);
const parts = fc.tuple(word, word, word, word);
const types = Object.keys(NAME_RULES).filter((type): type is NamedType => type in NAME_RULES);

describe("names", () => {
  test.each(types)("of %s keep to its length and characters", (type) => {
    fc.assert(
      fc.property(parts, (given) => expect(checkName(type, physicalName(type, given))).toBeUndefined()),
      { numRuns: 40 },
    );
  });

  test("that are too long stay apart", () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        fc.pre(a.join() !== b.join());
        expect(
          physicalName("aws_opensearch_domain", a) === physicalName("aws_opensearch_domain", b) &&
            a.join("-") !== b.join("-"),
        ).toBe(false);
      }),
    );
  });

  test("keep camel case apart from lower case", () => {
    expect(physicalName("aws_rds_cluster", ["app", "userEvents"])).not.toBe(
      physicalName("aws_rds_cluster", ["app", "userevents"]),
    );
  });

  test("of a type without a rule are our error", () => {
    expect(() => physicalName("aws_nothing", ["a"])).toThrow(
      "no naming rule for aws_nothing: add one to lib/model/naming.ts",
    );
  });
});

const prefix = fc.integer({ min: 16, max: 24 });

describe("addresses", () => {
  test("allocated one after the other never overlap and stay in the pool", () => {
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 40 }), (prefixes) => {
        const pool = parseCidr("10.0.0.0/8");
        const taken: Cidr[] = [];
        for (const length of prefixes) {
          const next = allocate(pool, length, taken);
          expect(contains(pool, next)).toBe(true);
          expect(taken.some((other) => overlaps(other, next))).toBe(false);
          taken.push(next);
        }
      }),
    );
  });

  test("of a network are laid out without overlap, with room for a fourth zone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 20 }), fc.integer({ min: 1, max: 4 }), (length, zones) => {
        const network = { base: parseCidr("10.64.0.0/16").base, prefix: length };
        const layout = carve(network, zones);
        const all = [...layout.private, ...layout.public, ...layout.data];
        expect(all).toHaveLength(zones * 3);
        expect(all.every((subnet) => contains(network, subnet))).toBe(true);
        expect(all.some((one, index) => all.slice(index + 1).some((other) => overlaps(one, other)))).toBe(false);
        expect(carve(network, 4).private.slice(0, zones)).toEqual(layout.private);
      }),
    );
  });

  test("read back as they were written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 16 - 1 }), (high) => {
        const cidr = { base: high * 2 ** 16, prefix: 16 };
        expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
      }),
    );
  });

  test("cut a range into equal parts", () => {
    expect(subnets(parseCidr("10.0.0.0/16"), 18).map(formatCidr)).toEqual([
      "10.0.0.0/18",
      "10.0.64.0/18",
      "10.0.128.0/18",
      "10.0.192.0/18",
    ]);
  });

  test.each([
    ["10.0.0.1/16", "did you mean 10.0.0.0/16?"],
    ["10.0.0.0", "did you mean 10.0.0.0/16?"],
    ["10.0.0.0/33", "prefix length above 32"],
    ["10.0.0.256/16", "is no IPv4 range"],
  ])("%s is refused with a proposal", (given, said) => {
    expect(() => parseCidr(given)).toThrow(said);
  });

  test("end with an error that names the pool", () => {
    expect(() => allocate(parseCidr("10.0.0.0/24"), 24, [parseCidr("10.0.0.0/24")])).toThrow(
      "10.0.0.0/24 has no room left for a /24",
    );
  });
});

describe("the ledger", () => {
  const request = (key: string, length: number) => ({ key, prefix: length, path: key, locate: () => ({}) });

  test("never moves a range, whatever is added", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(word, prefix), { selector: ([key]) => key, maxLength: 12 }),
        fc.uniqueArray(fc.tuple(word, prefix), { selector: ([key]) => key, maxLength: 12 }),
        (first, more) => {
          const before = extendAddresses(
            emptyLedger(),
            first.map(([key, length]) => request(key, length)),
          );
          const known = new Set(first.map(([key]) => key));
          const after = extendAddresses(
            before,
            [...first, ...more.filter(([key]) => !known.has(key))].map(([key, length]) => request(key, length)),
          );
          for (const [key, range] of Object.entries(before.addresses)) expect(after.addresses[key]).toBe(range);
          const ranges = Object.values(after.addresses).map(parseCidr);
          expect(ranges.some((one, index) => ranges.slice(index + 1).some((other) => overlaps(one, other)))).toBe(
            false,
          );
        },
      ),
    );
  });

  test("gives the same ranges whatever the order of requests", () => {
    const requests = [request("a/dev/us-east-1", 18), request("b/prod/us-east-1", 16), request("c/dev/us-east-1", 18)];
    expect(extendAddresses(emptyLedger(), requests)).toEqual(extendAddresses(emptyLedger(), [...requests].reverse()));
  });

  test("refuses to change the size of a network in place", () => {
    const ledger = extendAddresses(emptyLedger(), [request("a/dev/us-east-1", 18)]);
    expect(() => extendAddresses(ledger, [request("a/dev/us-east-1", 16)])).toThrow("cannot change its size in place");
  });

  test("is written sorted, with account numbers as text", () => {
    const text = formatLedger({
      version: 1,
      addresses: { b: "10.1.0.0/16", a: "10.0.0.0/16" },
      stacks: { s: { account: "012345678901", region: "us-east-1" } },
    });
    expect(text.indexOf("  a: 10.0.0.0/16")).toBeLessThan(text.indexOf("  b: 10.1.0.0/16"));
    expect(text).toContain('s: { account: "012345678901", region: us-east-1 }');
  });
});

describe("the region catalogue", () => {
  test("has every region of three partitions, with unique short codes", () => {
    expect(regionCodes).toHaveLength(38);
    expect(new Set([...REGIONS.values()].map(({ short }) => short)).size).toBe(38);
    expect([...REGIONS.values()].every(({ short }) => short.length <= 5)).toBe(true);
  });

  test("holds the ten regions of the base map, two of them opt-in (foundation.regions.list)", () => {
    const named = [
      "us-east-1",
      "us-west-2",
      "eu-west-1",
      "eu-central-1",
      "ap-southeast-1",
      "ap-northeast-1",
      "ap-south-1",
      "me-south-1",
      "sa-east-1",
      "af-south-1",
    ];
    expect(named.filter((code) => region(code).optIn)).toEqual(["me-south-1", "af-south-1"]);
    expect(named.every((code) => region(code).zones.length >= zonesOf("prod"))).toBe(true);
  });

  test("finds the nearest region that has what another lacks, first in the same jurisdiction (foundation.regions.service-availability)", () => {
    expect(nearestWith("us-west-1", "keyspaces")).toBe("us-west-2");
    expect(nearestWith("eu-south-1", "keyspaces")).toBe("eu-central-1");
    expect(nearestWith("us-gov-west-1", "prometheus")).toBeUndefined();
  });
});

describe("the version matrix", () => {
  test("gives new platforms Kubernetes 1.35", () => {
    expect(resolveVersions().kubernetes).toBe("1.35");
    expect(DEFAULT_KUBERNETES).toBe("1.35");
  });

  test("goes one minor version at a time", () => {
    expect(() => resolveVersions({ kubernetes: "1.35", from: "1.33" })).toThrow(
      "one minor version at a time: from 1.33 to 1.34, not to 1.35",
    );
    expect(() => resolveVersions({ kubernetes: "1.34", from: "1.35" })).toThrow("cannot go back");
  });

  test("names the nearest version that it knows", () => {
    expect(() => resolveVersions({ kubernetes: "v1.35" })).toThrow("did you mean 1.35?");
  });

  test("pins the mesh at the release that its types record", () => {
    expect(resolveVersions().charts.istiod.version).toBe("1.29.2");
  });
});
