import type { Tier } from "../../model/environment.ts";

/** Days that automatic backups are kept. */
export const backupDays = (tier: Tier): number => ({ dev: 1, staging: 7, prod: 35 })[tier];

/** Whether a store is guarded against deletion, by AWS and by Terraform. */
export const guarded = (tier: Tier): boolean => tier === "prod";
