import type { Analysis, Table } from "../../lib/analysis/analysis.ts";
import { ddosMatrix, ddosProtocols, NOTHING, PROVIDER_SIDE } from "../../lib/analysis/ddos-matrix.ts";
import { botSignals, firewallCategories } from "../../lib/analysis/firewall-categories.ts";
import { wafCapacity } from "../../lib/checks/waf-capacity.ts";
import { wafOrder } from "../../lib/checks/waf-order.ts";
import { type Graph, graphOf } from "../../lib/estate/graph.ts";
import type { Estate } from "../../lib/estate/index.ts";
import { rulesOf } from "../../lib/layers/edge/firewall.ts";
import { capacityOf } from "../../lib/model/waf-capacity.ts";
import { type Document, place, repository } from "../support.ts";
import { Broken, synthesized, synthesizedGraph } from "../synthesized.ts";

let whole: Estate;
beforeAll(async () => {
  whole = await synthesized();
});

/** The estate of a deployment, with a change. */
const estateOf = (
  blueprint: string,
  environment: string,
  change: (broken: Broken) => void = () => undefined,
): Graph => {
  const broken = new Broken(whole, blueprint, environment);
  change(broken);
  return graphOf(broken.estate);
};

async function tableOf(analysis: Analysis, graph = estateOf("reference", "prod")): Promise<Table> {
  const { deployments } = await repository();
  const deployment = deployments.all.find(({ name, environment }) => name === "reference" && environment === "prod");
  if (deployment === undefined) throw new Error("no reference in prod");
  return analysis.of({ deployment, graph });
}

/** Cells of a table's rows. */
const cells = ({ rows }: Table): string[] => rows.map((row) => row.join(" | "));

/** The rules of a broken estate's firewall. */
const rules = (broken: Broken): Document[] => broken.resource("-global-edge", "aws_wafv2_web_acl").rule;

describe("floods", () => {
  test("of every kind that is named meet something in the output, or the provider (edge.ddos.attack-types)", async () => {
    const tables = {
      prod: await tableOf(ddosMatrix),
      staging: await tableOf(ddosMatrix, estateOf("reference", "staging")),
    };
    for (const attack of ["UDP flood", "SYN flood", "ICMP flood", "HTTP flood", "Slowloris", "DNS amplification"]) {
      // Prod pays for Shield; staging tries the rules that challenge.
      const environment = attack === "HTTP flood" ? "staging" : "prod";
      const { rows } = tables[environment];
      const addresses = rows.filter(([, named]) => named === attack).map(([, , , address]) => address);
      expect([attack, addresses.some((one) => one?.startsWith(`reference-${environment}-`))]).toEqual([attack, true]);
      expect(addresses).not.toContain(NOTHING);
    }
  });

  test("of three tiers have their defences, each with its place or the provider's (edge.ddos-matrix.table)", async () => {
    const table = await tableOf(ddosMatrix);
    const staging = await tableOf(ddosMatrix, estateOf("reference", "staging"));
    const found = [...staging.rows, ...table.rows].filter(([, , , address]) => address !== NOTHING);
    const defences = new Map(found.map(([, , defence = "", address = ""]) => [defence, address]));
    expect(new Set(table.rows.map(([tier]) => tier)).size).toBe(3);
    for (const defence of ["RTBH blackhole", "BGP Flowspec", "SYN cookies", "per-source TCP connection limits"])
      expect([defence, defences.get(defence)]).toEqual([defence, PROVIDER_SIDE]);
    for (const defence of [
      "anycast absorption",
      "scrubbing centres",
      "idle timeout tuning",
      "LB health and back-pressure",
      "JS challenge",
      "token bucket per client",
      "ML bot score threshold",
      "CAPTCHA escalation",
    ])
      expect([defence, defences.get(defence)]).toEqual([
        defence,
        expect.stringMatching(/^reference-(?:prod|staging)-\S+ /),
      ]);
    expect(table.notes?.join(" ")).toContain("figures of the provider");
  });

  test("that nothing meets any more are shown", async () => {
    const graph = estateOf("reference", "prod", (broken) => {
      const acl = broken.resource("-global-edge", "aws_wafv2_web_acl");
      acl.rule = acl.rule.filter(({ name }: Document) => name !== "requests-per-address");
    });
    expect(cells(await tableOf(ddosMatrix, graph))).toContain(
      "application L7 | HTTP flood | token bucket per client | nothing",
    );
  });

  test("come by protocols that are served or out of scope (edge.ddos.protocols)", async () => {
    const { rows } = await tableOf(ddosProtocols);
    expect(rows.map(([protocol]) => protocol)).toEqual(["TCP", "UDP", "HTTP/S", "DNS", "ICMP", "GRE"]);
    for (const [, by] of rows) expect(by).toMatch(/^(?:reference-prod-global-edge aws_|out of scope: )/);
    expect(rows.filter(([, by]) => by?.startsWith("out of scope")).map(([protocol]) => protocol)).toEqual([
      "ICMP",
      "GRE",
    ]);
  });
});

