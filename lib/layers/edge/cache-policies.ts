import { CloudfrontCachePolicy } from "@cdktn/provider-aws/lib/cloudfront-cache-policy/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import type { ContentKind, ContentRule } from "./content-kinds.ts";
import { pageVariants } from "./page-variants.ts";

interface Key {
  readonly ttl: ContentRule["ttl"];
  readonly headers: readonly string[];
  readonly comment: string;
}

/** How long responses stay and what tells them apart; each policy once. */
export class CachePolicies extends Construct {
  private readonly place: Place;

  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    this.place = place;
  }

  /** Nothing is kept. */
  none(): CloudfrontCachePolicy {
    return this.policy("none", { ttl: { min: 0, default: 0, max: 0 }, headers: [], comment: "Nothing is cached" });
  }

  /**
   * For as long as the origin says, up to a time; each caller's own where there is one, and each page's of another origin that may
   * call: an answer says for which it is.
   */
  upTo(name: string, seconds: number, perCaller: boolean): CloudfrontCachePolicy {
    return this.policy(perCaller ? `${name}-auth` : name, {
      ttl: { min: 0, default: 0, max: seconds },
      headers: [
        ...(perCaller ? ["Authorization", "X-Api-Key"] : []),
        ...(this.place.blueprint.layers.ingress.cors === undefined ? [] : ["Origin"]),
      ],
      comment: `Up to ${seconds} seconds, as the origin says`,
    });
  }

  /** As a kind of content is kept. */
  ofKind({ kind, ttl, variants }: ContentRule & { readonly kind: ContentKind }): CloudfrontCachePolicy {
    const headers = kind === "pages" ? pageVariants(this.place) : variants;
    const made = this.policy(kind, { ttl, headers, comment: `${kind}: up to ${ttl.max} seconds` });
    encodes("edge.static-cache.types", made);
    if (ttl.min === 31_536_000) encodes("edge.static-cache.immutable", made);
    if (kind === "pages") encodes("edge.static-cache.html", made);
    if (kind === "pages" && headers.length > 0) encodes("edge.workers.personalise", made);
    if (kind === "images") encodes("edge.static-cache.image-negotiation", made);
    if (kind === "translations") encodes("client.i18n.bundles", made);
    if (kind === "remotes") encodes("client.patterns.micro-frontends", made);
    return made;
  }

  private policy(name: string, { ttl, headers, comment }: Key): CloudfrontCachePolicy {
    const known = this.node.tryFindChild(name);
    if (known instanceof CloudfrontCachePolicy) return known;
    const kept = ttl.max > 0;
    const made = new CloudfrontCachePolicy(this, name, {
      name: nameOf(this.place, "aws_cloudfront_cache_policy", name),
      comment,
      minTtl: ttl.min,
      defaultTtl: ttl.default,
      maxTtl: ttl.max,
      parametersInCacheKeyAndForwardedToOrigin: {
        // With nothing cached there is no key to make, and compression belongs to the origin.
        enableAcceptEncodingGzip: kept,
        enableAcceptEncodingBrotli: kept,
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig:
          headers.length === 0
            ? { headerBehavior: "none" }
            : { headerBehavior: "whitelist", headers: { items: [...headers] } },
        queryStringsConfig: { queryStringBehavior: kept ? "all" : "none" },
      },
    });
    encodes("edge.cdn.cache-keys", made);
    return made;
  }
}
