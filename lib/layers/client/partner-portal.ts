import { createHash } from "node:crypto";
import { CloudfrontCachePolicy } from "@cdktn/provider-aws/lib/cloudfront-cache-policy/index.js";
import { CloudfrontResponseHeadersPolicy } from "@cdktn/provider-aws/lib/cloudfront-response-headers-policy/index.js";
import { S3Object } from "@cdktn/provider-aws/lib/s3-object/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { PartnerPortal as PortalSettings } from "../../model/settings/client/partners.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { fileHost } from "./file-host.ts";
import { openApi, postmanCollection, serversOf } from "./partner-reference.ts";
import { FILE_SECURITY } from "./plain-headers.ts";
import { portalPage, portalSecurity, VIEWERS } from "./portal-page.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** Seconds for which the edge and browsers keep what a blueprint may change: long enough to be quick, short enough to be true. */
const KEPT = 300;

export interface PartnerPortalProps {
  readonly place: Place;
  readonly portal: PortalSettings;
  /** Whole name of its host. */
  readonly host: string;
  readonly domain: string;
}

/** What tells partners how to ask: a page, the API's document and a collection, made from the routes that partners have. */
export class PartnerPortal extends Construct {
  constructor(stack: Stack, id: string, props: PartnerPortalProps) {
    super(stack, id);
    const { place, portal, host, domain } = props;
    const files = new PrivateBucket(this, "files", {
      stack,
      place,
      holds: "partner-portal",
      inOneRegion: "what it holds is in the blueprint",
    });
    const distribution = fileHost(this, {
      place,
      name: "portal",
      comment: `What partners of ${place.deployment.name} read in ${place.deployment.environment}`,
      host,
      domain,
      files,
      headers: this.headers(place, portal),
      kept: { "*": this.kept(place) },
      page: "index.html",
    });
    const page = this.file(files, "index.html", "text/html; charset=utf-8", portalPage(portal.tool, titleOf(place)));
    const start = this.file(files, "portal.js", "text/javascript; charset=utf-8", VIEWERS[portal.tool].start);
    const document = this.file(files, "openapi.json", "application/json", json(openApi(place)));
    const collection = this.file(files, "postman.json", "application/json", json(postmanCollection(place)));
    encodes("client.partner-api.portal", distribution, page, start, document, collection);
  }

  private file(files: PrivateBucket, key: string, contentType: string, content: string): S3Object {
    return new S3Object(this, key.replace(/\..*$/, ""), {
      bucket: files.bucket.id,
      key,
      // Terraform reads dollar signs with braces itself.
      content: content.replaceAll("${", "$${"),
      contentType,
      cacheControl: `public, max-age=${KEPT}`,
      // What is in it decides whether it is written again.
      sourceHash: createHash("sha256").update(content).digest("hex"),
    });
  }

  private kept(place: Place): CloudfrontCachePolicy {
    return new CloudfrontCachePolicy(this, "cache", {
      name: nameOf(place, "aws_cloudfront_cache_policy", "portal"),
      comment: `Kept for ${KEPT} seconds`,
      minTtl: 0,
      defaultTtl: KEPT,
      maxTtl: KEPT,
      parametersInCacheKeyAndForwardedToOrigin: {
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
      },
    });
  }

  private headers(place: Place, portal: PortalSettings): CloudfrontResponseHeadersPolicy {
    return new CloudfrontResponseHeadersPolicy(this, "headers", {
      name: nameOf(place, "aws_cloudfront_response_headers_policy", "portal"),
      comment: "The page loads what it names, and asks the sandbox alone",
      securityHeadersConfig: {
        contentSecurityPolicy: {
          contentSecurityPolicy: portalSecurity(portal.tool, sandboxesOf(place)),
          override: true,
        },
        ...FILE_SECURITY,
        frameOptions: { frameOption: "DENY", override: true },
        referrerPolicy: { referrerPolicy: "same-origin", override: true },
      },
    });
  }
}

const titleOf = (place: Place): string => `${place.deployment.name} for partners`;

/** Servers of the document but the real one, which no browser reaches without a certificate. */
const sandboxesOf = (place: Place): readonly string[] =>
  serversOf(place)
    .slice(0, -1)
    .map(({ url }) => url);

const json = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;
