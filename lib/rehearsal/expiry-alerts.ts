import { at, text } from "../estate/json.ts";
import { type AlertTexts, alertTexts } from "./alert-texts.ts";

const METRIC = "certmanager_certificate_expiration_timestamp_seconds";
const DAY = 86_400;

/** Minutes of a test: more than the alert's patience. */
const MINUTES = 120;

/** An alert on certificates that are about to expire. */
interface ExpiryAlert extends AlertTexts {
  readonly days: number;
}

/** An alert on the age of certificates, or undefined where it is of another kind. */
export function expiryAlert(rule: unknown): ExpiryAlert | undefined {
  const [, days] = new RegExp(`^${METRIC} - time\\(\\) < (\\d+) \\* ${DAY}$`).exec(text(at(rule, "expr")) ?? "") ?? [];
  if (days === undefined) return undefined;
  return { ...alertTexts(rule), days: Number(days) };
}

/** Two cases as promtool takes them: a certificate that has a day less than it should, and one that has a day more. */
export function expiryTest({ name, labels, annotations, days }: ExpiryAlert, file: string) {
  const certificate = "public-tls";
  const firing = {
    exp_labels: { ...labels, name: certificate },
    exp_annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [key, value.replaceAll("{{ $labels.name }}", certificate)]),
    ),
  };
  const phase = (title: string, left: number, fires: boolean) => ({
    name: title,
    interval: "1m",
    // A test begins at the epoch.
    input_series: [
      { series: `${METRIC}{name="${certificate}",namespace="istio-ingress"}`, values: `${left * DAY}+0x${MINUTES}` },
    ],
    alert_rule_test: [{ eval_time: `${MINUTES}m`, alertname: name, exp_alerts: fires ? [firing] : [] }],
  });
  return {
    rule_files: [file],
    evaluation_interval: "1m",
    tests: [
      phase(`${name}: does not fire when it should`, days - 1, true),
      phase(`${name}: fires although a certificate is good`, days + 1, false),
    ],
  };
}
