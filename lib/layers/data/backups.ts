import { BackupPlan } from "@cdktn/provider-aws/lib/backup-plan/index.js";
import { BackupSelection } from "@cdktn/provider-aws/lib/backup-selection/index.js";
import { BackupVault } from "@cdktn/provider-aws/lib/backup-vault/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicyAttachment } from "@cdktn/provider-aws/lib/iam-role-policy-attachment/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import { trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";
import { backupDays, guarded } from "./defaults.ts";

/**
 * Daily backups of every store of the product that carries the tag, beside what each store keeps by itself: in a vault
 * that outlives the store. Weekly ones are kept for a year in prod.
 */
export class Backups extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const { tier } = place.deployment;
    const vault = new BackupVault(this, "vault", {
      name: nameOf(place, "aws_backup_vault", "stores"),
      kmsKeyArn: read(stack, keysOf(place)).data,
      lifecycle: { preventDestroy: guarded(tier) },
    });
    const plan = new BackupPlan(this, "Resource", {
      name: nameOf(place, "aws_backup_plan", "stores"),
      rule: [
        {
          ruleName: "daily",
          targetVaultName: vault.name,
          schedule: "cron(0 5 * * ? *)",
          startWindow: 60,
          completionWindow: 480,
          lifecycle: { deleteAfter: backupDays(tier) },
        },
        ...(tier === "prod"
          ? [
              {
                ruleName: "weekly",
                targetVaultName: vault.name,
                schedule: "cron(0 6 ? * SUN *)",
                startWindow: 60,
                completionWindow: 720,
                lifecycle: { coldStorageAfter: 30, deleteAfter: 365 },
              },
            ]
          : []),
      ],
    });
    const role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", "backup"),
      description: "Backs up the product's stores",
      assumeRolePolicy: trusts("backup.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    for (const name of ["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"]) {
      new IamRolePolicyAttachment(this, name, {
        role: role.name,
        policyArn: `${stack.arn}:iam::aws:policy/service-role/${name}`,
      });
    }
    new BackupSelection(this, "selection", {
      name: "stores",
      planId: plan.id,
      iamRoleArn: role.arn,
      resources: ["*"],
      condition: [
        {
          stringEquals: [
            { key: "aws:ResourceTag/dodeca:backup", value: tier },
            { key: "aws:ResourceTag/dodeca:blueprint", value: place.deployment.name },
            { key: "aws:ResourceTag/dodeca:environment", value: place.deployment.environment },
          ],
        },
      ],
    });
  }
}
