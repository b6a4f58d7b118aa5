import type { Change } from "../../estate/diff.ts";
import { at, list, object, parsed, text } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import type { Rule, Severity, Suspicion } from "../risk.ts";
import { titleOf } from "./stateful.ts";

/** Something is kept for a shorter time, or for some time where it was kept for ever. */
export const retentionShortened: Rule = {
  id: "retention-shortened",
  severity: "medium",
  consequence: "What is older is deleted as soon as it is applied, and does not come back.",
  undo: "Before the apply, put the time back or copy what is older. After it, there is nothing to go back to.",
  judge: ({ changes }) => changes.flatMap(shortened),
};

const SECOND = 1;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const FOR_EVER = Number.POSITIVE_INFINITY;

/** How long something is kept. */
interface Retention {
  /** Of what, such as `rule daily`; empty for the thing itself. */
  readonly of: string;
  readonly seconds: number;
  /** As a sentence goes on. */
  readonly told: string;
  /** What holds data that is nowhere else. @default the rule's */
  readonly severity?: Severity;
}

function shortened(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (before === undefined || kind === "removed") return [];
  const now = new Map(retentionsOf(node).map((one) => [one.of, one]));
  const old = new Map(retentionsOf(before).map((one) => [one.of, one]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((of): Suspicion[] => {
    const [was, is] = [old.get(of), now.get(of)];
    // A rule that expires something where there was none is new; one that is gone expires nothing any more.
    const isNewExpiry = was === undefined && EXPIRING.has(node.type);
    if (is === undefined || !(isNewExpiry || (was !== undefined && is.seconds < was.seconds))) return [];
    return [
      {
        change,
        ...(is.severity === undefined ? {} : { severity: is.severity }),
        what: `${titleOf(node)}${of === "" ? "" : ` (${of})`} is kept ${is.told}; before ${was?.told ?? "for ever"}`,
      },
    ];
  });
}

/** Types whose rules delete what would stay without them. */
const EXPIRING = new Set(["aws_s3_bucket_lifecycle_configuration"]);

function retentionsOf(node: Node): Retention[] {
  const { body, type } = node;
  switch (type) {
    case "aws_cloudwatch_log_group":
      return [time("", body["retention_in_days"], DAY)];
    case "aws_kinesis_stream":
      return [time("", body["retention_period"] ?? 24, HOUR)];
    case "aws_sqs_queue":
      return [time("", body["message_retention_seconds"] ?? 345_600, SECOND)];
    case "aws_rds_cluster_instance":
    case "aws_db_instance":
      return body["performance_insights_enabled"] === true
        ? [
            {
              ...time("performance insights", body["performance_insights_retention_period"] ?? 7, DAY),
              severity: "low",
            },
          ]
        : [];
    case "aws_backup_plan":
      return list(body["rule"]).map((rule) => ({
        ...time(`rule ${text(at(rule, "rule_name")) ?? "?"}`, at(first(at(rule, "lifecycle")), "delete_after"), DAY),
        severity: "high",
      }));
    case "aws_s3_bucket_lifecycle_configuration":
      return list(body["rule"]).flatMap(expiries);
    case "aws_ecr_lifecycle_policy":
      return list(at(parsed(text(body["policy"]) ?? ""), "rules")).map(images);
    case "aws_msk_configuration":
      return brokers(text(body["server_properties"]) ?? "");
    case "aws_timestreamwrite_table":
      return [
        {
          ...time("", at(first(body["retention_properties"]), "magnetic_store_retention_period_in_days"), DAY),
          severity: "high",
        },
      ];
    case "ConfigMap":
      return topics(object(body["data"]));
    case "Application":
      return settingsOf(at(body, "spec"), "");
    default:
      return [];
  }
}

const first = (value: unknown): unknown => list(value)[0];

function time(of: string, value: unknown, unit: number): Retention {
  const amount = value === undefined || value === null ? 0 : Number(value);
  // Nothing and zero both mean that nothing is deleted by age.
  const seconds = amount === 0 ? FOR_EVER : amount * unit;
  return { of, seconds, told: toldOf(seconds) };
}

function toldOf(seconds: number): string {
  if (seconds === FOR_EVER) return "for ever";
  const [unit, name] = [[DAY, "day"] as const, [HOUR, "hour"] as const, [MINUTE, "minute"] as const].find(
    ([size]) => seconds % size === 0 && seconds >= size,
  ) ?? [SECOND, "second"];
  const amount = seconds / unit;
  return `for ${amount} ${name}${amount === 1 ? "" : "s"}`;
}

/** What a rule of a bucket deletes, and when. */
function expiries(rule: unknown): Retention[] {
  if (at(rule, "status") === "Disabled") return [];
  const id = text(at(rule, "id")) ?? "?";
  const found: readonly (readonly [string, unknown])[] = [
    [`rule ${id}`, at(first(at(rule, "expiration")), "days")],
    [`old versions, rule ${id}`, at(first(at(rule, "noncurrent_version_expiration")), "noncurrent_days")],
  ];
  return found.flatMap(([of, days]): Retention[] =>
    days === undefined ? [] : [{ ...time(of, days, DAY), severity: "high" }],
  );
}

/** How many images, or for how long, a rule of a repository keeps. */
function images(rule: unknown): Retention {
  const count = Number(at(rule, "selection", "countNumber"));
  const of = `rule ${String(at(rule, "rulePriority"))}`;
  if (at(rule, "selection", "countType") === "sinceImagePushed") return time(of, count, DAY);
  return { of: `${of} by number`, seconds: count, told: `up to ${count} images` };
}

/** How long brokers keep what no topic says otherwise. */
function brokers(properties: string): Retention[] {
  const value = (key: string): string | undefined => new RegExp(`^${key}=(-?\\d+)$`, "m").exec(properties)?.[1];
  const [ms, minutes, hours] = [
    value("log\\.retention\\.ms"),
    value("log\\.retention\\.minutes"),
    value("log\\.retention\\.hours"),
  ];
  if (ms !== undefined) return [time("default of topics", Math.max(0, Number(ms)), 1 / 1000)];
  if (minutes !== undefined) return [time("default of topics", Math.max(0, Number(minutes)), MINUTE)];
  return [time("default of topics", Math.max(0, Number(hours ?? 168)), HOUR)];
}

/** How long topics are kept, in a list of `name|partitions|settings`. */
const topics = (data: Readonly<Record<string, unknown>>): Retention[] =>
  Object.values(data).flatMap((value) =>
    [...(text(value) ?? "").matchAll(/^([\w.-]+)\|\d+\|(.*)$/gm)].flatMap(([, name = "", settings = ""]) => {
      // What is compacted keeps the last value of every key for ever.
      if (/cleanup\.policy=compact(?:,(?!delete)|$)/.test(settings)) return [time(`topic ${name}`, 0, SECOND)];
      const ms = /retention\.ms=(-?\d+)/.exec(settings)?.[1];
      return ms === undefined ? [] : [time(`topic ${name}`, Math.max(0, Number(ms)), 1 / 1000)];
    }),
  );

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, y: 365 * DAY };

/** What values of a chart call retention and give as a time, such as `30d`. */
function settingsOf(value: unknown, path: string): Retention[] {
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, inside]) => settingsOf(inside, path === "" ? key : `${path}.${key}`));
  const [, amount, unit = ""] = /^(\d+)([smhdwy])$/.exec(String(value)) ?? [];
  const size = UNITS[unit];
  return amount === undefined || size === undefined || !/retention(?:_?period)?$/i.test(path)
    ? []
    : [time(path.replace(/^.*valuesObject\./, ""), amount, size)];
}
