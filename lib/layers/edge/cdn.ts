import { CloudfrontCachePolicy } from "@cdktn/provider-aws/lib/cloudfront-cache-policy/index.js";
import {
  CloudfrontDistribution,
  type CloudfrontDistributionDefaultCacheBehavior,
  type CloudfrontDistributionOrderedCacheBehavior,
} from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudfrontOriginRequestPolicy } from "@cdktn/provider-aws/lib/cloudfront-origin-request-policy/index.js";
import { CloudfrontResponseHeadersPolicy } from "@cdktn/provider-aws/lib/cloudfront-response-headers-policy/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import { routesOf, type ServiceRoute } from "../../model/routes.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import type { Certificate } from "./certificate.ts";
import { contentSecurityPolicy, INTEGRITY_POLICY } from "./content-security.ts";
import type { Firewall } from "./firewall.ts";
import type { StaticAssets } from "./static-assets.ts";

const READ = ["GET", "HEAD", "OPTIONS"];
const ALL = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const GATEWAY = "gateway";
const ASSETS = "assets";

export interface CdnProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly domain: string;
  readonly zoneId: string;
  readonly certificate: Certificate;
  readonly firewall: Firewall;
  /** @default no static assets */
  readonly assets?: StaticAssets;
}

/**
 * The content delivery network of a product: the gateway behind it, static assets beside it, routes with a cache time kept
 * at the edge for that long. HTTP/3, TLS 1.2 and newer.
 */
export class Cdn extends Construct {
  readonly distribution: CloudfrontDistribution;

