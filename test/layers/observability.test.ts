import { BURN_RATES, budgetMinutes } from "../../lib/layers/observability/burn-rates.ts";
import { observability } from "../../lib/layers/observability/index.ts";
import { source, TemporaryWorkspace } from "../cli/temporary-workspace.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const alerts = async (): Promise<Document[]> =>
  objectsOf(observability, await place("reference", "prod", "us-east-1"), "alerts");
const rulesOf = async (service: string): Promise<Document[]> =>
  objectNamed(await alerts(), "PrometheusRule", `${service}-objectives`).spec.groups.flatMap(
    ({ rules }: Document) => rules,
  );

describe("objectives", () => {
  test("a budget is the part of its window that may fail", () => {
    expect(budgetMinutes(99.95, 30)).toBe(21.6);
    expect(budgetMinutes(99.9, 30)).toBe(43.2);
    expect(budgetMinutes(99.99, 30)).toBe(4.32);
  });

  test("each service with an objective has rules, and each alert a severity and a runbook (foundation.observability.incidents)", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const declared = Object.entries(here.blueprint.services).filter(([, { slo }]) => slo);
    // One more has what the product promises of its way in.
    expect(ofKind(await alerts(), "PrometheusRule")).toHaveLength(declared.length + 1);
    for (const { spec } of ofKind(await alerts(), "PrometheusRule"))
      for (const rule of spec.groups.flatMap(({ rules }: Document) => rules).filter(({ alert }: Document) => alert)) {
        expect(rule.labels.severity).toMatch(/^p[1-4]$/);
        expect(rule.annotations.runbook_url).toMatch(/^https:\/\//);
      }
  });

  test("the way in itself may fail for 5.26 minutes a year, and its reads take 50 ms (foundation.targets.sla, foundation.targets.latency)", async () => {
    const { spec } = objectNamed(await alerts(), "PrometheusRule", "objectives");
    const rules: Document[] = spec.groups.flatMap((group: Document) => group.rules);
    expect(spec.groups.map(({ name }: Document) => name)).toEqual([
      "entry-availability",
      "entry-own-availability",
      "entry-latency",
    ]);
    expect(budgetMinutes(99.999, 365)).toBe(5.26);
    expect(budgetMinutes(99.999, 30) * 60).toBeCloseTo(25.92, 0);
    const own = rules.filter(({ alert }) => alert?.startsWith("EntryOwnAvailability"));
    expect(own[0]?.annotations.description).toContain("Objective 99.999 % over 30 days, a budget of 0.43 minutes");
    expect(own[0]?.expr).toContain("> 0.00036 ");
    const ratio = (kind: string): string =>
      rules.find(({ record, labels }) => record === "slo:error_ratio:rate1h" && labels.objective === kind)?.expr;
    expect(ratio("own-availability")).toContain('response_code=~"5..",response_flags!="-"');
    expect(ratio("latency")).toContain('le="50"');
    for (const kind of ["availability", "own-availability", "latency"])
      expect(ratio(kind)).toContain('source_workload_namespace="istio-ingress"');
  });

  test("burn rates go from paging at once to a ticket (observability.severity.table)", async () => {
    const found = (await rulesOf("user")).filter(({ alert }) => alert?.startsWith("UserAvailability"));
    expect(found.map(({ labels }) => labels.severity)).toEqual(["p1", "p2", "p3", "p4"]);
    const [, urgent] = found;
    expect(urgent.expr).toContain("rate1h");
    expect(urgent.expr).toContain("rate5m");
    expect(urgent.expr).toContain("> 0.007 ");
  });

  test("an outage fires every alert, also of an objective whose budget could not burn that fast", () => {
    const web = `web: { image: "tiny/web", uses: { items: "read" }, slo: { availability: 95 } },`;
    const workspace = new TemporaryWorkspace({ "blueprints/tiny/blueprint.ts": source({ services: web }) });
    try {
      expect(workspace.run("synth").code).toBe(0);
      const [rules] = [...workspace.output()].flatMap(([file, text]) =>
        file.includes("prometheusrule-") ? [text] : [],
      );
      const thresholds = [...(rules ?? "").matchAll(/rate1h\{[^}]*\} > ([\d.]+)/g)].map(([, value]) => Number(value));
      expect(thresholds).toEqual([0.9, 0.7]);
    } finally {
      workspace.remove();
    }
  });

  test("an alert looks at the series that its own product records", async () => {
    const rules = await rulesOf("user");
    const recorded = new Set(rules.map(({ record }) => record).filter(Boolean));
    for (const { alert, expr } of rules.filter((rule) => rule.alert)) {
      expect(expr).toContain('product="reference"');
      for (const [, name] of String(expr).matchAll(/(slo:[a-z0-9_:]+)\{/g))
        expect([alert, recorded.has(name)]).toEqual([alert, true]);
    }
  });

  test("every pair of windows is a long and a short one, twelve times shorter", () => {
    const minutes = (window: string): number =>
      Number.parseInt(window, 10) * ({ m: 1, h: 60, d: 1440 }[window.slice(-1)] ?? Number.NaN);
    for (const { long, short } of BURN_RATES) expect(minutes(long) / minutes(short)).toBe(12);
  });
});

