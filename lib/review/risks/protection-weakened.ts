import type { Change } from "../../estate/diff.ts";
import { at, list, text } from "../../estate/json.ts";
import type { Evidence } from "../evidence.ts";
import type { Rule, Suspicion } from "../risk.ts";
import {
  dropped,
  lowered,
  type Setting,
  shown,
  turnedOff,
  turnedOn,
  valuesAt,
  worseIn,
  worsened,
} from "../settings.ts";
import { hasReferred, hasUnit } from "../whole.ts";
import { titleOf } from "./stateful.ts";

/** What keeps data from being lost by mistake, or lets it be restored, is less than it was. */
export const protectionWeakened: Rule = {
  id: "protection-weakened",
  severity: "high",
  consequence: "The next mistake loses data for good: nothing refuses to destroy it, or there is no copy to restore.",
  undo: "Put the protection back before anything else is changed. Backups that were deleted meanwhile do not come back.",
  judge: (evidence) =>
    evidence.changes.flatMap((change) => [
      ...worsened(change, SETTINGS),
      ...lifecycle(change),
      ...backupPlan(change),
      ...syncOptions(change),
      ...protectionGone(change, evidence),
    ]),
};

const off = (path: string): Setting => ({ path, isWorse: turnedOff });
const on = (path: string): Setting => ({ path, isWorse: turnedOn });
const fewer = (path: string, unset: number): Setting => ({ path, unset, isWorse: lowered });
const DATABASE = [off("deletion_protection"), on("skip_final_snapshot"), fewer("backup_retention_period", 1)];
/** Backup plans find stores by it. */
const BACKED_UP: Setting = { path: "tags.dodeca:backup", isWorse: dropped };

const SETTINGS: Readonly<Record<string, readonly Setting[]>> = {
  aws_db_instance: [...DATABASE, on("delete_automated_backups"), BACKED_UP],
  aws_docdb_cluster: [...DATABASE, BACKED_UP],
  aws_dynamodb_table: [
    off("deletion_protection_enabled"),
    off("point_in_time_recovery.enabled"),
    fewer("point_in_time_recovery.recovery_period_in_days", 35),
    BACKED_UP,
  ],
  aws_neptune_cluster: [...DATABASE, BACKED_UP],
  aws_neptune_global_cluster: [off("deletion_protection")],
  aws_ecr_repository: [
    on("force_delete"),
    { path: "image_tag_mutability", isWorse: worseIn("IMMUTABLE", "MUTABLE", undefined), severity: "medium" },
  ],
  aws_efs_file_system: [BACKED_UP],
  aws_eks_cluster: [off("deletion_protection")],
  aws_elasticache_replication_group: [fewer("snapshot_retention_limit", 0)],
  aws_keyspaces_table: [{ path: "point_in_time_recovery.status", isWorse: worseIn("ENABLED", "DISABLED", undefined) }],
  aws_kms_key: [{ path: "deletion_window_in_days", unset: 30, isWorse: lowered, severity: "medium" }],
  aws_lb: [{ path: "enable_deletion_protection", isWorse: turnedOff, severity: "medium" }],
  aws_rds_cluster: [...DATABASE, on("delete_automated_backups"), BACKED_UP],
  aws_rds_global_cluster: [off("deletion_protection"), on("force_destroy")],
  aws_route53_zone: [on("force_destroy")],
  aws_s3_bucket: [on("force_destroy"), off("object_lock_enabled"), BACKED_UP],
  aws_s3_bucket_replication_configuration: [
    { path: "rule.*.status", isWorse: worseIn("Enabled", "Disabled"), severity: "medium" },
  ],
  aws_s3_bucket_versioning: [
    { path: "versioning_configuration.status", isWorse: worseIn("Enabled", "Suspended", "Disabled", undefined) },
    { path: "versioning_configuration.mfa_delete", isWorse: worseIn("Enabled", "Disabled", undefined) },
  ],
  aws_secretsmanager_secret: [{ path: "recovery_window_in_days", unset: 30, isWorse: lowered, severity: "medium" }],
  PersistentVolume: [
    { path: "spec.persistentVolumeReclaimPolicy", isWorse: worseIn("Retain", "Recycle", "Delete", undefined) },
  ],
  StorageClass: [{ path: "reclaimPolicy", isWorse: worseIn("Retain", "Delete", undefined) }],
};

/** Terraform refuses to destroy what has `prevent_destroy`, whatever it is. */
const lifecycle = (change: Change): Suspicion[] =>
  worsened(change, { [change.node.type]: change.node.kind === "resource" ? [off("lifecycle.prevent_destroy")] : [] });