  constructor(scope: Construct, id: string, props: CdnProps) {
    super(scope, id);
    const { place, domain, certificate, firewall, assets } = props;
    const headers = this.responseHeaders(place);
    const forward = this.forwarding(place);
    const distribution = new CloudfrontDistribution(this, "Resource", {
      enabled: true,
      comment: `${place.deployment.name} in ${place.deployment.environment}`,
      aliases: [domain, `www.${domain}`],
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass: place.blueprint.layers.edge.priceClass,
      webAclId: firewall.acl.arn,
      origin: [
        {
          originId: GATEWAY,
          domainName: `origin.${domain}`,
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "https-only",
            originSslProtocols: ["TLSv1.2"],
            originReadTimeout: 30,
            originKeepaliveTimeout: 60,
          },
        },
        ...(assets === undefined
          ? []
          : [
              {
                originId: ASSETS,
                domainName: assets.bucket.bucketRegionalDomainName,
                originAccessControlId: assets.access.id,
              },
            ]),
      ],
      defaultCacheBehavior: gatewayBehavior(this.cachePolicy(place, "none", 0, false).id, forward.id, headers.id),
      orderedCacheBehavior: [
        ...(assets === undefined
          ? []
          : [assetBehavior(this.cachePolicy(place, "static", 86_400, false).id, headers.id)]),
        ...this.cachedRoutes(place, forward, headers),
      ],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: certificate.validated.certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    });
    waives(
      distribution,
      { check: "CKV_AWS_86", reason: "the firewall in front logs every request, without credentials" },
      { check: "CKV_AWS_305", reason: "the gateway answers / as it does every path: there is no object for it" },
      {
        check: "CKV_AWS_310",
        reason:
          "DNS leads the origin's name to a region that is healthy, also for writes; an origin group retries reads",
      },
      { check: "CKV_AWS_374", reason: "the product is for every country that the firewall's list of countries leaves" },
    );
    assets?.grant(distribution);
    this.names(props, distribution);
    if (place.blueprint.layers.edge.priceClass === "PriceClass_All") encodes("edge.cdn.provider", distribution);
    this.distribution = distribution;
    encodes("edge.waf.provider", distribution);
    encodes("edge.cdn.acceleration", distribution);
    encodes("edge.pki.deploy", distribution, certificate.validated);
  }

  /** A behavior for each route that may be answered from cache, once for each pattern. */
  private cachedRoutes(
    place: Place,
    forward: CloudfrontOriginRequestPolicy,
    headers: CloudfrontResponseHeadersPolicy,
  ): CloudfrontDistributionOrderedCacheBehavior[] {
    const patterns = new Map<string, ServiceRoute>();
    for (const route of routesOf(place.blueprint)) {
      if (route.cache !== undefined && route.method === "GET")
        patterns.set(patternOf(route.path), patterns.get(patternOf(route.path)) ?? route);
    }
    return [...patterns].map(([pathPattern, { cache = "0s", auth }]) => ({
      pathPattern,
      ...gatewayBehavior(
        this.cachePolicy(place, `${cache}${auth === "none" ? "" : "-auth"}`, seconds(cache), auth !== "none").id,
        forward.id,
        headers.id,
      ),
    }));
  }

  /** How long responses stay, and what distinguishes them: the query, and the caller where there is one. */
  private cachePolicy(place: Place, name: string, ttl: number, perCaller: boolean): CloudfrontCachePolicy {
    const id = `cache-${name}`;
    const known = this.node.tryFindChild(id);
    if (known instanceof CloudfrontCachePolicy) return known;
    const made = new CloudfrontCachePolicy(this, id, {
      name: nameOf(place, "aws_cloudfront_cache_policy", name),
      comment: ttl === 0 ? "Nothing is cached" : `Up to ${ttl} seconds, as the origin says`,
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: ttl,
      parametersInCacheKeyAndForwardedToOrigin: {
        // With nothing cached there is no key to make, and compression belongs to the origin.
        enableAcceptEncodingGzip: ttl > 0,
        enableAcceptEncodingBrotli: ttl > 0,
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: perCaller
          ? { headerBehavior: "whitelist", headers: { items: ["Authorization", "X-Api-Key"] } }
          : { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: ttl === 0 ? "none" : "all" },
      },
    });
    encodes("edge.cdn.cache-keys", made);
    return made;
  }

  private forwarding(place: Place): CloudfrontOriginRequestPolicy {
    return new CloudfrontOriginRequestPolicy(this, "forward", {
      name: nameOf(place, "aws_cloudfront_origin_request_policy", "all"),
      comment: "Everything that the viewer sent, with its country",
      cookiesConfig: { cookieBehavior: "all" },
      headersConfig: {
        headerBehavior: "allViewerAndWhitelistCloudFront",
        headers: { items: ["CloudFront-Viewer-Country"] },
      },
      queryStringsConfig: { queryStringBehavior: "all" },
    });
  }

  private responseHeaders(place: Place): CloudfrontResponseHeadersPolicy {
    const { contentSecurity } = place.blueprint.layers.edge;
    const policy = new CloudfrontResponseHeadersPolicy(this, "headers", {
      name: nameOf(place, "aws_cloudfront_response_headers_policy", "security"),
      comment: "Security headers of every response",
      securityHeadersConfig: {
        // Catalogue: security.encryption.in-transit.
        strictTransportSecurity: {
          accessControlMaxAgeSec: 31_536_000,
          includeSubdomains: true,
          preload: true,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "DENY", override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
        ...(contentSecurity === undefined
          ? {}
          : {
              contentSecurityPolicy: {
                contentSecurityPolicy: contentSecurityPolicy(contentSecurity),
                override: true,
              },
            }),
      },
      ...(contentSecurity === undefined
        ? {}
        : { customHeadersConfig: { items: [{ ...INTEGRITY_POLICY, override: true }] } }),
    });
    if (contentSecurity !== undefined) {
      encodes("client.patterns.csp", policy);
      encodes("edge.waf-categories.xss-csrf", policy);
    }
    return policy;
  }

  private names({ domain, zoneId }: CdnProps, distribution: CloudfrontDistribution): void {
    for (const [label, name] of [
      ["domain", domain],
      ["www", `www.${domain}`],
    ] as const) {
      for (const type of ["A", "AAAA"]) {
        new Route53Record(this, `${label}-${type.toLowerCase()}`, {
          zoneId,
          name,
          type,
          alias: { name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false },
        });
      }
    }
  }
}

const gatewayBehavior = (
  cachePolicyId: string,
  originRequestPolicyId: string,
  responseHeadersPolicyId: string,
): CloudfrontDistributionDefaultCacheBehavior => ({
  targetOriginId: GATEWAY,
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: ALL,
  cachedMethods: ["GET", "HEAD"],
  compress: true,
  cachePolicyId,
  originRequestPolicyId,
  responseHeadersPolicyId,
});

const assetBehavior = (
  cachePolicyId: string,
  responseHeadersPolicyId: string,
): CloudfrontDistributionOrderedCacheBehavior => ({
  pathPattern: "/static/*",
  targetOriginId: ASSETS,
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: READ,
  cachedMethods: ["GET", "HEAD"],
  compress: true,
  cachePolicyId,
  responseHeadersPolicyId,
});

/** A route's path as CloudFront matches it: parameters and rests are stars. */
export const patternOf = (path: string): string => path.replace(/\{[^}]+\}/g, "*").replace(/\*+/g, "*");
