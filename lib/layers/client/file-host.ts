import type { CloudfrontCachePolicy } from "@cdktn/provider-aws/lib/cloudfront-cache-policy/index.js";
import { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudfrontOriginAccessControl } from "@cdktn/provider-aws/lib/cloudfront-origin-access-control/index.js";
import type { CloudfrontResponseHeadersPolicy } from "@cdktn/provider-aws/lib/cloudfront-response-headers-policy/index.js";
import { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import type { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { aliasRecords } from "../common/alias-records.ts";
import { waives } from "../common/waivers.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import { ServerCertificate } from "./server-certificate.ts";

export interface FileHostProps {
  readonly place: Place;
  /** What it shows; part of its names. */
  readonly name: string;
  readonly comment: string;
  /** Whole name of its host. */
  readonly host: string;
  /** The product's domain, in whose zone the host is proved. */
  readonly domain: string;
  readonly files: PrivateBucket;
  readonly headers: CloudfrontResponseHeadersPolicy;
  /** How long files are kept, by pattern; `*` is every other file. */
  readonly kept: { readonly "*": CloudfrontCachePolicy } & Readonly<Record<string, CloudfrontCachePolicy>>;
  /** File that the host itself shows. @default none: there is no page, only files */
  readonly page?: string;
}

/** A bucket's files for everybody, at a host of their own: CloudFront alone reads the bucket. */
export function fileHost(scope: Construct, props: FileHostProps): CloudfrontDistribution {
  const { place, name, host, domain, files, headers, page } = props;
  const zone = new DataAwsRoute53Zone(scope, "zone", { name: domain, privateZone: false });
  const access = new CloudfrontOriginAccessControl(scope, "access", {
    name: nameOf(place, "aws_cloudfront_origin_access_control", name),
    description: `Signs requests for ${name}`,
    originAccessControlOriginType: "s3",
    signingBehavior: "always",
    signingProtocol: "sigv4",
  });
  const behavior = (policy: CloudfrontCachePolicy) => ({
    targetOriginId: name,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId: policy.id,
    responseHeadersPolicyId: headers.id,
  });
  const { "*": rest, ...patterns } = props.kept;
  const distribution = new CloudfrontDistribution(scope, "Resource", {
    enabled: true,
    comment: props.comment,
    aliases: [host],
    httpVersion: "http2and3",
    isIpv6Enabled: true,
    priceClass: place.blueprint.layers.edge.priceClass,
    ...(page === undefined ? {} : { defaultRootObject: page }),
    origin: [{ originId: name, domainName: files.bucket.bucketRegionalDomainName, originAccessControlId: access.id }],
    defaultCacheBehavior: behavior(rest),
    ...(Object.keys(patterns).length === 0
      ? {}
      : {
          orderedCacheBehavior: Object.entries(patterns).map(([pathPattern, policy]) => ({
            pathPattern,
            ...behavior(policy),
          })),
        }),
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: {
      acmCertificateArn: new ServerCertificate(scope, "certificate", { host, zone }).arn,
      sslSupportMethod: "sni-only",
      minimumProtocolVersion: "TLSv1.2_2021",
    },
  });
  waives(
    distribution,
    { check: "CKV_AWS_68", reason: "files that anybody may have, from a bucket: there is nothing to attack" },
    { check: "CKV2_AWS_47", reason: "files that anybody may have, from a bucket: there is nothing to attack" },
    { check: "CKV_AWS_86", reason: "files that anybody may have: who had them is nobody's business" },
    ...(page === undefined ? [{ check: "CKV_AWS_305", reason: "there is no page here, only files" }] : []),
    { check: "CKV_AWS_310", reason: "one bucket: who asks tries again later" },
    { check: "CKV_AWS_374", reason: "the product is for every country" },
  );
  files.admit({
    sid: "Distribution",
    principals: { Service: ["cloudfront.amazonaws.com"] },
    actions: ["s3:GetObject"],
    resources: [`${files.arn}/*`],
    conditions: { StringEquals: { "AWS:SourceArn": distribution.arn } },
  });
  aliasRecords(scope, "record", { zoneId: zone.zoneId, name: host, distribution });
  return distribution;
}
