import type { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudfrontOriginAccessControl } from "@cdktn/provider-aws/lib/cloudfront-origin-access-control/index.js";
import { S3Bucket } from "@cdktn/provider-aws/lib/s3-bucket/index.js";
import { S3BucketOwnershipControls } from "@cdktn/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktn/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktn/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktn/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktn/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { EVENTS_WAIVER, waives } from "../common/waivers.ts";

/** A product's static assets: a private bucket that only its own distribution reads. */
export class StaticAssets extends Construct {
  readonly bucket: S3Bucket;
  readonly access: CloudfrontOriginAccessControl;
  readonly name: string;
  private readonly stack: Stack;

  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    this.stack = stack;
    this.name = nameOf(place, "aws_s3_bucket", "static");
    this.bucket = new S3Bucket(this, "Resource", {
      bucket: this.name,
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    waives(
      this.bucket,
      EVENTS_WAIVER,
      { check: "CKV_AWS_144", reason: "assets are built, and can be published again from their repository" },
      { check: "CKV_AWS_145", reason: "what anybody may download needs no key of its own" },
    );
    new S3BucketVersioningA(this, "versioning", {
      bucket: this.bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: this.bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket: this.bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    this.access = new CloudfrontOriginAccessControl(this, "access", {
      name: nameOf(place, "aws_cloudfront_origin_access_control", "static"),
      description: "Signs requests for static assets",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    encodes("client.web.hosting", this.bucket, block, this.access);
  }

  /** Lets one distribution read, and nobody without TLS. */
  grant(distribution: CloudfrontDistribution): void {
    const arn = `${this.stack.arn}:s3:::${this.name}`;
    const readers = new S3BucketPolicy(this, "policy", {
      bucket: this.bucket.id,
      policy: policy([
        {
          sid: "Distribution",
          principals: { Service: ["cloudfront.amazonaws.com"] },
          actions: ["s3:GetObject"],
          resources: [`${arn}/*`],
          conditions: { StringEquals: { "AWS:SourceArn": distribution.arn } },
        },
        {
          sid: "OnlyTls",
          effect: "Deny",
          principals: { "*": [] },
          actions: ["s3:*"],
          resources: [arn, `${arn}/*`],
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    });
    encodes("client.web.hosting", readers);
  }
}
