import type { Analysis, Table } from "../../lib/analysis/analysis.ts";
import { edgeCompliance } from "../../lib/analysis/edge-compliance.ts";
import { EDGE_LOCATIONS, edgeLocations } from "../../lib/analysis/edge-locations.ts";
import { edgeObjectives, inspectedProtocols, NOT_MEASURED } from "../../lib/analysis/edge-objectives.ts";
import { edgeFunctions } from "../../lib/checks/edge-functions.ts";
import { origins } from "../../lib/checks/origins.ts";
import { sessions } from "../../lib/checks/sessions.ts";
import { recordTtl } from "../../lib/checks/ttl.ts";
import { type Graph, graphOf } from "../../lib/estate/graph.ts";
import type { Estate } from "../../lib/estate/index.ts";
import { type Document, repository } from "../support.ts";
import { Broken, synthesized, synthesizedGraph } from "../synthesized.ts";

let whole: Estate;
beforeAll(async () => {
  whole = await synthesized();
});

const EDGE = "-global-edge";
const estateOf = (environment: string, change: (broken: Broken) => void = () => undefined): Graph => {
  const broken = new Broken(whole, "reference", environment);
  change(broken);
  return graphOf(broken.estate);
};

async function tableOf(analysis: Analysis, graph: Graph): Promise<Table> {
  const { deployments } = await repository();
  const [deployment] = deployments.all;
  if (deployment === undefined) throw new Error("nothing is deployed");
  return analysis.of({ deployment, graph });
}

describe("records", () => {
  test("are kept for 30 to 300 seconds (edge.dns.ttl-range)", async () => {
    expect(recordTtl(await synthesizedGraph())).toEqual([]);
    const change = (ttl: number | undefined) =>
      recordTtl(
        estateOf("dev", (broken) => {
          broken.resource(EDGE, "aws_route53_record", /authorities/).ttl = ttl;
        }),
      );
    for (const ttl of [29, 301, undefined])
      expect(change(ttl)).toMatchObject([
        {
          code: "record-ttl",
          place: "reference-dev-global-edge",
          summary: expect.stringContaining("dev.reference.example"),
          fix: expect.stringContaining("between 30 and 300"),
        },
      ]);
    for (const ttl of [30, 300]) expect(change(ttl)).toEqual([]);
  });
});

describe("what runs before the cache", () => {
  test("boots no container (edge.workers.cold-start)", async () => {
    expect(edgeFunctions(await synthesizedGraph())).toEqual([]);
    const slow = estateOf("dev", (broken) => {
      const distribution = broken.resource(EDGE, "aws_cloudfront_distribution");
      distribution.default_cache_behavior.lambda_function_association = [{ event_type: "viewer-request" }];
    });
    expect(edgeFunctions(slow)).toMatchObject([
      { code: "edge-cold-start", summary: expect.stringContaining("every other path") },
    ]);
  });

  test.each<[string, (broken: Broken) => void]>([
    [
      "two functions on viewer-request",
      (broken) => {
        const { default_cache_behavior } = broken.resource(EDGE, "aws_cloudfront_distribution");
        default_cache_behavior.function_association.push(default_cache_behavior.function_association[0]);
      },
    ],
    [
      "10241 bytes",
      (broken) => {
        broken.resource(EDGE, "aws_cloudfront_function").code = "x".repeat(10_241);
      },
    ],
    [
      "not published",
      (broken) => {
        broken.resource(EDGE, "aws_cloudfront_function").publish = false;
      },
    ],
    [
      "associated with none",
      (broken) => {
        delete broken.resource(EDGE, "aws_cloudfront_function", /pages-viewer-request/).key_value_store_associations;
      },
    ],
  ])("is refused with %s", (summary, change) => {
    expect(edgeFunctions(estateOf("dev", change))).toMatchObject([{ summary: expect.stringContaining(summary) }]);
  });
});

describe("origins", () => {
  test("are reached by nobody around the edge (edge.pops.backbone)", async () => {
    // Staging tries a gateway that the internet reaches.
    expect(origins(await synthesizedGraph()).map(({ place }) => place)).toEqual([
      "reference-staging-us-east-1-ingress",
    ]);
    const open = estateOf("dev", (broken) => {
      const rule = broken.resource("us-east-1-ingress", "aws_vpc_security_group_ingress_rule", /cdn/);
      delete rule.prefix_list_id;
      rule.cidr_ipv4 = "0.0.0.0/0";
    });
    expect(origins(open)).toMatchObject([{ severity: "warning", code: "origin-around-the-edge" }]);
    const unsigned = estateOf("dev", (broken) => {
      const { origin } = broken.resource(EDGE, "aws_cloudfront_distribution");
      delete origin.find(({ origin_id }: Document) => origin_id === "assets").origin_access_control_id;
    });
    expect(origins(unsigned)).toMatchObject([{ severity: "error", summary: expect.stringContaining("assets") }]);
  });
});

