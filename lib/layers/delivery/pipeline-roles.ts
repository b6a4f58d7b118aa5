import { IamOpenidConnectProvider } from "@cdktn/provider-aws/lib/iam-openid-connect-provider/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktn/provider-aws/lib/iam-role-policy-attachment/index.js";
import { Construct } from "constructs";
import type { AccountPlace } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { policy, policyWithoutResource } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { type Waiver, waives } from "../common/waivers.ts";

const GITHUB = "token.actions.githubusercontent.com";

/** Names of the roles that the pipeline assumes in every account. */
export const PIPELINE_ROLES = { plan: "dodeca-plan", apply: "dodeca-apply" } as const;

const ADMINISTRATOR_WAIVER: Waiver = {
  check: "CKV_AWS_274",
  reason: "Terraform makes roles and everything else; only merged code may assume it, in this account's environment",
};

/**
 * Who may plan and who may apply from the pipeline: GitHub's own identities, without keys. Pull requests assume a role
 * that reads; only the environment of this account on the applied branch assumes the one that writes.
 */
export class PipelineRoles extends Construct {
  constructor(stack: Stack, id: string, place: AccountPlace) {
    super(stack, id);
    const repositories = [
      ...new Set(place.deployments.flatMap(({ blueprint }) => blueprint.layers.delivery.repository ?? [])),
    ].sort((a, b) => (a < b ? -1 : 1));
    if (repositories.length === 0) return;
    const providerArn = `${stack.arn}:iam::${stack.account.id}:oidc-provider/${GITHUB}`;
    const provider = place.account.hasGithubProvider
      ? undefined
      : new IamOpenidConnectProvider(this, "github", {
          url: `https://${GITHUB}`,
          clientIdList: ["sts.amazonaws.com"],
          thumbprintList: ["6938fd4d98bab03faadb97b34396831e3780aea1"],
        });
    const role = (name: keyof typeof PIPELINE_ROLES, subjects: readonly string[], description: string): IamRole =>
      new IamRole(this, name, {
        name: PIPELINE_ROLES[name],
        description,
        maxSessionDuration: 3600,
        assumeRolePolicy: policyWithoutResource([
          {
            actions: ["sts:AssumeRoleWithWebIdentity"],
            principals: { Federated: [provider?.arn ?? providerArn] },
            conditions: {
              StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" },
              StringLike: { [`${GITHUB}:sub`]: subjects },
            },
          },
        ]),
      });
    const plan = role(
      "plan",
      repositories.map((repository) => `repo:${repository}:pull_request`),
      "Plans in pull requests: reads only",
    );
    new IamRolePolicyAttachment(this, "plan-read", {
      role: plan.name,
      policyArn: `${stack.arn}:iam::aws:policy/ReadOnlyAccess`,
    });
    new IamRolePolicy(this, "plan-state", { name: "state", role: plan.name, policy: policy(planStatements(stack)) });
    const apply = role(
      "apply",
      repositories.map((repository) => `repo:${repository}:environment:${place.account.name}`),
      "Applies what was merged",
    );
    const administrator = new IamRolePolicyAttachment(this, "apply-administrator", {
      role: apply.name,
      policyArn: `${stack.arn}:iam::aws:policy/AdministratorAccess`,
    });
    for (const one of [apply, administrator]) waives(one, ADMINISTRATOR_WAIVER);
    encodes("delivery.ci.actions", plan, apply, ...(provider === undefined ? [] : [provider]));
    encodes("foundation.devops.cicd", plan, apply, ...(provider === undefined ? [] : [provider]));
  }
}

/** A plan takes the lock of a state and reads it; it never reads what secrets hold. */
function planStatements(stack: Stack) {
  const states = `${stack.arn}:s3:::dodeca-state-${stack.account.id}-*`;
  return [
    { sid: "States", actions: ["s3:GetObject", "s3:ListBucket"], resources: [states, `${states}/*`] },
    { sid: "Locks", actions: ["s3:PutObject", "s3:DeleteObject"], resources: [`${states}/*.tflock`] },
    {
      sid: "Decrypt",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [`${stack.arn}:kms:*:${stack.account.id}:key/*`],
      conditions: { StringLike: { "kms:ViaService": "s3.*.amazonaws.com" } },
    },
    {
      sid: "NoSecrets",
      effect: "Deny" as const,
      actions: [
        "secretsmanager:GetSecretValue",
        "kinesis:GetRecords",
        "dynamodb:GetItem",
        "dynamodb:Scan",
        "dynamodb:Query",
      ],
      resources: ["*"],
    },
  ];
}
