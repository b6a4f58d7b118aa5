import { CloudfrontResponseHeadersPolicy } from "@cdktn/provider-aws/lib/cloudfront-response-headers-policy/index.js";
import type { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { pageConnections } from "../client/contract.ts";
import { encodes } from "../common/encodes.ts";
import { contentSecurityPolicy, INTEGRITY_POLICY } from "./content-security.ts";

/** What every response says about security, and what those that are kept say about how long; each policy once. */
export class ResponseHeaders {
  private readonly scope: Construct;
  private readonly place: Place;

  constructor(scope: Construct, place: Place) {
    this.scope = scope;
    this.place = place;
  }

  /** Security alone: what is kept is for the origin to say. */
  security(): CloudfrontResponseHeadersPolicy {
    return this.policy("security", "Security headers of every response");
  }

  /** @param instead whether browsers are told this also where the origin says something else */
  caching(name: string, cacheControl: string, instead: boolean): CloudfrontResponseHeadersPolicy {
    const made = this.policy(name, `Security headers, and how long browsers keep ${name}`, [
      { header: "Cache-Control", value: cacheControl, override: instead },
    ]);
    if (cacheControl.includes("stale-while-revalidate")) encodes("edge.cdn.swr", made);
    if (cacheControl.includes("immutable")) encodes("edge.static-cache.immutable", made);
    if (cacheControl.includes("s-maxage=300, stale-while-revalidate=60")) encodes("edge.static-cache.html", made);
    return made;
  }

  private policy(
    name: string,
    comment: string,
    headers: readonly { readonly header: string; readonly value: string; readonly override: boolean }[] = [],
  ): CloudfrontResponseHeadersPolicy {
    const id = name === "security" ? "headers" : `headers-${name}`;
    const known = this.scope.node.tryFindChild(id);
    if (known instanceof CloudfrontResponseHeadersPolicy) return known;
    const { contentSecurity } = this.place.blueprint.layers.edge;
    const items = [...headers, ...(contentSecurity === undefined ? [] : [{ ...INTEGRITY_POLICY, override: true }])];
    const made = new CloudfrontResponseHeadersPolicy(this.scope, id, {
      name: nameOf(this.place, "aws_cloudfront_response_headers_policy", name),
      comment,
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
