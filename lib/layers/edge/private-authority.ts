import { AcmpcaCertificate } from "@cdktn/provider-aws/lib/acmpca-certificate/index.js";
import { AcmpcaCertificateAuthority } from "@cdktn/provider-aws/lib/acmpca-certificate-authority/index.js";
import { AcmpcaCertificateAuthorityCertificate } from "@cdktn/provider-aws/lib/acmpca-certificate-authority-certificate/index.js";
import { S3Bucket } from "@cdktn/provider-aws/lib/s3-bucket/index.js";
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

/**
 * A private certificate authority whose key never leaves an HSM: for machines outside of the mesh, such as those of partners.
 * What it has issued is revoked through its API: in seconds for who asks its OCSP responder, within a day for who reads its
 * list. $400 a month; $50 for one whose certificates are too short-lived to be revoked.
 */
export class PrivateAuthority extends Construct {
  constructor(
    stack: Stack,
    id: string,
    {
      place,
      domain,
      usage,
    }: { readonly place: Place; readonly domain: string; readonly usage: "general" | "short-lived" },
  ) {
    super(stack, id);
    const revocable = usage === "general";
    const lists = revocable ? this.lists(stack, place) : undefined;
    const authority = new AcmpcaCertificateAuthority(this, "Resource", {
      type: "ROOT",
      usageMode: revocable ? "GENERAL_PURPOSE" : "SHORT_LIVED_CERTIFICATE",
      keyStorageSecurityStandard: "FIPS_140_2_LEVEL_3_OR_HIGHER",
      permanentDeletionTimeInDays: 30,
      certificateAuthorityConfiguration: {
        keyAlgorithm: "EC_prime256v1",
        signingAlgorithm: "SHA256WITHECDSA",
        subject: { commonName: `${domain} machines`, organization: place.blueprint.owner.team },
      },
      ...(lists === undefined
        ? {}
        : {
            revocationConfiguration: {
              crlConfiguration: {
                enabled: true,
                expirationInDays: 1,
                s3BucketName: lists.bucket.id,
                s3ObjectAcl: "BUCKET_OWNER_FULL_CONTROL",
              },
              ocspConfiguration: { enabled: true },
            },
            dependsOn: [lists.allowed],
          }),
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    const own = new AcmpcaCertificate(this, "certificate", {
      certificateAuthorityArn: authority.arn,
      certificateSigningRequest: authority.certificateSigningRequest,
      signingAlgorithm: "SHA256WITHECDSA",
      templateArn: `${stack.arn}:acm-pca:::template/RootCACertificate/V1`,
      validity: { type: "YEARS", value: "10" },
    });
    new AcmpcaCertificateAuthorityCertificate(this, "activation", {
      certificateAuthorityArn: authority.arn,
      certificate: own.certificate,
      certificateChain: own.certificateChain,
    });
    encodes("edge.pki.keygen", authority);
    if (revocable) encodes("edge.pki.revoke", authority);
  }

  /** Where the authority writes what it has revoked; readers outside get it from the OCSP responder. */
  private lists(stack: Stack, place: Place): { readonly bucket: S3Bucket; readonly allowed: S3BucketPolicy } {
    const name = nameOf(place, "aws_s3_bucket", "revoked");
    const arn = `${stack.arn}:s3:::${name}`;
    const bucket = new S3Bucket(this, "lists", {
      bucket: name,
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    waives(
      bucket,
      EVENTS_WAIVER,
      { check: "CKV_AWS_144", reason: "the authority writes its list again every day" },
      { check: "CKV_AWS_145", reason: "the authority's service cannot write with a key of ours" },
    );
    new S3BucketVersioningA(this, "lists-versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "lists-encryption", {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const block = new S3BucketPublicAccessBlock(this, "lists-public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const allowed = new S3BucketPolicy(this, "lists-policy", {
      bucket: bucket.id,
      policy: policy([
        {
          sid: "Write",
          principals: { Service: ["acm-pca.amazonaws.com"] },
          actions: ["s3:PutObject", "s3:PutObjectAcl", "s3:GetBucketAcl", "s3:GetBucketLocation"],
          resources: [arn, `${arn}/*`],
          conditions: { StringEquals: { "aws:SourceAccount": stack.account.id } },
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
    return { bucket, allowed };
  }
}