describe("collection", () => {
  test("sidecars are scraped (mesh.istio-observability.metrics)", async () => {
    const [monitor] = ofKind(await alerts(), "PodMonitor");
    expect(monitor.spec.podMetricsEndpoints[0].path).toBe("/stats/prometheus");
  });

  test("pages go to the pager at once, the rest as incidents of low urgency, from every namespace of a product", async () => {
    const found = ofKind(await alerts(), "AlertmanagerConfig");
    expect(found.map(({ metadata }) => metadata.namespace)).toEqual([
      "reference",
      "reference-pci",
      "reference-sandbox",
    ]);
    for (const { spec } of found) {
      expect(spec.route.receiver).toBe("ticket");
      expect(spec.route.routes[0]).toMatchObject({
        receiver: "page",
        matchers: [{ name: "severity", value: "p1|p2" }],
      });
      expect(spec.receivers.map(({ pagerdutyConfigs: [one] }: Document) => one.severity)).toEqual([
        '{{ if eq .CommonLabels.severity "p1" }}critical{{ else }}error{{ end }}',
        '{{ if eq .CommonLabels.severity "p3" }}warning{{ else }}info{{ end }}',
      ]);
      // The template reads one severity of a group, so a group must not have two.
      expect(spec.route.groupBy).toContain("severity");
    }
  });

  test("who is told of a fast burn is not told of the slower ones that it is also", async () => {
    const [{ spec }] = ofKind(await alerts(), "AlertmanagerConfig") as [Document];
    expect(
      spec.inhibitRules.map(({ sourceMatch: [from], targetMatch: [to] }: Document) => [from.value, to.value]),
    ).toEqual([
      ["p1", "p2|p3|p4"],
      ["p2", "p3|p4"],
      ["p3", "p4"],
    ]);
  });

  test("an alert carries the namespace by which the operator routes it", async () => {
    for (const { metadata, spec } of ofKind(await alerts(), "PrometheusRule"))
      for (const rule of spec.groups.flatMap(({ rules }: Document) => rules).filter(({ alert }: Document) => alert))
        expect(rule.labels.namespace).toBe(metadata.namespace);
  });

  test("the collectors' role may write what they collect and read nothing", async () => {
    const stack = await stackOf(observability, await place("reference", "prod", "us-east-1"), "collectors");
    const actions = resources(stack, "aws_iam_role_policy")
      .flatMap(({ policy }) => JSON.parse(policy).Statement)
      .flatMap(({ Action }) => [Action].flat());
    expect(actions.filter((action) => /(Get(?!Sampling)|Delete|\*)/.test(action))).toEqual([]);
  });
});

describe("alarms", () => {
  test("every store has one, and it tells somebody", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const stack = await stackOf(observability, here, "alarms");
    const names = resources(stack, "aws_cloudwatch_metric_alarm").map(({ alarm_name }) => alarm_name);
    const watched = Object.entries(here.blueprint.data).flatMap(([name, { kind }]) =>
      kind === "object" || kind === "timeSeries" || kind === "wideColumn" ? [] : [name],
    );
    expect(watched.filter((name) => !names.some((alarm) => alarm.startsWith(`reference-prod-use1-${name}-`)))).toEqual(
      [],
    );
    for (const alarm of resources(stack, "aws_cloudwatch_metric_alarm"))
      expect(alarm.alarm_actions).toEqual(["arn:aws:sns:us-east-1:210000000004:reference-prod-use1-alerts"]);
    const collectors = await stackOf(observability, here, "collectors");
    expect(resource(collectors, "aws_sns_topic").name).toBe("reference-prod-use1-alerts");
  });
});
