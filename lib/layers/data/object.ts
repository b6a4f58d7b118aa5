import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { S3Bucket } from "@cdktn/provider-aws/lib/s3-bucket/index.js";
import { S3BucketCorsConfiguration } from "@cdktn/provider-aws/lib/s3-bucket-cors-configuration/index.js";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRuleTransition,
} from "@cdktn/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketNotification } from "@cdktn/provider-aws/lib/s3-bucket-notification/index.js";
import { S3BucketOwnershipControls } from "@cdktn/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktn/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktn/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketReplicationConfigurationA } from "@cdktn/provider-aws/lib/s3-bucket-replication-configuration/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktn/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktn/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";
import { domainOf, nameOf, type Place } from "../../model/place.ts";
import type { Region } from "../../model/regions.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import { EVENTS_WAIVER, waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";
import { bucketName } from "./contract.ts";
import { guarded } from "./defaults.ts";
import type { StoreProps } from "./store-network.ts";

type Objects = StoreOf<"object">;

/** The region to which a replicated bucket copies: the next one of the environment, so that each has one copy elsewhere. */
export function replicaOf(place: Place): Region | undefined {
  const codes = place.deployment.regions.map(({ region }) => region);
  const index = codes.findIndex(({ code }) => code === place.region.code);
  const next = codes[(index + 1) % codes.length];
  return next?.code === place.region.code ? undefined : next;
}

/** An object store: a private, versioned bucket, encrypted with the product's key, reached over TLS alone. */
export class ObjectBucket extends Construct {
  constructor(scope: Construct, id: string, props: StoreProps<Objects>) {
    super(scope, id);
    const { stack, place, name, store } = props;
    const bucketId = bucketName(place, name);
    const bucket = new S3Bucket(this, "Resource", {
      bucket: bucketId,
      tags: { "dodeca:backup": place.deployment.tier },
      lifecycle: { preventDestroy: guarded(place.deployment.tier) },
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: store.versioned ? "Enabled" : "Suspended" },
    });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: read(stack, keysOf(place)).data,
          },
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
    const arn = `${stack.arn}:s3:::${bucketId}`;
    new S3BucketPolicy(this, "policy", {
      bucket: bucket.id,
      policy: policy([
        {
          sid: "OnlyTls",
          effect: "Deny",
          principals: { "*": [] },
          actions: ["s3:*"],
          resources: [arn, `${arn}/*`],
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
          sid: "OnlyKms",
          effect: "Deny",
          principals: { "*": [] },
          actions: ["s3:PutObject"],
          resources: [`${arn}/*`],
          conditions: { StringNotEqualsIfExists: { "s3:x-amz-server-side-encryption": "aws:kms" } },
        },
      ]),
      dependsOn: [block],
    });
    this.lifecycle(bucket, store, versioning);
    if (store.uploads) this.uploads(bucket, place);
    else waives(bucket, EVENTS_WAIVER);
    const replica = store.replicated ? replicaOf(place) : undefined;
    if (replica === undefined)
      waives(bucket, {
        check: "CKV_AWS_144",
        reason: store.replicated ? "the environment has no other region" : "the blueprint asks for no copy elsewhere",
      });
    else this.replication(props, replica, bucket, versioning);
    encodes("security.encryption.s3", encryption);
    if (store.versioned && replica !== undefined)
      encodes("foundation.data.object-store", bucket, versioning, encryption, block);
  }

  private lifecycle(bucket: S3Bucket, store: Objects, versioning: S3BucketVersioningA): void {
    const { infrequentAccess, glacier, expire } = store.lifecycle;
    const transition: S3BucketLifecycleConfigurationRuleTransition[] = [
      ...(infrequentAccess === undefined ? [] : [{ days: infrequentAccess, storageClass: "STANDARD_IA" }]),
      ...(glacier === undefined ? [] : [{ days: glacier, storageClass: "GLACIER" }]),
    ];
    const configuration = new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "age",
          status: "Enabled",
          filter: [{ prefix: "" }],
          transition,
          ...(expire === undefined ? {} : { expiration: [{ days: expire }] }),
          noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [versioning],
    });
    if (infrequentAccess === 30 && glacier === 90) encodes("data.objectstore.lifecycle", configuration);
  }

  /** Browsers put objects with presigned URLs from the product's own pages; services hear of it over EventBridge. */
  private uploads(bucket: S3Bucket, place: Place): void {
    const domain = domainOf(place);
    if (domain !== undefined) {
      new S3BucketCorsConfiguration(this, "cors", {
        bucket: bucket.id,
        corsRule: [
          {
            allowedMethods: ["PUT", "POST", "GET"],
            allowedOrigins: [`https://${domain}`, `https://www.${domain}`],
            allowedHeaders: ["*"],
            exposeHeaders: ["ETag"],
            maxAgeSeconds: 3600,
          },
        ],
      });
    }
    const notification = new S3BucketNotification(this, "events", { bucket: bucket.id, eventbridge: true });
    encodes("mesh.services.file.upload", notification);
  }

  private replication(
    { stack, place, name }: StoreProps<Objects>,
    target: Region,
    bucket: S3Bucket,
    versioning: S3BucketVersioningA,
  ): void {
    const source = `${stack.arn}:s3:::${bucketName(place, name)}`;
    const destination = `${stack.arn}:s3:::${bucketName({ ...place, region: target }, name)}`;
    const alias = `alias/${nameOf({ ...place, region: target }, "aws_kms_alias", "data")}`;
    const role = new IamRole(this, "replication-role", {
      name: nameOf(place, "aws_iam_role", name, "replication"),
      description: `Copies ${name} to ${target.code}`,
      assumeRolePolicy: trusts("s3.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    new IamRolePolicy(this, "replication-policy", {
      name: "replicate",
      role: role.name,
      policy: policy([
        { actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"], resources: [source] },
        {
          actions: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
          resources: [`${source}/*`],
        },
        { actions: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"], resources: [`${destination}/*`] },
        { actions: ["kms:Decrypt"], resources: [read(stack, keysOf(place)).data] },
        {
          actions: ["kms:Encrypt", "kms:GenerateDataKey"],
          resources: [stack.arnOf("kms", "key/*", { region: target.code })],
          conditions: {
            StringEquals: { "kms:ViaService": `s3.${target.code}.amazonaws.com` },
            "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias },
          },
        },
      ]),
    });
    new S3BucketReplicationConfigurationA(this, "replication", {
      bucket: bucket.id,
      role: role.arn,
      rule: [
        {
          id: target.code,
          status: "Enabled",
          priority: 0,
          filter: { prefix: "" },
          deleteMarkerReplication: { status: "Enabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: destination,
            encryptionConfiguration: { replicaKmsKeyId: stack.arnOf("kms", alias, { region: target.code }) },
            metrics: { status: "Enabled", eventThreshold: { minutes: 15 } },
            replicationTime: { status: "Enabled", time: { minutes: 15 } },
          },
        },
      ],
      dependsOn: [versioning],
    });
  }
}