/** A rule of a backup plan that is gone, or runs less often. */
function backupPlan(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "aws_backup_plan" || before === undefined || kind === "removed") return [];
  const rules = (of: typeof node): ReadonlyMap<string, unknown> =>
    new Map(list(of.body["rule"]).map((rule) => [text(at(rule, "rule_name")) ?? "", rule]));
  const now = rules(node);
  return [...rules(before)].flatMap(([name, rule]): Suspicion[] => {
    const is = now.get(name);
    if (is === undefined)
      return [{ change, what: `${titleOf(node)} has no rule ${name} any more: it ran ${shown(at(rule, "schedule"))}` }];
    const lost = list(at(rule, "copy_action")).length - list(at(is, "copy_action")).length;
    return [
      ...(lost > 0 ? [{ change, what: `${titleOf(node)} has rule ${name} make ${lost} copies fewer elsewhere` }] : []),
      ...(runsOf(at(is, "schedule")) < runsOf(at(rule, "schedule"))
        ? [
            {
              change,
              what: `${titleOf(node)} has rule ${name} run ${shown(at(is, "schedule"))} and no longer ${shown(at(rule, "schedule"))}`,
            },
          ]
        : []),
    ];
  });
}

/** How often a schedule runs in a month, roughly. */
function runsOf(schedule: unknown): number {
  const [, amount, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(schedule)) ?? [];
  if (amount !== undefined) return (30 * (PER_DAY[unit] ?? 1)) / Number(amount);
  const [, fields = ""] = /^cron\((.+)\)$/.exec(String(schedule)) ?? [];
  const [, hours = "0", days = "*", months = "*", weekdays = "?"] = fields.split(" ");
  const inMonth = isAny(days) ? (isAny(weekdays) ? 30 : countOf(weekdays, 7) * 4) : countOf(days, 30);
  return countOf(hours, 24) * inMonth * (isAny(months) ? 1 : countOf(months, 12) / 12);
}

const PER_DAY: Readonly<Record<string, number>> = { minute: 1440, hour: 24, day: 1 };
const isAny = (field: string): boolean => field === "*" || field === "?";

/** How many values a field of a schedule stands for, of as many as there are. */
function countOf(field: string, all: number): number {
  if (isAny(field)) return all;
  const step = /^[^/]+\/(\d+)$/.exec(field)?.[1];
  return step === undefined ? field.split(",").length : all / Number(step);
}

const OPTIONS = "argocd.argoproj.io/sync-options";
const CONFIRMED = /^(?:Prune|Delete)=(?:confirm|false)$/;

/** What Argo CD asked a person for, or never did, before it deletes something. */
function syncOptions(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (node.kind !== "object" || before === undefined || kind === "removed") return [];
  const options = (of: typeof node): readonly string[] =>
    (text(at(of.body, "metadata", "annotations", OPTIONS)) ?? "").split(",").map((one) => one.trim());
  const now = options(node);
  const lost = options(before).filter(
    (one) =>
      CONFIRMED.test(one) && !now.some((other) => CONFIRMED.test(other) && other.split("=")[0] === one.split("=")[0]),
  );
  const prunes = [...valuesAt(node, "spec.syncPolicy.automated.prune").values()][0];
  const pruned = [...valuesAt(before, "spec.syncPolicy.automated.prune").values()][0];
  return [
    ...(lost.length === 0
      ? []
      : [
          {
            change,
            what: `${titleOf(node)} is deleted without asking: it had ${lost.join(",")} and has ${now.filter((one) => one !== "").join(",") || "nothing"}`,
          },
        ]),
    ...(node.type === "Application" && prunes === true && pruned !== true
      ? [
          {
            change,
            severity: "medium" as const,
            what: `${titleOf(node)} has what is gone from its source deleted; before it was kept`,
          },
        ]
      : []),
  ];
}

/** What a protection is for, by type of the protection that is a resource of its own. */
const PROTECTIONS: Readonly<Record<string, { readonly of: string; readonly was: string }>> = {
  aws_backup_plan: { of: "", was: "nothing is backed up by it any more" },
  aws_backup_selection: { of: "plan_id", was: "the backup plan has nothing to back up" },
  aws_backup_vault_lock_configuration: { of: "backup_vault_name", was: "recovery points can be deleted" },
  aws_dynamodb_table_replica: { of: "global_table_arn", was: "the table has one copy fewer" },
  aws_s3_bucket_object_lock_configuration: { of: "bucket", was: "objects can be deleted" },
  aws_s3_bucket_replication_configuration: { of: "bucket", was: "objects are not copied to other regions" },
  aws_s3_bucket_versioning: { of: "bucket", was: "what is overwritten or deleted is gone" },
};

function protectionGone(change: Change, { after }: Evidence): Suspicion[] {
  const { node, kind } = change;
  const protection = PROTECTIONS[node.type];
  if (kind !== "removed" || protection === undefined) return [];
  const isNeeded = protection.of === "" ? hasUnit(after, node) : hasReferred(after, node, node.body[protection.of]);
  return isNeeded ? [{ change, what: `${titleOf(node)} is gone: ${protection.was}` }] : [];
}