describe("the firewall", () => {
  test("has a rule for every category", async () => {
    const found = cells(await tableOf(firewallCategories, estateOf("reference", "staging")));
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((row) => row.endsWith("| nothing"))).toEqual([]);
  });

  test("says which signals of bots it has no field for", async () => {
    const { rows } = await tableOf(botSignals, estateOf("reference", "staging"));
    expect(rows.filter(([, by]) => by?.startsWith("not encodable")).map(([signal]) => signal)).toEqual([
      "JA3S",
      "HTTP/2 SETTINGS",
    ]);
    expect(rows.filter(([, by]) => by === "nothing")).toEqual([]);
  });

  test("stands in the order in which a request passes its stages (edge.flow.steps)", async () => {
    expect(wafOrder(await synthesizedGraph())).toEqual([]);
    const graph = estateOf("reference", "dev", (broken) => {
      for (const rule of rules(broken)) if (rule.name === "requests-per-address") rule.priority = 35_000;
    });
    expect(wafOrder(graph).map(({ summary }) => summary)).toEqual([
      "requests-per-address (rate) comes after AWSManagedRulesCommonRuleSet (managed)",
    ]);
  });

  test("stays within what AWS allows, and says what is above its price (edge.waf.capacity)", async () => {
    const found = wafCapacity(await synthesizedGraph());
    expect(found.map(({ severity, place: at }) => `${severity} ${at}`).sort()).toEqual([
      "warning reference-staging-global-edge",
    ]);
    const many = (count: number): Graph =>
      estateOf("url-shortener", "dev", (broken) => {
        const acl = broken.resource("-global-edge", "aws_wafv2_web_acl");
        const [first] = acl.rule.filter(({ name }: Document) => name === "AWSManagedRulesCommonRuleSet");
        acl.rule = Array.from({ length: count }, () => first);
      });
    expect(wafCapacity(many(2))).toEqual([]);
    expect(wafCapacity(many(7)).map(({ severity }) => severity)).toEqual(["warning"]);
    expect(wafCapacity(many(8)).map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      "error firewall-capacity",
    ]);
    const plain = rulesOf(await place("url-shortener", "dev", "global"), { injections: "", addresses: [] });
    expect(plain.reduce((sum, { statement }) => sum + capacityOf(statement), 0)).toBe(1177);
  });

  test.each([
    [2, { rate_based_statement: { aggregate_key_type: "IP" } }],
    [3, { rate_based_statement: { scope_down_statement: { asn_match_statement: { asn_list: [1] } } } }],
    [30, { sqli_match_statement: { sensitivity_level: "HIGH", text_transformation: [{ type: "NONE" }] } }],
    [40, { sqli_match_statement: { sensitivity_level: "HIGH", text_transformation: [{ type: "URL_DECODE" }] } }],
    [20, { byte_match_statement: { positional_constraint: "CONTAINS", field_to_match: { json_body: {} } } }],
    [5, { or_statement: { statement: [{ regex_match_statement: {} }, { byte_match_statement: {} }] } }],
    [
      702,
      {
        managed_rule_group_statement: {
          name: "AWSManagedRulesCommonRuleSet",
          scope_down_statement: { not_statement: { statement: [{ byte_match_statement: {} }] } },
        },
      },
    ],
  ])("counts %d units", (units, statement) => {
    expect(capacityOf(statement)).toBe(units);
  });
});
