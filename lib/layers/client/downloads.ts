import { CloudfrontCachePolicy } from "@cdktn/provider-aws/lib/cloudfront-cache-policy/index.js";
import { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudfrontOriginAccessControl } from "@cdktn/provider-aws/lib/cloudfront-origin-access-control/index.js";
import { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Desktop as DesktopSettings } from "../../model/settings/client/desktop.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { plainHeaders } from "./plain-headers.ts";
import { PrivateBucket } from "./private-bucket.ts";
import { ServerCertificate } from "./server-certificate.ts";

/** A release never changes once it is there: a year. */
const RELEASE_SECONDS = 31_536_000;

export interface DownloadsProps {
  readonly place: Place;
  readonly desktop: DesktopSettings;
  readonly domain: string;
}

/**
 * Releases of desktop apps: what updaters ask (`feed/`, Sparkle's appcast and Squirrel's RELEASES) is asked again after
 * minutes, what they download stays at the edge for a year. Who releases signs before; updaters refuse what is not.
 */
export class Downloads extends Construct {
  constructor(stack: Stack, id: string, { place, desktop, domain }: DownloadsProps) {
    super(stack, id);
    const host = `${desktop.host ?? "downloads"}.${domain}`;
    const zone = new DataAwsRoute53Zone(this, "zone", { name: domain, privateZone: false });
    const releases = new PrivateBucket(this, "releases", {
      stack,
      place,
      holds: "desktop-releases",
      inOneRegion: "a release can be published again from its repository",
    });
    const access = new CloudfrontOriginAccessControl(this, "access", {
      name: nameOf(place, "aws_cloudfront_origin_access_control", "downloads"),
      description: "Signs requests for releases",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    const feed = this.policy(place, "feed", desktop.feedSeconds ?? 300);
    const forGood = this.policy(place, "releases", RELEASE_SECONDS);
    const headers = plainHeaders(this, place, "desktop");
    const behavior = (policy: CloudfrontCachePolicy) => ({
      targetOriginId: "releases",
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      cachePolicyId: policy.id,
      responseHeadersPolicyId: headers.id,
    });
    const distribution = new CloudfrontDistribution(this, "Resource", {
      enabled: true,
      comment: `Releases of desktop apps of ${place.deployment.name} in ${place.deployment.environment}`,
      aliases: [host],
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass: place.blueprint.layers.edge.priceClass,
      origin: [
        {
          originId: "releases",
          domainName: releases.bucket.bucketRegionalDomainName,
          originAccessControlId: access.id,
        },
      ],
      defaultCacheBehavior: behavior(forGood),
      orderedCacheBehavior: [
        { pathPattern: "/feed/*", ...behavior(feed) },
        { pathPattern: "/releases/*", ...behavior(forGood) },
      ],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: new ServerCertificate(this, "certificate", { host, zone }).arn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    });
    waives(
      distribution,
      { check: "CKV_AWS_68", reason: "files that anybody may download, from a bucket: there is nothing to attack" },
      { check: "CKV2_AWS_47", reason: "files that anybody may download, from a bucket: there is nothing to attack" },
      { check: "CKV_AWS_86", reason: "downloads are counted by the apps that report their version" },
      { check: "CKV_AWS_305", reason: "there is no page here, only files" },
      { check: "CKV_AWS_310", reason: "one bucket: updaters try again later" },
      { check: "CKV_AWS_374", reason: "the product is for every country" },
    );
    releases.admit({
      sid: "Distribution",
      principals: { Service: ["cloudfront.amazonaws.com"] },
      actions: ["s3:GetObject"],
      resources: [`${releases.arn}/*`],
      conditions: { StringEquals: { "AWS:SourceArn": distribution.arn } },
    });
    for (const type of ["A", "AAAA"])
      new Route53Record(this, `record-${type.toLowerCase()}`, {
        zoneId: zone.zoneId,
        name: host,
        type,
        alias: { name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false },
      });
    encodes("client.desktop.updates", distribution, feed, forGood, releases.bucket);
  }

  private policy(place: Place, name: string, seconds: number): CloudfrontCachePolicy {
    return new CloudfrontCachePolicy(this, `cache-${name}`, {
      name: nameOf(place, "aws_cloudfront_cache_policy", "desktop", name),
      comment: `Kept for ${seconds} seconds`,
      minTtl: 0,
      defaultTtl: seconds,
      maxTtl: seconds,
      parametersInCacheKeyAndForwardedToOrigin: {
        enableAcceptEncodingGzip: seconds > 0,
        enableAcceptEncodingBrotli: seconds > 0,
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
      },
    });
  }
}
