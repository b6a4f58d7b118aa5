import type { GithubBranch } from "../../model/github-repository.ts";
import { policyWithoutResource, type Statement } from "./policy.ts";
import type { Stack } from "./stack.ts";

const GITHUB = "token.actions.githubusercontent.com";

/** Trust policy of a role that workflows of one branch of one repository assume, through the account's OIDC provider. */
export const trustsGithub = (stack: Stack, { repository, branch = "main" }: GithubBranch): string =>
  policyWithoutResource([
    {
      actions: ["sts:AssumeRoleWithWebIdentity"],
      principals: { Federated: [`${stack.arn}:iam::${stack.account.id}:oidc-provider/${GITHUB}`] },
      conditions: {
        StringEquals: {
          [`${GITHUB}:aud`]: "sts.amazonaws.com",
          [`${GITHUB}:sub`]: `repo:${repository}:ref:refs/heads/${branch}`,
        },
      },
    },
  ]);

/** What fills one folder of a bucket and sees what is in it, and nothing beside it. @param bucket its ARN */
export const fillsFolder = (bucket: string, folder: string, actions: readonly string[]): readonly Statement[] => [
  { sid: "Upload", actions, resources: [`${bucket}/${folder}/*`] },
  {
    sid: "Compare",
    actions: ["s3:ListBucket"],
    resources: [bucket],
    conditions: { StringLike: { "s3:prefix": [`${folder}/*`] } },
  },
];