describe("what was granted", () => {
  test("ends within four hours (edge.zero-trust.least-privilege)", async () => {
    expect(sessions(await synthesizedGraph())).toEqual([]);
    const role = (seconds: number) =>
      sessions(
        estateOf("dev", (broken) => {
          broken.resource(EDGE, "aws_iam_role").max_session_duration = seconds;
        }),
      );
    expect(role(14_400)).toEqual([]);
    expect(role(14_401)).toMatchObject([{ code: "session-too-long" }]);
    const people = (session_duration: string) =>
      sessions(
        estateOf("dev", (broken) => {
          broken.stack(EDGE).resource.aws_ssoadmin_permission_set = { people: { session_duration } };
        }),
      );
    expect(people("PT4H")).toEqual([]);
    expect(people("PT4H1M")).toHaveLength(1);
    expect(people("P1D")).toHaveLength(1);
  });
});

describe("edge locations", () => {
  test.each([
    ["North America", 80],
    ["Europe", 70],
    ["Asia Pacific", 65],
    ["Southeast Asia", 30],
    ["Middle East", 15],
    ["Africa", 12],
    ["South America", 18],
    ["Oceania", 10],
  ])("in %s are %d (edge.pops.table)", async (area, locations) => {
    const { rows } = await tableOf(edgeLocations, estateOf("prod"));
    expect(rows.find(([one]) => one === area)).toEqual([
      area,
      `${locations}+`,
      "aws_cloudfront_distribution.cdn-Resource",
    ]);
  });

  test("are 300 together, and a cheaper class leaves areas out that are named (edge.pops.table)", async () => {
    expect(EDGE_LOCATIONS.reduce((sum, { locations }) => sum + locations, 0)).toBe(300);
    const { rows } = await tableOf(edgeLocations, estateOf("dev"));
    expect(rows.find(([area]) => area === "Oceania")?.[2]).toBe("from the next area: needs PriceClass_All");
    expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(["anycast backbone", "private backbone"]));
  });
});

describe("objectives", () => {
  test.each([
    ["DNS resolution", "3 ms", /aws_rum_app_monitor/],
    ["TLS resumption", "0-RTT", /aws_rum_app_monitor/],
    ["cache hit rate", "95 %", /cache-hits/],
    ["DDoS detection", "< 1 s", /attacked/],
    ["DDoS mitigation", "< 3 s", /provider/],
    ["edge worker start", "< 1 ms", /provider/],
    ["availability", "99.999 %", /server-errors/],
    ["absorption", "10 Tbps", /provider/],
  ])("%s: %s, and what measures it (edge.kpis.table)", async (figure, objective, source) => {
    const { rows } = await tableOf(edgeObjectives, estateOf("prod"));
    const row = rows.find(([one]) => one === figure);
    expect(row?.[1]).toBe(objective);
    expect(row?.[3]).toMatch(source);
  });

  test("name resolution of 3 ms is measured, or said not to be (edge.dns.anycast)", async () => {
    const graph = estateOf("prod", (broken) => {
      for (const { resource } of broken.estate.stacks.map(({ document }): Document => document))
        delete resource?.aws_rum_app_monitor;
    });
    const { rows } = await tableOf(edgeObjectives, graph);
    expect(rows[0]).toEqual(["DNS resolution", "3 ms", "anycast, 300+ resolvers", NOT_MEASURED]);
  });
});

describe("the firewall", () => {
  test("sees every protocol at the edge, and again at the gateway (edge.waf.protocols)", async () => {
    const { rows } = await tableOf(inspectedProtocols, estateOf("staging"));
    expect(rows.map(([protocol]) => protocol)).toEqual(["HTTP/S", "HTTP/2", "HTTP/3", "WebSocket handshake"]);
    for (const [protocol, atEdge, atGateway] of rows) {
      expect(atEdge).toBe("reference-staging-global-edge aws_cloudfront_distribution.cdn-Resource");
      if (protocol !== "HTTP/3") expect(atGateway).toContain("WasmPlugin");
    }
    const without = estateOf("staging", (broken) => {
      delete broken.resource(EDGE, "aws_cloudfront_distribution").web_acl_id;
    });
    expect((await tableOf(inspectedProtocols, without)).rows[0]?.[1]).toBe("nothing");
  });
});

describe("regimes", () => {
  test("each of the four has its controls met in the output (edge.kpis.compliance)", async () => {
    const { rows } = await tableOf(edgeCompliance, estateOf("prod"));
    expect([...new Set(rows.map(([regime]) => regime))]).toEqual([
      "SOC 2 Type II",
      "ISO 27001",
      "PCI-DSS Level 1",
      "GDPR Article 32",
    ]);
    for (const [, , met] of rows) expect(met).toMatch(/^reference-prod-/);
  });
});
