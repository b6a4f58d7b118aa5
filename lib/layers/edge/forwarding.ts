import { CloudfrontOriginRequestPolicy } from "@cdktn/provider-aws/lib/cloudfront-origin-request-policy/index.js";
import type { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";

/** The origin is told everything that the viewer sent. */
export const everything = (scope: Construct, place: Place): CloudfrontOriginRequestPolicy =>
  new CloudfrontOriginRequestPolicy(scope, "forward", {
    name: nameOf(place, "aws_cloudfront_origin_request_policy", "all"),
    comment: "Everything that the viewer sent, with its country",
    cookiesConfig: { cookieBehavior: "all" },
    headersConfig: {
      headerBehavior: "allViewerAndWhitelistCloudFront",
      headers: { items: ["CloudFront-Viewer-Country"] },
    },
    queryStringsConfig: { queryStringBehavior: "all" },
  });

/** The origin is told nothing by which an answer could differ that others are to get as well. */
export const nothingOfTheCaller = (scope: Construct, place: Place): CloudfrontOriginRequestPolicy =>
  new CloudfrontOriginRequestPolicy(scope, "forward-shared", {
    name: nameOf(place, "aws_cloudfront_origin_request_policy", "shared"),
    comment: "No cookies and no headers of the caller",
    cookiesConfig: { cookieBehavior: "none" },
    headersConfig: { headerBehavior: "none" },
    queryStringsConfig: { queryStringBehavior: "all" },
  });
