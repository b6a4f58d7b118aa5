import { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { Construct } from "constructs";
import { ownHosts } from "../../model/hosts.ts";
import type { Place } from "../../model/place.ts";
import { aliasRecords } from "../common/alias-records.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { Behaviors } from "./behaviors.ts";
import type { Certificate } from "./certificate.ts";
import type { Firewall } from "./firewall.ts";
import { originGroupsOf, originsOf } from "./origins.ts";
import type { StaticAssets } from "./static-assets.ts";

/** The lowest provider that knows the policies of 2025. */
const WITH_NEW_POLICIES = ">= 6.20.0, < 7.0.0";

/**
 * Errors that CloudFront keeps for ten seconds, where nothing else is kept too, and most of them whatever the origin says: without
 * a caller in the key, what one was refused would be everybody's answer. The breakers protect an origin that fails.
 */
const ERRORS = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

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
 * The content delivery network of a product: the gateway behind it, static assets beside it, and what may be kept at the edge
 * for as long as its kind or route says. HTTP/3, TLS 1.2 and newer.
 */
export class Cdn extends Construct {
  readonly distribution: CloudfrontDistribution;

  constructor(scope: Construct, id: string, props: CdnProps) {
    super(scope, id);
    const { place, domain, certificate, firewall, assets } = props;
    const { priceClass } = place.blueprint.layers.edge;
    const behaviors = new Behaviors(this, place, assets !== undefined);
    const groups = originGroupsOf(place);
    const distribution = new CloudfrontDistribution(this, "Resource", {
      enabled: true,
      comment: `${place.deployment.name} in ${place.deployment.environment}`,
      aliases: answered(props),
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass,
      webAclId: firewall.acl.arn,
      origin: [...originsOf(place, domain, assets)],
      ...(groups.length === 0 ? {} : { originGroup: [...groups] }),
      defaultCacheBehavior: behaviors.default,
      orderedCacheBehavior: [...behaviors.ordered],
      customErrorResponse: ERRORS.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: certificate.validated.certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: this.oldestVersion(props),
      },
    });
    waives(
      distribution,
      { check: "CKV_AWS_86", reason: "the firewall in front logs every request, without credentials" },
      { check: "CKV_AWS_305", reason: "the gateway answers / as it does every path: there is no object for it" },
      ...(groups.length > 0
        ? []
        : [
            {
              check: "CKV_AWS_310",
              reason:
                "DNS leads the origin's name to a region that is healthy, also for writes; an origin group retries reads",
            },
          ]),
      { check: "CKV_AWS_374", reason: "the product is for every country that the firewall's list of countries leaves" },
    );
    assets?.grant(distribution);
    this.names(props, distribution);
    this.distribution = distribution;
    this.facts(place, certificate, distribution);
  }

  /** Policies are named after the oldest version that they take: each takes the newer ones, and QUIC always has the newest. */
  private oldestVersion({ stack, place }: CdnProps): string {
    if (place.blueprint.layers.edge.tls?.viewers !== "1.3") return "TLSv1.2_2021";
    stack.addOverride("terraform.required_providers.aws.version", WITH_NEW_POLICIES);
    return "TLSv1.3_2025";
  }

  private facts(place: Place, certificate: Certificate, distribution: CloudfrontDistribution): void {
    const { priceClass, originShield, contents, functions } = place.blueprint.layers.edge;
    const protocols = Object.values(place.blueprint.services).flatMap(({ routes }) =>
      routes.map(({ protocol }) => protocol),
    );
    if (priceClass === "PriceClass_All") encodes("edge.cdn.provider", distribution);
    encodes("edge.waf.provider", distribution);
    encodes("edge.cdn.acceleration", distribution);
    encodes("edge.pki.deploy", distribution, certificate.validated);
    encodes("edge.tls.versions", distribution);
    if (originShield) encodes("edge.cdn.hierarchy", distribution);
    if (contents !== undefined) encodes("edge.static-cache.types", distribution);
    if (contents?.images?.service !== undefined) encodes("edge.workers.images", distribution);
    if (functions?.redirects !== undefined) encodes("edge.workers.transform", distribution);
    if (protocols.includes("websocket") && protocols.includes("graphql")) encodes("client.web.protocols", distribution);
    if (protocols.includes("grpc")) encodes("client.protocols.grpc-edge", distribution);
  }

  private names(props: CdnProps, distribution: CloudfrontDistribution): void {
    const { domain, zoneId } = props;
    for (const name of answered(props)) {
      const label = name === domain ? "domain" : name.slice(0, -domain.length - 1);
      aliasRecords(this, label, { zoneId, name, distribution });
    }
  }
}

/** Every name under which the product is reached. */
const answered = ({ place, domain }: CdnProps): string[] => [
  domain,
  ...["www", ...ownHosts(place.blueprint)].map((label) => `${label}.${domain}`),
];
