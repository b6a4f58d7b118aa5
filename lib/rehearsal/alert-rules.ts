import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { error, type Finding } from "../checks/finding.ts";
import { runTool } from "../engines/tools.ts";
import { at, list, text } from "../estate/json.ts";
import { type Application, type KubernetesObject, nameOf } from "../estate/objects.ts";
import { type AlertTexts, alertTexts } from "./alert-texts.ts";
import { expiryAlert, expiryTest } from "./expiry-alerts.ts";
import { figureAlert, figureTest } from "./figure-alerts.ts";

/** Requests that a service gets in a minute of a test. */
const REQUESTS = 10_000;

/** An alert on how fast an error budget burns, as far as a test needs it. */
interface BurnAlert extends AlertTexts {
  readonly threshold: number;
  /** Minutes. */
  readonly long: number;
  readonly short: number;
  readonly hold: number;
}

/**
 * Checks a place's alert rules, and tests each burn-rate alert on requests as Istio counts them: it fires when errors are
 * just above its rate, is silent just below, and falls silent soon after they end. Alerts on a latency are tested with
 * requests that are slow, and with none.
 * @param folder where the tests are written
 */
export async function testAlertRules(applications: readonly Application[], folder: string): Promise<Finding[]> {
  const found: Finding[] = [];
  mkdirSync(folder, { recursive: true });
  const queue = applications.flatMap(({ path, objects }) =>
    objects.filter(({ kind }) => kind === "PrometheusRule").map((rule) => ({ path, rule })),
  );
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift())
      found.push(...(await testRule(one.path, one.rule, folder)));
  };
  await Promise.all([worker(), worker()]);
  return found;
}

async function testRule(path: string, rule: KubernetesObject, folder: string): Promise<Finding[]> {
  const report = (code: string, summary: string): Finding => error(code, path, summary, nameOf(rule));
  const namespace = rule.metadata.namespace ?? "default";
  const base = `${namespace}-${rule.metadata.name}`;
  const file = `${base}.json`;
  const groups = list(at(rule, "spec", "groups"));
  writeFileSync(join(folder, file), JSON.stringify({ groups }));
  const check = await runTool("promtool", ["check", "rules", file], folder);
  if (check.status !== 0) return [report("alert-invalid", check.output.trim())];
  const alerts = groups.flatMap((group) => list(at(group, "rules"))).filter((one) => at(one, "alert") !== undefined);
  const found: Finding[] = [];
  const tests: string[] = [];
  for (const alert of alerts) {
    const cases = casesOf(alert, file, namespace);
    if (cases === undefined) {
      found.push(report("alert-untested", `${text(at(alert, "alert"))} is of a kind that nothing tests`));
      continue;
    }
    const test = `${base}-${text(at(alert, "alert"))}.test.json`;
    writeFileSync(join(folder, test), JSON.stringify(cases));
    tests.push(test);
  }
  if (tests.length === 0) return found;
  const { status, output } = await runTool("promtool", ["test", "rules", ...tests], folder);
  if (status !== 0) found.push(...failuresIn(output).map((summary) => report("alert-wrong", summary)));
  return found;
}

/** The cases of an alert, or undefined where it is of a kind that nothing tests. */
function casesOf(alert: unknown, file: string, namespace: string) {
  const burn = burnAlert(alert);
  if (burn !== undefined) return testOf(burn, file, namespace);
  const figure = figureAlert(alert);
  if (figure !== undefined) return figureTest(figure, file);
  const expiry = expiryAlert(alert);
  return expiry === undefined ? undefined : expiryTest(expiry, file);
}

/** An alert's windows, threshold and patience, or undefined where it is of another kind. */
function burnAlert(rule: unknown): BurnAlert | undefined {
  const expression = text(at(rule, "expr")) ?? "";
  const windows = [...expression.matchAll(/:rate(\d+[mhd])\b/g)].map(([, window = ""]) => minutes(window));
  const [, threshold] = /> ([\d.e-]+)/.exec(expression) ?? [];
  if (windows.length !== 2 || threshold === undefined || at(rule, "labels", "objective") === undefined)
    return undefined;
  return {
    ...alertTexts(rule),
    threshold: Number(threshold),
    long: Math.max(...windows),
    short: Math.min(...windows),
    hold: minutes(text(at(rule, "for")) ?? "0m"),
  };
}

