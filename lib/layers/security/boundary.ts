import { IamPolicy } from "@cdktn/provider-aws/lib/iam-policy/index.js";
import { Construct } from "constructs";
import { policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { WORKLOAD_BOUNDARY } from "./contract.ts";

/** Checks of what a policy grants. */
const OF_GRANTS = [
  "CKV2_AWS_40",
  "CKV_AWS_62",
  "CKV_AWS_63",
  "CKV_AWS_286",
  "CKV_AWS_287",
  "CKV_AWS_288",
  "CKV_AWS_289",
  "CKV_AWS_290",
  "CKV_AWS_355",
];

/**
 * The most that a workload's role can ever do, whatever its own policy says: use services, never change identities, keys,
 * accounts or the trail of what happened.
 */
export class WorkloadBoundary extends Construct {
  constructor(stack: Stack, id: string) {
    super(stack, id);
    const reason = "a permissions boundary grants nothing: roles may do what their own policies and it both allow";
    waives(this, ...OF_GRANTS.map((check) => ({ check, reason })));
    new IamPolicy(this, "Resource", {
      name: WORKLOAD_BOUNDARY,
      description: "Bounds the roles of workloads",
      policy: policy([
        { sid: "Use", actions: ["*"], resources: ["*"] },
        {
          sid: "NeverGovern",
          effect: "Deny",
          actions: [
            "account:*",
            "aws-portal:*",
            "billing:*",
            "cloudtrail:*",
            "config:*",
            "guardduty:*",
            "iam:*",
            "organizations:*",
            "sso:*",
            "sso-directory:*",
          ],
          resources: ["*"],
        },
        {
          sid: "NeverLoseKeys",
          effect: "Deny",
          actions: [
            "kms:CreateKey",
            "kms:DeleteImportedKeyMaterial",
            "kms:DisableKey",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
          ],
          resources: ["*"],
        },
        {
          sid: "NeverLoseBackups",
          effect: "Deny",
          actions: [
            "backup:DeleteBackupVault",
            "backup:DeleteRecoveryPoint",
            "rds:DeleteDBCluster",
            "rds:DeleteDBInstance",
            "dynamodb:DeleteTable",
            "s3:DeleteBucket",
            "s3:PutBucketPolicy",
          ],
          resources: ["*"],
        },
      ]),
    });
  }
}
