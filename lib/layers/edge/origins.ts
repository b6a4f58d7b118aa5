import type {
  CloudfrontDistributionOrigin,
  CloudfrontDistributionOriginGroup,
} from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { originTimeout } from "../../model/origin-timeout.ts";
import type { Place } from "../../model/place.ts";
import { distance, type Region, type RegionCode, region } from "../../model/regions.ts";
import type { StaticAssets } from "./static-assets.ts";

export const GATEWAY = "gateway";
export const ASSETS = "assets";
/** A service that makes images, with the originals behind it. */
export const IMAGES = "images";

/** Regions that CloudFront has a shield in. Source: the developer guide of CloudFront. */
export const SHIELD_REGIONS: readonly RegionCode[] = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "ap-south-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "eu-central-1",
  "eu-west-1",
  "eu-west-2",
  "sa-east-1",
];

/** The shield nearest to a region: its own, where there is one. */
export const nearestShield = (from: Region): RegionCode =>
  SHIELD_REGIONS.reduce((best, code) =>
    distance(from.at, region(code).at) < distance(from.at, region(best).at) ? code : best,
  );

/** Where content comes from: the gateways under one name, and the bucket of static assets. */
export function originsOf(
  place: Place,
  domain: string,
  assets: StaticAssets | undefined,
): readonly CloudfrontDistributionOrigin[] {
  const { originShield = false } = place.blueprint.layers.edge;
  const { primary, regions } = place.deployment;
  const shield = (near: Region) =>
    originShield ? { originShield: { enabled: true, originShieldRegion: nearestShield(near) } } : {};
  // Several regions answer whom they are near to: a shield in one place would send all callers of the world to one of them.
  const serving = regions.filter(({ role }) => role !== "standby");
  return [
    {
      originId: GATEWAY,
      domainName: `origin.${domain}`,
      ...(serving.length === 1 ? shield(primary.region) : {}),
      customOriginConfig: {
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: "https-only",
        originSslProtocols: ["TLSv1.2"],
        // No shorter than what the gateway gives the slowest service: else callers got an error for an answer on its way.
        originReadTimeout: originTimeout(place.blueprint),
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
            ...shield(place.region),
          },
        ]),
  ];
}

/**
 * Reads that have a second place to come from. Only of images: a page or answer of the API from elsewhere would be another one,
 * and writes are never sent twice. What is missing in the first place is asked for in the second, too.
 */
export function originGroupsOf(place: Place): readonly CloudfrontDistributionOriginGroup[] {
  if (place.blueprint.layers.edge.contents?.images?.service === undefined) return [];
  return [
    {
      originId: IMAGES,
      failoverCriteria: { statusCodes: [403, 404, 500, 502, 503, 504] },
      member: [{ originId: GATEWAY }, { originId: ASSETS }],
    },
  ];
}
