import { CloudfrontResponseHeadersPolicy } from "@cdktn/provider-aws/lib/cloudfront-response-headers-policy/index.js";
import type { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { STRICT_TRANSPORT } from "../common/strict-transport.ts";

/** What browsers are told of every file: it is what it says, and comes over HTTPS. */
export const FILE_SECURITY = {
  strictTransportSecurity: STRICT_TRANSPORT,
  contentTypeOptions: { override: true },
};

/** What every answer says of a host that has no pages. */
export const plainHeaders = (scope: Construct, place: Place, name: string): CloudfrontResponseHeadersPolicy =>
  new CloudfrontResponseHeadersPolicy(scope, "headers", {
    name: nameOf(place, "aws_cloudfront_response_headers_policy", name),
    comment: "Files are what they say, and come over HTTPS",
    securityHeadersConfig: { ...FILE_SECURITY },
  });
