import { CloudfrontResponseHeadersPolicy } from "@cdktn/provider-aws/lib/cloudfront-response-headers-policy/index.js";
import type { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { pageConnections } from "../client/contract.ts";
import { encodes } from "../common/encodes.ts";
import { STRICT_TRANSPORT } from "../common/strict-transport.ts";
import { contentSecurityPolicy, INTEGRITY_POLICY } from "./content-security.ts";

/**
 * What every response says about security. How long it may be kept is for the origin to say, and for what runs after the cache: a
 * policy says the same of errors.
 */
export class ResponseHeaders {
  private readonly scope: Construct;
  private readonly place: Place;

  constructor(scope: Construct, place: Place) {
    this.scope = scope;
    this.place = place;
  }

  /** Made once. */
  security(): CloudfrontResponseHeadersPolicy {
    const known = this.scope.node.tryFindChild("headers");
    if (known instanceof CloudfrontResponseHeadersPolicy) return known;
    const { contentSecurity } = this.place.blueprint.layers.edge;
    const items = contentSecurity === undefined ? [] : [{ ...INTEGRITY_POLICY, override: true }];
    const made = new CloudfrontResponseHeadersPolicy(this.scope, "headers", {
      name: nameOf(this.place, "aws_cloudfront_response_headers_policy", "security"),
      comment: "Security headers of every response",
      securityHeadersConfig: {
        strictTransportSecurity: STRICT_TRANSPORT,
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "DENY", override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
        ...(contentSecurity === undefined
          ? {}
          : {
              contentSecurityPolicy: {
                contentSecurityPolicy: contentSecurityPolicy(contentSecurity, pageConnections(this.place)),
                override: true,
              },
            }),
      },
      ...(items.length === 0 ? {} : { customHeadersConfig: { items } }),
    });
    encodes("edge.tls.standards", made);
    if (contentSecurity !== undefined) {
      encodes("client.patterns.csp", made);
      encodes("edge.waf-categories.xss-csrf", made);
    }
    return made;
  }
}
