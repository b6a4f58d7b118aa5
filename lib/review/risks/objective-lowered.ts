import type { Change } from "../../estate/diff.ts";
import type { Graph } from "../../estate/graph.ts";
import { at, list, object, text } from "../../estate/json.ts";
import { type Node, placeOf } from "../../estate/node.ts";
import type { Json } from "../../model/merge.ts";
import { duration, milliseconds } from "../../model/quantities.ts";
import type { Evidence } from "../evidence.ts";
import type { Move } from "../moves.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { shown } from "../settings.ts";
import { hasUnit } from "../whole.ts";
import { titleOf } from "./stateful.ts";

/** Less is promised than before, or nobody is told any more when a promise is broken. */
export const objectiveLowered: Rule = {
  id: "objective-lowered",
  severity: "medium",
  consequence: "Users get less than they were promised, and alerts stay silent about what they told of until now.",
  undo: "Put the objective back and sync: alerts follow it within minutes.",
  judge: (evidence) => {
    const gone = servicesGone(evidence.moves);
    const promises = evidence.moves.flatMap((move) => lowerPromise(move, gone));
    const given = new Set(promises.map(({ move }) => serviceOf(move?.path ?? "")));
    return [
      ...promises,
      ...evidence.changes
        .flatMap((change) => alertsGone(change, evidence))
        // Alerts that go with their promise are told with it.
        .filter(
          ({ change }) => !given.has(change === undefined ? undefined : alertedService(change.before ?? change.node)),
        ),
    ];
  },
};

const serviceOf = (path: string): string | undefined => /^services\.([^.]+)\./.exec(path)?.[1];

/** Services that are no longer in a blueprint: what they promised is nobody's loss any more. */
const servicesGone = (moves: readonly Move[]): ReadonlySet<string> =>
  new Set(
    moves.flatMap(({ path, after }) =>
      after === undefined ? (/^services\.([^.]+)\.image$/.exec(path)?.[1] ?? []) : [],
    ),
  );

/** Leaves that promise something, and in which direction they promise more. */
const PROMISES: readonly (readonly [path: RegExp, better: "higher" | "shorter"])[] = [
  [/^(?:objectives|services\.[^.]+\.slo)\.availability$/, "higher"],
  [/^services\.[^.]+\.slo\.latency\.target$/, "higher"],
  [/^objectives\.(?:p99|rto|rpo)$/, "shorter"],
  [/^services\.[^.]+\.slo\.latency\.p9\d$/, "shorter"],
];

function lowerPromise(move: Move, gone: ReadonlySet<string>): Suspicion[] {
  const { path, before, after } = move;
  const better = PROMISES.find(([pattern]) => pattern.test(path))?.[1];
  if (better === undefined || before === undefined || gone.has(serviceOf(path) ?? "")) return [];
  const [was, is] = [amountOf(before), amountOf(after)];
  const isLower = is === undefined || (was !== undefined && (better === "higher" ? is < was : is > was));
  if (!isLower) return [];
  return [
    {
      move,
      what:
        after === undefined
          ? `${path} is promised no more: it was ${shown(before)}`
          : `${path} is ${shown(after)}; before ${shown(before)}`,
    },
  ];
}

function amountOf(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  const parsed = duration.safeParse(value);
  return parsed.success ? milliseconds(parsed.data) : undefined;
}

/** Service that alerts are about, as far as they say so. */
function alertedService(node: Node): string | undefined {
  const rules = list(at(node.body, "spec", "groups")).flatMap((group) => list(at(group, "rules")));
  return rules.flatMap((rule) => text(at(rule, "labels", "service")) ?? [])[0] ?? node.service;
}

/** Alerts that are gone while what they were about is still there. */
function alertsGone(change: Change, { before, after }: Evidence): Suspicion[] {
  const { node, before: was, kind } = change;
  if (was === undefined) return [];
  if (node.type === "aws_cloudwatch_metric_alarm")
    return kind === "removed" && isStillThere(node, after)
      ? [
          {
            change,
            severity: "low",
            what: `${titleOf(node)} is gone: nobody is told when ${text(node.body["metric_name"]) ?? "it"} is bad`,
          },
        ]
      : [];
  if (node.type !== "PrometheusRule" || !hasUnit(after, node)) return [];
  const service = alertedService(was);
  const hasWorkload = (of: Evidence["before"]): boolean =>
    of.where(
      (one) =>
        one.type === "Deployment" && placeOf(one) === placeOf(node) && at(one.body, "metadata", "name") === service,
    ).length > 0;
  if (service !== undefined && hasWorkload(before) && !hasWorkload(after)) return [];
  const now = kind === "removed" ? new Set() : alertsIn(node);
  const lost = [...alertsIn(was)].filter((alert) => !now.has(alert));
  return lost.length === 0
    ? []
    : [
        {
          change,
          what: `${titleOf(node)} alerts no more of ${lost.join(", ")}${now.size === 0 ? "" : `; it still has ${now.size}`}`,
        },
      ];
}

const alertsIn = ({ body }: Node): ReadonlySet<string> =>
  new Set(
    list(at(body, "spec", "groups")).flatMap((group) =>
      list(at(group, "rules")).flatMap((rule) => text(at(rule, "alert")) ?? []),
    ),
  );

/** Whether what an alarm is about is still there: something in its place has the name that the alarm gives. */
function isStillThere(alarm: Node, after: Graph): boolean {
  const names = Object.values(object(alarm.body["dimensions"]));
  return (
    after.where(
      (one) =>
        one.kind === "resource" &&
        one.type !== alarm.type &&
        placeOf(one) === placeOf(alarm) &&
        NAMES.some((key) => one.body[key] !== undefined && names.includes(one.body[key])),
    ).length > 0
  );
}

const NAMES = [
  "name",
  "bucket",
  "cluster_identifier",
  "replication_group_id",
  "domain_name",
  "cluster_name",
  "identifier",
];
