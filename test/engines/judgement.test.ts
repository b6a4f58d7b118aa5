import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "../../lib/checks/finding.ts";
import { type Estate, regionsOf } from "../../lib/estate/index.ts";
import { stackOf } from "../../lib/estate/stacks.ts";
import { testAlertRouting } from "../../lib/rehearsal/alert-routing.ts";
import { testAlertRules } from "../../lib/rehearsal/alert-rules.ts";
import { scanObjects } from "../../lib/rehearsal/object-scan.ts";
import { PlanScan } from "../../lib/rehearsal/plan-scan.ts";
import { lintWorkflows } from "../../lib/rehearsal/workflows.ts";
import type { Document } from "../support.ts";
import { Broken, synthesized } from "../synthesized.ts";

/** What the tools say about alerts and workflows, sound and broken: run by `npm run test:engines`. */

let whole: Estate;
let folder: string;
beforeAll(async () => {
  whole = await synthesized();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dodeca-judgement-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A broken copy of url-shortener's dev. */
function broken(change: (broken: Broken) => void): Broken {
  const made = new Broken(whole, "url-shortener", "dev");
  change(made);
  return made;
}

const said = (findings: readonly Finding[]): string[] =>
  findings.map(({ code, address, summary }) => `${code}: ${address}: ${summary}`);

describe("alert rules", () => {
  const rules = async (change: (rules: Document[]) => void): Promise<string[]> => {
    const { estate } = broken((one) =>
      change(one.object("PrometheusRule", "redirect-objectives").spec.groups.flatMap((group: Document) => group.rules)),
    );
    const alerts = estate.applications.filter(({ name }) => name === "alerts");
    return said(await testAlertRules(alerts, folder));
  };
  const REDIRECT = "PrometheusRule url-shortener/redirect-objectives";

  test("each burn-rate window fires when it should and is silent when it should not", async () => {
    expect(await rules(() => undefined)).toEqual([]);
  });

  test("alerts on a latency fire when all is slow, and one whose figure nothing reaches is named", async () => {
    const gateway = async (change: (rule: Document) => void): Promise<string[]> => {
      const made = new Broken(whole, "reference", "dev");
      for (const name of ["gateway-overhead", "gateway-limit-latency"])
        change(made.object("PrometheusRule", name).spec.groups[0].rules[0]);
      return said(
        await testAlertRules(
          made.estate.applications.filter(({ name }) => name === "gateway"),
          folder,
        ),
      );
    };
    expect(await gateway(() => undefined)).toEqual([]);
    const found = await gateway((rule) => {
      rule.expr = rule.expr.replace(/> \d+$/, "> 500");
    });
    expect(found.sort()).toEqual([
      "alert-wrong: PrometheusRule istio-ingress/gateway-limit-latency: GatewayLimitLatency: does not fire when it should",
      "alert-wrong: PrometheusRule istio-ingress/gateway-overhead: GatewayOverhead: does not fire when it should",
    ]);
  });

  test("an alert that never fires, since it looks at a service that there is not, is named", async () => {
    const found = await rules((all) => {
      for (const rule of all) rule.expr = rule.expr.replaceAll('service_name="redirect"', 'service_name="redirekt"');
    });
    expect(found).toContain(`alert-wrong: ${REDIRECT}: RedirectAvailabilityBurnsP1: does not fire when it should`);
    expect(found).toContain(`alert-wrong: ${REDIRECT}: RedirectLatencyBurnsP4: does not fire when it should`);
  });

  test("an alert that never fires, since no share of errors is above its threshold, is named", async () => {
    const found = await rules((all) => {
      const alert = all.find((rule) => rule.alert === "RedirectLatencyBurnsP2");
      alert.expr = alert.expr.replaceAll("> 0.14", "> 1.4");
    });
    expect(found).toEqual([`alert-wrong: ${REDIRECT}: RedirectLatencyBurnsP2: does not fire when it should`]);
  });

  test("an alert that goes on long after errors have ended is named", async () => {
    const found = await rules((all) => {
      const recorded = all.find(({ record }) => record === "slo:error_ratio:rate5m");
      recorded.expr = recorded.expr.replaceAll("[5m]", "[1h]");
    });
    expect(found).toEqual(
      ["P1", "P2"].map(
        (severity) => `alert-wrong: ${REDIRECT}: RedirectAvailabilityBurns${severity}: goes on after errors have ended`,
      ),
    );
  });

  test("a rule that Prometheus cannot read, and one that nothing tests, are named", async () => {
    const unread = await rules((all) => {
      all[0].expr = "sum(";
    });
    expect(unread[0]).toMatch(/^alert-invalid: .*redirect-objectives: /);
    const untested = await rules((all) => {
      const alert = all.find((rule) => rule.alert === "RedirectLatencyBurnsP2");
      alert.expr = "up == 0";
    });
    expect(untested).toEqual([expect.stringContaining("alert-untested")]);
  });
});

describe("alert routing", () => {
  const routing = async (change: (broken: Broken) => void): Promise<string[]> =>
    said(await testAlertRouting(broken(change).estate.applications, folder));

  test("every alert of every product arrives", async () => {
    const places = regionsOf(whole).filter(({ region }) => region === "us-east-1");
    expect(places.length).toBe(7);
    for (const { applications } of places) expect(said(await testAlertRouting(applications, folder))).toEqual([]);
  });

  test("an alert without the namespace that the operator routes by is named", async () => {
    const found = await routing((one) => {
      const [group] = one.object("PrometheusRule", "redirect-objectives").spec.groups;
      const alert = group.rules.find((rule: Document) => rule.alert === "RedirectAvailabilityBurnsP3");
      delete alert.labels.namespace;
    });
    expect(found).toEqual([expect.stringContaining("RedirectAvailabilityBurnsP3 reaches no receiver")]);
  });

  test("an urgent alert whose receiver tells nobody, and a receiver whose secret nothing makes, are named", async () => {
    const silent = await routing((one) => {
      delete one.object("AlertmanagerConfig", "links").spec.receivers[0].pagerdutyConfigs;
    });
    expect(silent[0]).toMatch(/^alert-unrouted: .*BurnsP1 reaches url-shortener\/links\/page, which tells nobody$/);
    const keyless = await routing((one) => {
      one.object("ExternalSecret", "pager").spec.target.name = "other";
    });
    expect(keyless[0]).toMatch(/^alert-secret-missing: .*nothing makes the secret pager\/routing-key/);
  });

  test("a configuration that Alertmanager does not accept is named", async () => {
    const found = await routing((one) => {
      one.object("AlertmanagerConfig", "links").spec.route.groupWait = "soon";
    });
    expect(found[0]).toMatch(/^alert-routing-invalid: AlertmanagerConfig url-shortener\/links: /);
  });
});

test("a job of a workflow that needs a job that there is not is named with its line", async () => {
  const workflows = join(folder, "dist", "delivery", "github");
  mkdirSync(workflows, { recursive: true });
  writeFileSync(
    join(workflows, "apply.yml"),
    "on: push\njobs:\n  apply:\n    needs: nobody\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n",
  );
  expect(await lintWorkflows(folder, folder)).toEqual([
    expect.objectContaining({
      place: "dist/delivery/github/apply.yml",
      line: 3,
      summary: expect.stringContaining("nobody"),
    }),
  ]);
});

describe("the scanner of objects", () => {
  const scan = async (change: (broken: Broken) => void): Promise<string[]> =>
    said((await scanObjects(broken(change).estate.applications, folder)).findings);

  test("finds nothing but what is waived, and counts that", async () => {
    const { estate } = broken(() => undefined);
    const { passed, waived, findings } = await scanObjects(estate.applications, folder);
    expect(findings).toEqual([]);
    expect(passed).toBeGreaterThan(300);
    expect(waived).toMatchObject({ CKV_K8S_11: 4, CKV_K8S_15: 4 });
  });

  test("a check that fails and is not waived, and a waiver that is not needed, are named", async () => {
    const found = await scan((one) => {
      const { metadata, spec } = one.object("Deployment", "redirect");
      spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem = false;
      spec.template.spec.containers[0].resources.limits.cpu = "1";
      metadata.annotations["checkov.io/skip9"] = "CKV_K8S_20=no reason";
    });
    const REDIRECT = "Deployment url-shortener/redirect";
    expect(found.sort()).toEqual([
      `ckv-k8s-22: ${REDIRECT}: Use read-only filesystem for containers where possible`,
      `waiver-unneeded: ${REDIRECT}: CKV_K8S_11 is waived and does not fail`,
      `waiver-unneeded: ${REDIRECT}: CKV_K8S_20 is waived and does not fail`,
    ]);
  });
});

describe("the scanner of plans", () => {
  const waived = (...checks: readonly string[]): object => ({
    "//": { path: "x", waived: Object.fromEntries(checks.map((check) => [check, "a reason"])) },
  });
  const resource = (type: string, name: string, values: object): object => ({
    address: `${type}.${name}`,
    mode: "managed",
    type,
    name,
    provider_name: "registry.terraform.io/hashicorp/aws",
    schema_version: 0,
    values,
  });

  /** The plan of a stack of topics, as an engine shows it. */
  const plan = (...resources: readonly object[]): string =>
    JSON.stringify({
      format_version: "1.2",
      terraform_version: "1.11.4",
      planned_values: { root_module: { resources } },
      resource_changes: [],
      configuration: { root_module: {} },
    });

  test("a check that fails and is not waived, and a waiver that is not needed, are named by stack and address", async () => {
    const plans = new PlanScan(folder, new AbortController().signal);
    const one = stackOf("one", {
      resource: { aws_sns_topic: { bad: {}, known: waived("CKV_AWS_26"), sound: waived("CKV_AWS_26") } },
    });
    const two = stackOf("two", { resource: { aws_sns_topic: { bad: waived("CKV_AWS_26") } } });
    plans.add({ stack: one, leftOut: [] }, async () =>
      plan(
        resource("aws_sns_topic", "bad", { name: "bad", kms_master_key_id: "" }),
        resource("aws_sns_topic", "known", { name: "known", kms_master_key_id: "" }),
        resource("aws_sns_topic", "sound", { name: "sound", kms_master_key_id: "alias/topics" }),
      ),
    );
    plans.add({ stack: two, leftOut: [] }, async () =>
      plan(resource("aws_sns_topic", "bad", { name: "bad", kms_master_key_id: "" })),
    );
    const scan = await plans.judge();
    expect(scan?.waived).toEqual({ CKV_AWS_26: 2 });
    expect(scan?.findings.map(({ code, place, address }) => `${code}: ${place}: ${address}`).sort()).toEqual([
      "ckv-aws-26: one: aws_sns_topic.bad",
      "waiver-unneeded: one: aws_sns_topic.sound",
    ]);
  });

  test("a plan that is no JSON is an error, also beside others", async () => {
    const plans = new PlanScan(folder, new AbortController().signal);
    plans.add({ stack: stackOf("one", {}), leftOut: [] }, async () => "{ broken");
    plans.add({ stack: stackOf("two", {}), leftOut: [] }, async () =>
      plan(resource("aws_sns_topic", "sound", { name: "sound", kms_master_key_id: "alias/topics" })),
    );
    expect((await plans.judge())?.findings).toEqual([expect.objectContaining({ code: "scanner" })]);
  });
});
