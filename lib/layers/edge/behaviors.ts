import type {
  CloudfrontDistributionDefaultCacheBehavior,
  CloudfrontDistributionOrderedCacheBehavior,
} from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import type { CloudfrontOriginRequestPolicy } from "@cdktn/provider-aws/lib/cloudfront-origin-request-policy/index.js";
import type { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import { routesOf, type ServiceRoute } from "../../model/routes.ts";
import { CachePolicies } from "./cache-policies.ts";
import { type ContentKind, type KeptContent, kindsOf } from "./content-kinds.ts";
import { EdgeFunctions } from "./edge-functions.ts";
import { everything, nothingOfTheCaller } from "./forwarding.ts";
import { ASSETS, GATEWAY, IMAGES } from "./origins.ts";
import { ResponseHeaders } from "./response-headers.ts";
import { refuseShadowedHosts } from "./shadowed-hosts.ts";

const READ = ["GET", "HEAD", "OPTIONS"];
const ALL = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** What all behaviors have. */
const COMMON = {
  viewerProtocolPolicy: "redirect-to-https",
  cachedMethods: ["GET", "HEAD"],
  compress: true,
};

/** How the CDN treats paths: kinds of content first, then routes that it has to know of, and the gateway for everything else. */
export class Behaviors {
  readonly default: CloudfrontDistributionDefaultCacheBehavior;
  readonly ordered: readonly CloudfrontDistributionOrderedCacheBehavior[];
  private readonly scope: Construct;
  private readonly place: Place;
  private readonly cache: CachePolicies;
  private readonly headers: ResponseHeaders;
  private readonly functions: EdgeFunctions;
  private readonly forward: CloudfrontOriginRequestPolicy;
  private shared: CloudfrontOriginRequestPolicy | undefined;

  constructor(scope: Construct, place: Place, hasAssets: boolean) {
    this.scope = scope;
    this.place = place;
    this.cache = new CachePolicies(scope, "cache", place);
    this.headers = new ResponseHeaders(scope, place);
    this.functions = new EdgeFunctions(scope, "functions", place);
    this.forward = everything(scope, place);
    this.default = this.uncached();
    const kinds = kindsOf(place.blueprint.layers.edge.contents);
    const shared = [
      ...kinds.flatMap((kind) => this.content(kind)),
      ...(hasAssets && !kinds.some(({ kind }) => kind === "scripts") ? [this.assets()] : []),
    ];
    this.ordered = [...shared, ...this.routes(kinds.flatMap(({ paths }) => paths))];
    refuseShadowedHosts(place, [
      ...shared.map(({ pathPattern }) => pathPattern),
      ...routesOf(place.blueprint)
        .filter(isKept)
        .map(({ path }) => patternOf(path)),
    ]);
  }

  /** The gateway, and nothing kept. */
  private uncached(): CloudfrontDistributionDefaultCacheBehavior {
    return {
      ...COMMON,
      targetOriginId: GATEWAY,
      allowedMethods: ALL,
      cachePolicyId: this.cache.none().id,
      originRequestPolicyId: this.forward.id,
      responseHeadersPolicyId: this.headers.security().id,
      ...this.functions.of("gateway"),
    };
  }

  /** Static assets of no kind: the objects say how long, a day at most. */
  private assets(): CloudfrontDistributionOrderedCacheBehavior {
    return {
      ...COMMON,
      pathPattern: "/static/*",
      targetOriginId: ASSETS,
      allowedMethods: READ,
      cachePolicyId: this.cache.upTo("static", 86_400, false).id,
      responseHeadersPolicyId: this.headers.security().id,
    };
  }

  private content(rule: KeptContent): CloudfrontDistributionOrderedCacheBehavior[] {
    const { kind, paths } = rule;
    const origin = this.originOf(kind);
    return paths.map((pathPattern) => ({
      ...COMMON,
      pathPattern,
      targetOriginId: origin,
      allowedMethods: READ,
      cachePolicyId: this.cache.ofKind(rule).id,
      ...(origin === ASSETS ? {} : { originRequestPolicyId: this.nothingOfTheCaller().id }),
      responseHeadersPolicyId: this.headers.security().id,
      ...this.functions.of(kind),
    }));
  }

  private originOf(kind: ContentKind): string {
    const { images, pages } = this.place.blueprint.layers.edge.contents ?? {};
    if (kind === "images" && images?.service !== undefined) return IMAGES;
    return kind === "pages" && pages?.from === "gateway" ? GATEWAY : ASSETS;
  }

  private nothingOfTheCaller(): CloudfrontOriginRequestPolicy {
    this.shared ??= nothingOfTheCaller(this.scope, this.place);
    return this.shared;
  }

  /** A behavior for each route that may be answered from cache, or speaks more than requests and answers; once for each pattern. */
  private routes(taken: readonly string[]): CloudfrontDistributionOrderedCacheBehavior[] {
    const patterns = new Map<string, ServiceRoute>();
    for (const route of routesOf(this.place.blueprint)) {
      const pattern = patternOf(route.path);
      if ((isKept(route) || route.protocol !== "http") && !patterns.has(pattern) && !taken.includes(pattern))
        patterns.set(pattern, route);
    }
    return [...patterns].map(([pathPattern, route]) => ({
      pathPattern,
      ...this.uncached(),
      ...(route.protocol === "grpc" ? { grpcConfig: { enabled: true } } : {}),
      ...(route.protocol === "http" ? this.kept(route) : {}),
    }));
  }

  /** For as long as the gateway says, which says it to browsers too: it alone knows an answer from an error. */
  private kept({ cache = "0s", auth }: ServiceRoute) {
    return { cachePolicyId: this.cache.upTo(cache, seconds(cache), auth !== "none").id };
  }
}

/** Whether answers along a route may be kept at the edge. */
const isKept = ({ cache, method }: ServiceRoute): boolean => cache !== undefined && method === "GET";

/** A route's path as CloudFront matches it: parameters and rests are stars. */
export const patternOf = (path: string): string => path.replace(/\{[^}]+\}/g, "*").replace(/\*+/g, "*");
