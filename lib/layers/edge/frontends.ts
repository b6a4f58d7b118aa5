import type { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import type { CodebuildProject } from "@cdktn/provider-aws/lib/codebuild-project/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { fillsFolder, trustsGithub } from "../common/github.ts";
import { policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { AssetPublisher, INCOMING } from "./publisher.ts";
import type { StaticAssets } from "./static-assets.ts";

export interface FrontendsProps {
  readonly place: Place;
  readonly assets: StaticAssets;
  readonly distribution: CloudfrontDistribution;
}

/**
 * Frontends that are released apart: each has a role that its own repository assumes without a key, which uploads into the
 * frontend's own folder and starts the build that publishes it, and can do nothing else.
 */
export class Frontends extends Construct {
  constructor(stack: Stack, id: string, { place, assets, distribution }: FrontendsProps) {
    super(stack, id);
    const bucket = `${stack.arn}:s3:::${assets.name}`;
    for (const [name, source] of Object.entries(place.blueprint.layers.edge.frontends ?? {})) {
      const { project } = new AssetPublisher(stack, `publisher-${name}`, {
        place,
        assets,
        distribution,
        frontend: name,
      });
      const role = new IamRole(this, name, {
        name: nameOf(place, "aws_iam_role", "publish", name),
        description: `Publishes the frontend ${name}`,
        maxSessionDuration: 3600,
        assumeRolePolicy: trustsGithub(stack, source),
      });
      new IamRolePolicy(this, `${name}-policy`, {
        name: "publish",
        role: role.name,
        policy: policy(statements(bucket, name, project)),
      });
      encodes("client.patterns.micro-frontends", role);
    }
  }
}

/** What a frontend's pipeline may do: fill its own folder of what is to be published, and have it published. */
const statements = (bucket: string, name: string, project: CodebuildProject) => [
  ...fillsFolder(bucket, `${INCOMING}/${name}`, ["s3:PutObject", "s3:DeleteObject"]),
  { sid: "Publish", actions: ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], resources: [project.arn] },
];
