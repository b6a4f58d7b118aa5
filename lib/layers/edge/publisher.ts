import type { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { CodebuildProject } from "@cdktn/provider-aws/lib/codebuild-project/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { Construct } from "constructs";
import { nameOf, ownerOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { CONTENT_KINDS } from "./content-kinds.ts";
import type { StaticAssets } from "./static-assets.ts";

/** Folder of what is to be published: no behavior of the CDN leads there. */
export const INCOMING = "incoming";

export interface AssetPublisherProps {
  readonly place: Place;
  readonly assets: StaticAssets;
  readonly distribution: CloudfrontDistribution;
  readonly frontend: string;
}

/**
 * The last step of a frontend's release: a build that copies what was uploaded to where the CDN serves it, with the headers of
 * its kind and the frontend's tag, and then purges what keeps its name from every edge. Old files stay, as pages that are open
 * still ask for them. $0.0034 a minute.
 */
export class AssetPublisher extends Construct {
  readonly project: CodebuildProject;

  constructor(stack: Stack, id: string, { place, assets, distribution, frontend }: AssetPublisherProps) {
    super(stack, id);
    const { blueprint, environment } = ownerOf(place);
    const bucket = `${stack.arn}:s3:::${assets.name}`;
    const retention = place.blueprint.layers.observability.logRetention;
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/dodeca/${blueprint}/${environment}/edge/publish-${frontend}`,
      retentionInDays: retention,
    });
    waives(logs, ...retentionWaivers(retention), {
      check: "CKV_AWS_158",
      reason: "a key of AWS encrypts it: products need not live in the home region, where what is global is",
    });
    const role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", "publisher", frontend),
      description: `The build that publishes the frontend ${frontend}`,
      assumeRolePolicy: trusts("codebuild.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    new IamRolePolicy(this, "policy", {
      name: "build",
      role: role.name,
      policy: policy([
        { sid: "Logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logs.arn}:*`] },
        { sid: "Read", actions: ["s3:GetObject"], resources: [`${bucket}/${INCOMING}/${frontend}/*`] },
        { sid: "Write", actions: ["s3:PutObject"], resources: [`${bucket}/static/${frontend}/*`] },
        {
          sid: "List",
          actions: ["s3:ListBucket"],
          resources: [bucket],
          conditions: { StringLike: { "s3:prefix": [`${INCOMING}/${frontend}/*`, `static/${frontend}/*`] } },
        },
        { sid: "Purge", actions: ["cloudfront:CreateInvalidation"], resources: [distribution.arn] },
      ]),
    });
    this.project = new CodebuildProject(this, "Resource", {
      name: nameOf(place, "aws_codebuild_project", "publish", frontend),
      description: `Publishes the frontend ${frontend} and purges what it replaces`,
      serviceRole: role.arn,
      buildTimeout: 10,
      artifacts: { type: "NO_ARTIFACTS" },
      environment: {
        type: "ARM_CONTAINER",
        computeType: "BUILD_GENERAL1_SMALL",
        image: "aws/codebuild/amazonlinux-aarch64-standard:3.0",
        environmentVariable: [{ name: "DISTRIBUTION", value: distribution.id }],
      },
      logsConfig: { cloudwatchLogs: { groupName: logs.name } },
      source: { type: "NO_SOURCE", buildspec: buildspec(assets.name, frontend) },
    });
    encodes("edge.cdn.purge", this.project);
    encodes("edge.static-cache.tags", this.project);
    encodes("client.patterns.micro-frontends", this.project);
  }
}

/** The build's steps. What has a digest in its name comes first: the entry, which names it, is copied when it is there. */
export function buildspec(bucket: string, frontend: string): string {
  const copy = (what: string, cacheControl: string): string =>
    [
      `aws s3 cp "s3://${bucket}/${INCOMING}/${frontend}/" "s3://${bucket}/static/${frontend}/" --recursive`,
      what,
      `--cache-control "${cacheControl}"`,
      `--metadata "cache-tag=${frontend}" --metadata-directive REPLACE`,
    ].join(" ");
  const entry = "remoteEntry.js";
  return JSON.stringify({
    version: "0.2",
    phases: {
      build: {
        commands: [
          copy(`--exclude "${entry}" --exclude "*/${entry}"`, CONTENT_KINDS.scripts.cacheControl),
          copy(`--exclude "*" --include "${entry}" --include "*/${entry}"`, CONTENT_KINDS.remotes.cacheControl),
          `aws cloudfront create-invalidation --distribution-id "$DISTRIBUTION" --paths "/static/${frontend}/*"`,
        ],
      },
    },
  });
}
