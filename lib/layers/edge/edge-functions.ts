import type { CloudfrontDistributionOrderedCacheBehavior } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudfrontFunction } from "@cdktn/provider-aws/lib/cloudfront-function/index.js";
import { CloudfrontKeyValueStore } from "@cdktn/provider-aws/lib/cloudfront-key-value-store/index.js";
import { Construct } from "constructs";
import { domainOf, nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { CONTENT_KINDS, type ContentKind } from "./content-kinds.ts";
import { assignment, remembering } from "./functions/experiments.ts";
import { imageFormat } from "./functions/image-format.ts";
import { keeping } from "./functions/keeping.ts";
import { language } from "./functions/language.ts";
import { redirects } from "./functions/redirects.ts";
import { type EdgeStep, functionSource } from "./functions/source.ts";
import { token } from "./functions/token.ts";
import { www } from "./functions/www.ts";

type Associations = NonNullable<CloudfrontDistributionOrderedCacheBehavior["functionAssociation"]>;
type ViewerEvent = "viewer-request" | "viewer-response";

/** What runs before the cache for each kind of content, and for everything else; what is alike is made once. */
export class EdgeFunctions extends Construct {
  private readonly place: Place;
  private readonly made = new Map<string, CloudfrontFunction>();
  private store: CloudfrontKeyValueStore | undefined;

  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    this.place = place;
  }

  /** What a behavior runs, at most one function an event. @param kind of content; `gateway` for what services answer */
  of(kind: ContentKind | "gateway"): { readonly functionAssociation?: Associations } {
    const functionAssociation = (
      [
        ["viewer-request", requestSteps(this.place, kind)],
        ["viewer-response", responseSteps(this.place, kind)],
      ] as const
    ).flatMap(([eventType, steps]) =>
      steps.length === 0 ? [] : [{ eventType, functionArn: this.function(kind, eventType, steps).arn }],
    );
    return functionAssociation.length === 0 ? {} : { functionAssociation };
  }

  private function(kind: string, event: ViewerEvent, steps: readonly EdgeStep[]): CloudfrontFunction {
    const code = functionSource(event, steps);
    const known = this.made.get(code);
    if (known !== undefined) return known;
    const reads = steps.some(({ modules }) => modules.includes("cloudfront"));
    const made = new CloudfrontFunction(this, `${kind}-${event}`, {
      name: nameOf(this.place, "aws_cloudfront_function", kind, event),
      runtime: "cloudfront-js-2.0",
      comment: steps.map(({ name }) => name).join(", "),
      // Terraform reads dollar signs with braces itself.
      code: code.replaceAll("${", "$${"),
      publish: true,
      ...(reads ? { keyValueStoreAssociations: [this.values().arn] } : {}),
    });
    this.made.set(code, made);
    encodes("edge.workers.runtime", made);
    const does = (...names: readonly string[]): boolean => steps.some(({ name }) => names.includes(name));
    if (does("assignment", "remembering")) encodes("edge.workers.ab", made);
    if (does("language")) encodes("edge.workers.personalise", made);
    if (does("token")) encodes("edge.workers.auth", made);
    if (does("redirects", "remembering")) encodes("edge.workers.transform", made);
    if (does("imageFormat")) encodes("edge.static-cache.image-negotiation", made);
    if (reads) encodes("edge.workers.kv", made);
    if (code.includes("stale-while-revalidate")) encodes("edge.cdn.swr", made);
    if (code.includes("immutable")) encodes("edge.static-cache.immutable", made);
    if (code.includes("s-maxage=300, stale-while-revalidate=60")) encodes("edge.static-cache.html", made);
    return made;
  }

  /** What functions read, everywhere and without a release. Terraform makes the store and leaves alone what is in it. */
  private values(): CloudfrontKeyValueStore {
    if (this.store !== undefined) return this.store;
    this.store = new CloudfrontKeyValueStore(this, "store", {
      name: nameOf(this.place, "aws_cloudfront_key_value_store"),
      comment: "Shares of experiments, and the key of tokens",
    });
    encodes("edge.workers.kv", this.store);
    return this.store;
  }
}

/**
 * Steps before the cache: who asks the wrong host is told first, then who may not have it, and what has moved next. Where nothing
 * else would run, nothing does: a call costs as much as a tenth of the request, and the gateway knows the host too.
 */
export function requestSteps(place: Place, kind: ContentKind | "gateway"): readonly EdgeStep[] {
  const steps = stepsOf(place, kind);
  const domain = domainOf(place);
  return steps.length === 0 || domain === undefined ? steps : [www(domain), ...steps];
}

function stepsOf({ blueprint }: Place, kind: ContentKind | "gateway"): readonly EdgeStep[] {
  const { functions = {} } = blueprint.layers.edge;
  const { experiments, personalise, tokens } = functions;
  const guarded: readonly string[] = tokens?.for ?? [];
  return [
    ...(guarded.includes(kind) ? [token] : []),
    ...(functions.redirects !== undefined && (kind === "gateway" || kind === "pages")
      ? [redirects(functions.redirects)]
      : []),
    ...(kind === "images" ? [imageFormat] : []),
    ...(kind === "pages" && experiments !== undefined ? [assignment(experiments)] : []),
    ...(kind === "pages" && personalise?.languages !== undefined ? [language(personalise.languages)] : []),
  ];
}

/** Steps after the cache, for what is no error. A gateway says by itself how long its pages may be kept. */
export function responseSteps({ blueprint }: Place, kind: ContentKind | "gateway"): readonly EdgeStep[] {
  const { contents, functions = {} } = blueprint.layers.edge;
  const { experiments } = functions;
  const silent = kind !== "gateway" && !(kind === "pages" && contents?.pages?.from === "gateway");
  return [
    ...(silent ? [keeping(CONTENT_KINDS[kind].cacheControl)] : []),
    ...(kind === "pages" && experiments !== undefined ? [remembering(experiments)] : []),
  ];
}
