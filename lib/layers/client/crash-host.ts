import { CloudfrontCachePolicy } from "@cdktn/provider-aws/lib/cloudfront-cache-policy/index.js";
import { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudfrontOriginRequestPolicy } from "@cdktn/provider-aws/lib/cloudfront-origin-request-policy/index.js";
import { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import { Construct } from "constructs";
import { nameOf, originHost, type Place } from "../../model/place.ts";
import { aliasRecords } from "../common/alias-records.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { plainHeaders } from "./plain-headers.ts";
import { ServerCertificate } from "./server-certificate.ts";

export interface CrashHostProps {
  readonly place: Place;
  readonly host: string;
  readonly domain: string;
}

/**
 * The host to which clients report: a distribution of its own. The product's leads to the nearest region, and reports go to the
 * one that has Sentry; its firewall would drop them, since what crashed looks like an attack.
 */
export class CrashHost extends Construct {
  constructor(stack: Stack, id: string, { place, host, domain }: CrashHostProps) {
    super(stack, id);
    const zone = new DataAwsRoute53Zone(this, "zone", { name: domain, privateZone: false });
    const unkept = new CloudfrontCachePolicy(this, "unkept", {
      name: nameOf(place, "aws_cloudfront_cache_policy", "crashes"),
      comment: "Nothing is kept",
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: 0,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
      },
    });
    const forward = new CloudfrontOriginRequestPolicy(this, "forward", {
      name: nameOf(place, "aws_cloudfront_origin_request_policy", "crashes"),
      comment: "Everything that the viewer sent but cookies",
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: { headerBehavior: "allViewer" },
      queryStringsConfig: { queryStringBehavior: "all" },
    });
    const distribution = new CloudfrontDistribution(this, "Resource", {
      enabled: true,
      comment: `Crash reports of ${place.deployment.name} in ${place.deployment.environment}`,
      aliases: [host],
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass: place.blueprint.layers.edge.priceClass,
      origin: [
        {
          originId: "gateway",
          domainName: originHost(place, place.deployment.primary.region) ?? "",
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "https-only",
            originSslProtocols: ["TLSv1.2"],
            originReadTimeout: 30,
          },
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "gateway",
        viewerProtocolPolicy: "https-only",
        allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        cachePolicyId: unkept.id,
        originRequestPolicyId: forward.id,
        responseHeadersPolicyId: plainHeaders(this, place, "crashes").id,
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: new ServerCertificate(this, "certificate", { host, zone }).arn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    });
    const reports =
      "reports hold what crashed, which looks like an attack: Relay reads them, counts for each key and drops what is too much";
    waives(
      distribution,
      { check: "CKV_AWS_68", reason: reports },
      { check: "CKV2_AWS_47", reason: reports },
      { check: "CKV_AWS_86", reason: "the gateway logs requests" },
      { check: "CKV_AWS_305", reason: "there is no page here, only a way in for reports" },
      { check: "CKV_AWS_310", reason: "one region has Sentry: clients try again later" },
      { check: "CKV_AWS_374", reason: "the product is for every country" },
    );
    aliasRecords(this, "record", { zoneId: zone.zoneId, name: host, distribution });
  }
}
