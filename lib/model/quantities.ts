import { z } from "zod";

/** Milliseconds, seconds, minutes, hours, days or years, such as `50ms`, `5m` or `7d`. */
export const duration = z.templateLiteral([z.int().nonnegative(), z.enum(["ms", "s", "m", "h", "d", "y"])]);
export type Duration = z.infer<typeof duration>;

/** Requests per unit of time, such as `1000/min`. */
export const rate = z.templateLiteral([z.int().positive(), "/", z.enum(["s", "min", "h"])]);
export type Rate = z.infer<typeof rate>;

/** An amount of data in decimal units, such as `500GB` or `10EB`. */
export const dataVolume = z.templateLiteral([z.int().positive(), z.enum(["GB", "TB", "PB", "EB"])]);
export type DataVolume = z.infer<typeof dataVolume>;

/** A percentage from 0 to 100, such as 99.95. */
export const percent = z.number().min(0).max(100);

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 31_536_000_000 } as const;
const SECONDS_PER = { s: 1, min: 60, h: 3600 } as const;

/** Length of a duration in milliseconds. @throws when the text is no duration */
export function milliseconds(value: Duration): number {
  const match = /^(\d+)(ms|s|m|h|d|y)$/.exec(value);
  const unit = match?.[2];
  if (match?.[1] === undefined || !isUnit(unit, MILLISECONDS)) throw new Error(`"${value}" is no duration`);
  return Number(match[1]) * MILLISECONDS[unit];
}

/** Length of a duration in whole seconds, rounded up. */
export function seconds(value: Duration): number {
  return Math.ceil(milliseconds(value) / 1000);
}

/** Length of a duration in whole days, rounded up. */
export function days(value: Duration): number {
  return Math.ceil(milliseconds(value) / MILLISECONDS.d);
}

const GIGABYTES = { GB: 1, TB: 1e3, PB: 1e6, EB: 1e9 } as const;

/** An amount of data in gigabytes. @throws when the text is no amount of data */
export function gigabytes(value: DataVolume): number {
  const match = /^(\d+)(GB|TB|PB|EB)$/.exec(value);
  const unit = match?.[2];
  if (match?.[1] === undefined || !isUnit(unit, GIGABYTES)) throw new Error(`"${value}" is no amount of data`);
  return Number(match[1]) * GIGABYTES[unit];
}

/** Requests per minute of a rate, rounded up. @throws when the text is no rate */
export function perMinute(value: Rate): number {
  const match = /^(\d+)\/(s|min|h)$/.exec(value);
  const unit = match?.[2];
  if (match?.[1] === undefined || !isUnit(unit, SECONDS_PER)) throw new Error(`"${value}" is no rate`);
  return Math.ceil((Number(match[1]) * 60) / SECONDS_PER[unit]);
}

/** A duration as Go, Istio and Prometheus write it (they know no days or years). */
export function goDuration(value: Duration): string {
  const total = milliseconds(value);
  if (total % 3_600_000 === 0) return `${total / 3_600_000}h`;
  if (total % 60_000 === 0) return `${total / 60_000}m`;
  return total % 1000 === 0 ? `${total / 1000}s` : `${total}ms`;
}

function isUnit<T extends object>(unit: string | undefined, units: T): unit is Extract<keyof T, string> {
  return unit !== undefined && unit in units;
}
