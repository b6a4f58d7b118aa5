import type { Tier } from "../../model/environment.ts";
import type { Waiver } from "../common/waivers.ts";

/** Days that automatic backups are kept. */
export const backupDays = (tier: Tier): number => ({ dev: 1, staging: 7, prod: 35 })[tier];

/** Whether a store is guarded against deletion, by AWS and by Terraform. */
export const guarded = (tier: Tier): boolean => tier === "prod";

/** Of database clusters: what the tier leaves unguarded. */
export const deletionWaivers = (tier: Tier): readonly Waiver[] =>
  guarded(tier)
    ? []
    : [{ check: "CKV_AWS_139", reason: "its environment is taken down with its data: stores are guarded in prod" }];

/** Of graphs: the same. */
export const graphWaivers = (tier: Tier): readonly Waiver[] => [
  ...(backupDays(tier) >= 7
    ? []
    : [{ check: "CKV_AWS_361", reason: `backups are kept for ${backupDays(tier)} day: its data can be made again` }]),
  ...(guarded(tier)
    ? []
    : [{ check: "CKV2_AWS_58", reason: "its environment is taken down with its data: stores are guarded in prod" }]),
];

/** Of document stores: backups that are kept for less than a week. */
export const backupWaivers = (tier: Tier): readonly Waiver[] =>
  backupDays(tier) >= 7
    ? []
    : [{ check: "CKV_AWS_360", reason: `backups are kept for ${backupDays(tier)} day: its data can be made again` }];