const UNITS: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };
const minutes = (window: string): number => Number.parseInt(window, 10) * (UNITS[window.slice(-1)] ?? Number.NaN);

/** The three cases of an alert as promtool takes them. */
function testOf(alert: BurnAlert, file: string, namespace: string) {
  // Five samples in the shorter window: enough for a rate, and few enough for three days.
  const step = alert.short / 5;
  const burning = Math.ceil((alert.long + alert.hold) / step) + 3;
  const firing = { exp_labels: { ...alert.labels, alertname: undefined }, exp_annotations: alert.annotations };
  const above = Math.min(1, alert.threshold * 1.2);
  const below = Math.min(0.99, alert.threshold * 0.8);
  const calm = 8;
  const phase = (name: string, ratio: number, after: number, fires: boolean) => ({
    name,
    interval: `${step}m`,
    input_series: seriesOf(alert, namespace, ratio, step, burning, after),
    alert_rule_test: [
      { eval_time: `${(burning + after) * step}m`, alertname: alert.name, exp_alerts: fires ? [firing] : [] },
    ],
  });
  return {
    rule_files: [file],
    evaluation_interval: `${step}m`,
    tests: [
      phase(`${alert.name}: does not fire when it should`, above, 0, true),
      phase(`${alert.name}: fires although errors are below its rate`, below, 0, false),
      phase(`${alert.name}: goes on after errors have ended`, above, calm, false),
    ],
  };
}

/** What Istio counts of a service of which a share of requests is bad, then none. */
function seriesOf(
  { labels }: BurnAlert,
  namespace: string,
  ratio: number,
  step: number,
  burning: number,
  calm: number,
): { readonly series: string; readonly values: string }[] {
  const service = labels["service"] ?? "";
  const identity = {
    // The way in is measured at the gateway, where requests come from.
    reporter: service === "entry" ? "source" : "destination",
    source_workload: "public-istio",
    source_workload_namespace: "istio-ingress",
    destination_workload: service,
    destination_workload_namespace: namespace,
    destination_service: `${service}.${namespace}.svc.cluster.local`,
    destination_service_name: service,
    destination_service_namespace: namespace,
    request_protocol: "http",
    connection_security_policy: "mutual_tls",
  };
  const all = REQUESTS * step;
  const counter = (metric: string, more: Readonly<Record<string, string>>, rate: number, later: number) => ({
    series: `${metric}{${Object.entries({ ...identity, ...more })
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join(",")}}`,
    values: `0+${rate}x${burning}${calm === 0 ? "" : ` ${rate * burning + later}+${later}x${calm}`}`,
  });
  if (labels["objective"] === "latency") {
    const bucket = (le: string, rate: number) =>
      counter("istio_request_duration_milliseconds_bucket", { response_code: "200", le }, rate, all);
    // The slow ones are slower than the last bound, the others faster than the first.
    return [...BOUNDS.map((bound) => bucket(bound, all * (1 - ratio))), bucket("+Inf", all)];
  }
  return [
    counter("istio_requests_total", { response_code: "200", response_flags: "-" }, all * (1 - ratio), all),
    // What a proxy answers itself, it marks.
    counter("istio_requests_total", { response_code: "503", response_flags: "UF" }, all * ratio, 0),
  ];
}

/** Upper bounds of Istio's latency histogram in milliseconds. */
const BOUNDS = "0.5 1 5 10 25 50 100 250 500 1000 2500 5000 10000 30000 60000 300000 600000 1800000 3600000".split(" ");

/** Names of the cases that failed, which say what is wrong. */
function failuresIn(output: string): string[] {
  const names = [...output.matchAll(/^\s*name: (.+?),?\s*$/gm)].map(([, name = ""]) => name);
  return names.length > 0 ? [...new Set(names)] : [output.trim().slice(0, 2000)];
}
