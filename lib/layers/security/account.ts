import { AccessanalyzerAnalyzer } from "@cdktn/provider-aws/lib/accessanalyzer-analyzer/index.js";
import { Cloudtrail } from "@cdktn/provider-aws/lib/cloudtrail/index.js";
import { EbsEncryptionByDefault } from "@cdktn/provider-aws/lib/ebs-encryption-by-default/index.js";
import { GuarddutyDetector } from "@cdktn/provider-aws/lib/guardduty-detector/index.js";
import { GuarddutyDetectorFeature } from "@cdktn/provider-aws/lib/guardduty-detector-feature/index.js";
import { IamAccountPasswordPolicy } from "@cdktn/provider-aws/lib/iam-account-password-policy/index.js";
import { KmsAlias } from "@cdktn/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktn/provider-aws/lib/kms-key/index.js";
import { S3AccountPublicAccessBlock } from "@cdktn/provider-aws/lib/s3-account-public-access-block/index.js";
import { S3Bucket } from "@cdktn/provider-aws/lib/s3-bucket/index.js";
import { S3BucketPolicy } from "@cdktn/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktn/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktn/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktn/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";
import type { AccountPlace } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { accountOwnsKey, policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { EVENTS_WAIVER, waives } from "../common/waivers.ts";
import { WorkloadBoundary } from "./boundary.ts";

/** What is set once for a whole account: public access off, password rules, the bound of workloads, the trail. */
export class AccountGuards extends Construct {
  constructor(stack: Stack, id: string, place: AccountPlace) {
    super(stack, id);
    new S3AccountPublicAccessBlock(this, "public-access", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new IamAccountPasswordPolicy(this, "passwords", {
      minimumPasswordLength: 16,
      requireLowercaseCharacters: true,
      requireUppercaseCharacters: true,
      requireNumbers: true,
      requireSymbols: true,
      passwordReusePrevention: 24,
      maxPasswordAge: 90,
      allowUsersToChangePassword: true,
    });
    new WorkloadBoundary(stack, "workload-boundary");
    if (!place.account.managedByOrganization) this.trail(stack);
  }

  /** Who did what, in every region, kept where nobody rewrites it. */
  private trail(stack: Stack): void {
    const name = `dodeca-trail-${stack.account.id}`;
    const arn = `${stack.arn}:s3:::${name}`;
    const trailArn = stack.arnOf("cloudtrail", "trail/dodeca");
    const key = this.trailKey(stack, trailArn);
    const bucket = new S3Bucket(this, "trail-bucket", { bucket: name, lifecycle: { preventDestroy: true } });
    waives(bucket, EVENTS_WAIVER, {
      check: "CKV_AWS_144",
      reason: "it has the events of every region; who needs them twice has an organization's trail in another account",
    });
    new S3BucketVersioningA(this, "trail-versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "trail-encryption", {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
        },
      ],
    });
    const block = new S3BucketPublicAccessBlock(this, "trail-public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const allowed = new S3BucketPolicy(this, "trail-policy", {
      bucket: bucket.id,
      policy: policy([
        {
          sid: "Look",
          principals: { Service: ["cloudtrail.amazonaws.com"] },
          actions: ["s3:GetBucketAcl"],
          resources: [arn],
          conditions: { StringEquals: { "aws:SourceArn": trailArn } },
        },
        {
          sid: "Write",
          principals: { Service: ["cloudtrail.amazonaws.com"] },
          actions: ["s3:PutObject"],
          resources: [`${arn}/AWSLogs/${stack.account.id}/*`],
          conditions: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
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
      dependsOn: [block],
    });
    const trail = new Cloudtrail(this, "trail", {
      name: "dodeca",
      s3BucketName: bucket.id,
      kmsKeyId: key.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      dependsOn: [allowed],
    });
    waives(
      trail,
      {
        check: "CKV2_AWS_10",
        reason: "GuardDuty reads its events itself; a copy in log groups is paid for by gigabyte",
      },
      {
        check: "CKV_AWS_252",
        reason: "nobody acts on the delivery of a file; GuardDuty says what is suspicious in it",
      },
    );
  }

  /** What encrypts the trail: the service writes with it, whom IAM allows reads. */
  private trailKey(stack: Stack, trailArn: string): KmsKey {
    const key = new KmsKey(this, "trail-key", {
      description: "The trail",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policy([
        accountOwnsKey(stack),
        {
          sid: "Trail",
          principals: { Service: ["cloudtrail.amazonaws.com"] },
          actions: ["kms:GenerateDataKey*"],
          resources: ["*"],
          conditions: {
            StringEquals: { "aws:SourceArn": trailArn, "kms:EncryptionContext:aws:cloudtrail:arn": trailArn },
          },
        },
        {
          sid: "Describe",
          principals: { Service: ["cloudtrail.amazonaws.com"] },
          actions: ["kms:DescribeKey"],
          resources: ["*"],
          conditions: { StringEquals: { "aws:SourceArn": trailArn } },
        },
      ]),
      lifecycle: { preventDestroy: true },
    });
    new KmsAlias(this, "trail-key-alias", { name: "alias/dodeca-trail", targetKeyId: key.keyId });
    return key;
  }
}

/** What is set once in each region of an account: encrypted volumes, threat detection, analysis of access from outside. */
export class RegionGuards extends Construct {
  constructor(stack: Stack, id: string, place: AccountPlace) {
    super(stack, id);
    const volumes = new EbsEncryptionByDefault(this, "volumes", { enabled: true });
    encodes("security.encryption.disk", volumes);
    new AccessanalyzerAnalyzer(this, "access", { analyzerName: "dodeca", type: "ACCOUNT" });
    if (place.account.managedByOrganization) return;
    const detector = new GuarddutyDetector(this, "detector", {
      enable: true,
      findingPublishingFrequency: "FIFTEEN_MINUTES",
    });
    waives(detector, {
      check: "CKV2_AWS_3",
      reason: "the account stands alone: an organization that manages GuardDuty says managedByOrganization",
    });
    for (const name of ["EKS_AUDIT_LOGS", "S3_DATA_EVENTS", "RDS_LOGIN_EVENTS"]) {
      new GuarddutyDetectorFeature(this, name.toLowerCase().replaceAll("_", "-"), {
        detectorId: detector.id,
        name,
        status: "ENABLED",
      });
    }
  }
}
