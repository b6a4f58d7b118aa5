import { S3Bucket } from "@cdktn/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktn/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktn/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktn/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktn/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktn/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktn/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { policy, type Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { EVENTS_WAIVER, waives } from "../common/waivers.ts";

export interface PrivateBucketProps {
  readonly stack: Stack;
  readonly place: Place;
  /** What it holds; part of its name. */
  readonly holds: string;
  /** ARN of the key that encrypts it. @default S3's own, for what anybody may have */
  readonly keyArn?: string;
  /** Why one region is enough for it. */
  readonly inOneRegion: string;
  /** Days after which an object goes. @default never */
  readonly expireAfter?: number;
  /** @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A bucket of what clients stand on: private, versioned, encrypted with a key of the product, reached over TLS alone. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly versioning: S3BucketVersioningA;
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly block: S3BucketPublicAccessBlock;
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { stack, place, holds, keyArn, inOneRegion, expireAfter, tags } = props;
    this.name = nameOf(place, "aws_s3_bucket", holds);
    this.arn = `${stack.arn}:s3:::${this.name}`;
    this.bucket = new S3Bucket(this, "Resource", {
      bucket: this.name,
      ...(tags === undefined ? {} : { tags: { ...tags } }),
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    waives(this.bucket, EVENTS_WAIVER, { check: "CKV_AWS_144", reason: inOneRegion });
    if (keyArn === undefined)
      waives(this.bucket, { check: "CKV_AWS_145", reason: "what anybody may download needs no key of its own" });
    this.versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: this.bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    this.encryption = new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.bucket.id,
      rule: [
        {
          ...(keyArn === undefined
            ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
            : {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
                bucketKeyEnabled: true,
              }),
        },
      ],
    });
    this.block = new S3BucketPublicAccessBlock(this, "public-access", {
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
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.bucket.id,
      rule: [
        {
          id: "age",
          status: "Enabled",
          filter: [{ prefix: "" }],
          ...(expireAfter === undefined ? {} : { expiration: [{ days: expireAfter }] }),
          noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [this.versioning],
    });
  }

  /** Says who may reach it besides the account's own roles, and how: nobody without TLS. */
  admit(...statements: readonly Statement[]): this {
    new S3BucketPolicy(this, "policy", {
      bucket: this.bucket.id,
      policy: policy([
        ...statements,
        {
          sid: "OnlyTls",
          effect: "Deny",
          principals: { "*": [] },
          actions: ["s3:*"],
          resources: [this.arn, `${this.arn}/*`],
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
      dependsOn: [this.block],
    });
    return this;
  }
}
