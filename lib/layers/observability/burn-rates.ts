import type { Place } from "../../model/place.ts";
import { namespaceOf } from "../../model/place.ts";
import { milliseconds } from "../../model/quantities.ts";
import type { ResolvedService } from "../../model/resolved.ts";

/** Who is told, and how fast. Catalogue: observability.severity.table. */
export type Severity = "p1" | "p2" | "p3" | "p4";

/** A pair of windows over which an error budget may burn at a rate before somebody is told. */
export interface BurnRate {
  readonly severity: Severity;
  /** Times the rate that would use the budget up exactly at the end of its window. */
  readonly rate: number;
  readonly long: string;
  readonly short: string;
  /** How long the condition must hold. */
  readonly hold: string;
}

/**
 * Burn rates over a thirty-day budget. Conflict burn-severity of the catalogue: 36 in an hour (five percent of the budget)
 * pages at once, 14 in an hour (two percent) pages the first on call; slower ones make tickets.
 */
export const BURN_RATES: readonly BurnRate[] = [
  { severity: "p1", rate: 36, long: "1h", short: "5m", hold: "1m" },
  { severity: "p2", rate: 14, long: "1h", short: "5m", hold: "2m" },
  { severity: "p3", rate: 6, long: "6h", short: "30m", hold: "5m" },
  { severity: "p4", rate: 1, long: "3d", short: "6h", hold: "1h" },
];

/** An objective of a service with the share of bad events in Prometheus's words. */
export interface Objective {
  readonly service: string;
  /** `own-availability` counts only what the way in fails by itself. */
  readonly kind: "availability" | "own-availability" | "latency";
  /** Percent of good events. */
  readonly target: number;
  /** Length of the budget's window in days. */
  readonly windowDays: number;
  /** The ratio of bad events over a window such as `1h`. */
  readonly errorRatio: (window: string) => string;
}

/** Minutes that an objective may be missed in its window. Catalogue: observability.slos.budget-check. */
export const budgetMinutes = (target: number, windowDays: number): number =>
  Number((((100 - target) / 100) * windowDays * 24 * 60).toFixed(2));

/** The objectives that a service declares. */
export function objectivesOf(place: Place, name: string, service: ResolvedService): readonly Objective[] {
  const { slo } = service;
  if (slo === undefined || slo === null) return [];
  const windowDays = milliseconds(slo.window ?? "30d") / 86_400_000;
  const labels = `reporter="destination",destination_service_name="${name}",destination_service_namespace="${namespaceOf(place, name)}"`;
  const requests = (filter: string, window: string): string =>
    `sum(rate(istio_requests_total{${labels}${filter}}[${window}]))`;
  const availability: Objective[] =
    slo.availability === undefined
      ? []
      : [
          {
            service: name,
            kind: "availability",
            target: slo.availability,
            windowDays,
            errorRatio: (window) => `${requests(',response_code=~"5.."', window)} / ${requests("", window)}`,
          },
        ];
  const threshold = slo.latency?.p99 ?? slo.latency?.p95;
  const latency: Objective[] =
    threshold === undefined
      ? []
      : [
          {
            service: name,
            kind: "latency",
            // A percentile is a ratio: that share of requests stays under the threshold. Conflict: slo-latency-shape.
            target: slo.latency?.target ?? (slo.latency?.p99 === undefined ? 95 : 99),
            windowDays,
            errorRatio: (window) => {
              const bucket = (le: string): string =>
                `sum(rate(istio_request_duration_milliseconds_bucket{${labels},le="${le}"}[${window}]))`;
              return `1 - ${bucket(bucketOf(milliseconds(threshold)))} / ${bucket("+Inf")}`;
            },
          },
        ];
  return [...availability, ...latency];
}

/** Upper bounds of Istio's latency histogram in milliseconds; a threshold is judged by the next bound. */
const BOUNDS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];
/** The bound by which a threshold in milliseconds is judged. */
export const bucketOf = (threshold: number): string =>
  String(BOUNDS.find((bound) => bound >= threshold) ?? BOUNDS.at(-1));

/** Rate at which a budget of another length burns as fast in absolute terms as the table says of thirty days. */
export const scaledRate = (rate: number, windowDays: number): number => Number(((rate * windowDays) / 30).toFixed(2));
