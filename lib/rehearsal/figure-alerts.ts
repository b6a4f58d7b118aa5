import { at, text } from "../estate/json.ts";
import { type AlertTexts, alertTexts } from "./alert-texts.ts";

/** Upper bounds of a latency histogram in milliseconds: enough to be on either side of a figure. */
const BOUNDS = ["0.5", "1", "5", "10", "25"] as const;

/** Minutes of a test: more than the alert's window and patience together. */
const MINUTES = 30;

/** An alert on a percentile of latencies, or on how far one is above another. */
interface FigureAlert extends AlertTexts {
  /** Labels of the series of which it takes percentiles; the second one's is subtracted. */
  readonly series: readonly string[];
}

/** An alert on a figure, or undefined where it is of another kind. */
export function figureAlert(rule: unknown): FigureAlert | undefined {
  const texts = alertTexts(rule);
  const series = [...(text(at(rule, "expr")) ?? "").matchAll(/_bucket\{([^}]*)\}/g)].map(([, inside = ""]) => inside);
  if (texts.labels["figure"] === undefined || series.length === 0) return undefined;
  return { ...texts, series };
}

/** Two cases as promtool takes them: it fires when all requests are slow, and is silent when none is. */
export function figureTest(alert: FigureAlert, file: string) {
  const firing = { exp_labels: alert.labels, exp_annotations: alert.annotations };
  const phase = (name: string, slow: boolean) => ({
    name,
    interval: "1m",
    input_series: alert.series.flatMap((labels, index) => histogram(labels, slow && index === 0)),
    alert_rule_test: [{ eval_time: `${MINUTES - 1}m`, alertname: alert.name, exp_alerts: slow ? [firing] : [] }],
  });
  return {
    rule_files: [file],
    evaluation_interval: "1m",
    tests: [
      phase(`${alert.name}: does not fire when it should`, true),
      phase(`${alert.name}: fires although nothing is slow`, false),
    ],
  };
}

/** Requests that all took between the two last bounds, or less than the first. */
const histogram = (labels: string, slow: boolean) =>
  [...BOUNDS, "+Inf"].map((le, index) => ({
    series: `istio_request_duration_milliseconds_bucket{${labels},le="${le}"}`,
    values: `0+${slow && index < BOUNDS.length - 1 ? 0 : 600}x${MINUTES}`,
  }));
