import { KmsAlias } from "@cdktn/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktn/provider-aws/lib/kms-key/index.js";
import { S3Bucket } from "@cdktn/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktn/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktn/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktn/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktn/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktn/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktn/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";
import { accountOwnsKey, policy } from "../common/policy.ts";
import { type Stack, stateBucket } from "../common/stack.ts";
import { EVENTS_WAIVER, waives } from "../common/waivers.ts";

/**
 * The bucket that holds the states of an account's stacks in a region: versioned and encrypted with a key of its own.
 * One for each region, so that losing a region blocks no other. It can only be emptied by hand.
 */
export class StateBucket extends Construct {
  constructor(stack: Stack, id: string) {
    super(stack, id);
    const name = stateBucket(stack.account, stack.region);
    const key = new KmsKey(this, "key", {
      description: "Terraform states",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policy([accountOwnsKey(stack)]),
      lifecycle: { preventDestroy: true },
    });
    new KmsAlias(this, "key-alias", { name: "alias/dodeca-state", targetKeyId: key.keyId });
    const bucket = new S3Bucket(this, "Resource", { bucket: name, lifecycle: { preventDestroy: true } });
    waives(bucket, EVENTS_WAIVER, {
      check: "CKV_AWS_144",
      reason: "each region has a bucket of its own: without the region its states are of no use",
    });
    new S3BucketVersioningA(this, "versioning", { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
        },
      ],
    });
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    new S3BucketPolicy(this, "policy", {
      bucket: bucket.id,
      policy: policy([
        {
          sid: "OnlyTls",
          effect: "Deny",
          principals: { "*": [] },
          actions: ["s3:*"],
          resources: [`${stack.arn}:s3:::${name}`, `${stack.arn}:s3:::${name}/*`],
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
      dependsOn: [block],
    });
    // Old states are kept for a quarter: long enough to find out what went wrong.
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: 90 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
  }
}
