import { CloudfrontCachePolicy } from "@cdktn/provider-aws/lib/cloudfront-cache-policy/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Desktop as DesktopSettings } from "../../model/settings/client/desktop.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { fileHost } from "./file-host.ts";
import { plainHeaders } from "./plain-headers.ts";
import { PrivateBucket } from "./private-bucket.ts";

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
    const releases = new PrivateBucket(this, "releases", {
      stack,
      place,
      holds: "desktop-releases",
      inOneRegion: "a release can be published again from its repository",
    });
    const feed = this.policy(place, "feed", desktop.feedSeconds ?? 300);
    const forGood = this.policy(place, "releases", RELEASE_SECONDS);
    const headers = plainHeaders(this, place, "desktop");
    const distribution = fileHost(this, {
      place,
      name: "downloads",
      comment: `Releases of desktop apps of ${place.deployment.name} in ${place.deployment.environment}`,
      host: `${desktop.host ?? "downloads"}.${domain}`,
      domain,
      files: releases,
      headers,
      kept: { "*": forGood, "/feed/*": feed, "/releases/*": forGood },
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
