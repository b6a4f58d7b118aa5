import { edge } from "../../lib/layers/edge/index.ts";
import { nearestShield } from "../../lib/layers/edge/origins.ts";
import { buildspec } from "../../lib/layers/edge/publisher.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { region } from "../../lib/model/regions.ts";
import { type Document, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const dev = async (): Promise<Document> => stackOf(edge, await place("reference", "dev", "global"));
const prod = async (): Promise<Document> => stackOf(edge, await place("reference", "prod", "global"));

/** The behavior of a pattern, with the policies that it names. */
async function behavior(pattern: string): Promise<Document> {
  const stack = await dev();
  const found = resource(stack, "aws_cloudfront_distribution").ordered_cache_behavior.find(
    ({ path_pattern }: Document) => path_pattern === pattern,
  );
  const policy = (type: string, reference: string): Document =>
    Object.entries<Document>(stack.resource[type]).find(([id]) => reference === `\${${type}.${id}.id}`)?.[1];
  return {
    ...found,
    cache: policy("aws_cloudfront_cache_policy", found.cache_policy_id),
    headers: policy("aws_cloudfront_response_headers_policy", found.response_headers_policy_id),
    told: Object.entries<Document>(stack.resource.aws_cloudfront_function).find(([id]) =>
      found.function_association?.some(
        (one: Document) =>
          one.event_type === "viewer-response" && one.function_arn === `\${aws_cloudfront_function.${id}.arn}`,
      ),
    )?.[1].code,
  };
}

/** What browsers are told where the origin says nothing. */
const cacheControl = ({ told }: Document): string | undefined => /const KEPT = "([^"]+)"/.exec(told ?? "")?.[1];
/** What the gateway says of answers that may be kept. */
async function apiCaching(): Promise<string[]> {
  const routes = await objectsOf(ingress, await place("reference", "dev", "us-east-1"), "routes");
  return ofKind(routes, "HTTPRoute")
    .flatMap(({ spec }) => spec.rules.flatMap(({ filters = [] }: Document) => filters))
    .flatMap(({ responseHeaderModifier }: Document) => responseHeaderModifier?.set ?? [])
    .flatMap(({ name, value }: Document) => (name === "Cache-Control" && value !== "no-store" ? [value] : []));
}

const variants = ({ cache }: Document): string[] =>
  cache.parameters_in_cache_key_and_forwarded_to_origin.headers_config.headers?.items ?? [];

describe("tiers", () => {
  test("every origin of one region has a shield in a region that has one (edge.cdn.hierarchy)", async () => {
    for (const { origin_shield } of resource(await dev(), "aws_cloudfront_distribution").origin)
      expect(origin_shield).toEqual({ enabled: true, origin_shield_region: "us-east-1" });
  });

  test("a gateway of many regions has none: callers would all be led to one of them", async () => {
    const { origin } = resource(await prod(), "aws_cloudfront_distribution");
    const shields = Object.fromEntries(origin.map((one: Document) => [one.origin_id, one.origin_shield?.enabled]));
    expect(shields).toEqual({ gateway: undefined, assets: true });
  });

  test.each([
    ["eu-west-1", "eu-west-1"],
    ["us-west-1", "us-west-2"],
    ["ca-central-1", "us-east-1"],
    ["eu-south-1", "eu-central-1"],
    ["me-south-1", "ap-south-1"],
  ])("the shield nearest to %s is %s", (code, shield) => {
    expect(nearestShield(region(code))).toBe(shield);
  });
});

describe("the gateway", () => {
  const patience = async (blueprint: string): Promise<number> => {
    const stack = await stackOf(edge, await place(blueprint, "dev", "global"));
    const { origin } = resource(stack, "aws_cloudfront_distribution");
    return origin.find(({ origin_id }: Document) => origin_id === "gateway").custom_origin_config.origin_read_timeout;
  };

  test("has as long for an answer as the slowest service, and never less than half a minute", async () => {
    // Clients hear of changes of flags by a long poll.
    const { services } = (await place("reference", "dev", "global")).blueprint;
    expect(services["config-flags"]?.traffic.timeout).toBe("60s");
    expect(await patience("reference")).toBe(60);
    expect(await patience("url-shortener")).toBe(30);
  });
});

describe("what is kept", () => {
  test("each kind has a behavior and a policy of its own (edge.static-cache.types)", async () => {
    const kinds = ["*/remoteEntry.js", "/static/*", "/fonts/*", "/img/*", "/locales/*", "/media/*", "/pages/*"];
    const policies = new Set<string>();
    for (const kind of kinds) policies.add((await behavior(kind)).cache.name);
    expect(policies.size).toBe(kinds.length);
    const api = await behavior("/api/v2/users/*");
    expect([...policies]).not.toContain(api.cache.name);
    expect(api.cache.max_ttl).toBe(60);
  });

  test("what has a digest in its name is kept for a year everywhere (edge.static-cache.immutable)", async () => {
    for (const pattern of ["/static/*", "/fonts/*"]) {
      const kept = await behavior(pattern);
      expect(kept.cache).toMatchObject({ min_ttl: 31_536_000, default_ttl: 31_536_000, max_ttl: 31_536_000 });
      expect(cacheControl(kept)).toBe("public, max-age=31536000, immutable");
    }
  });

  test("pages stay 300 seconds at the edge and not in browsers (edge.static-cache.html)", async () => {
    const pages = await behavior("/pages/*");
    expect(pages.cache).toMatchObject({ min_ttl: 0, default_ttl: 300, max_ttl: 300 });
    expect(cacheControl(pages)).toMatch(/max-age=0, s-maxage=300/);
  });

  test("pages and answers of the API are served stale while they are fetched anew (edge.cdn.swr)", async () => {
    const pages = cacheControl(await behavior("/pages/*"));
    expect(pages).toMatch(/stale-while-revalidate=\d+/);
    expect(pages).toContain("stale-if-error=86400");
    for (const pattern of ["/pages/*", "/api/v2/users/*", "/api/v2/search"])
      expect((await behavior(pattern)).cache.min_ttl).toBe(0);
    for (const said of await apiCaching()) expect(said).toMatch(/max-age=(\d+), stale-while-revalidate=\1$/);
  });

  test("answers of the API that only their caller may see are kept at the edge, by who asks and from where", async () => {
    const said = await apiCaching();
    expect(said.length).toBeGreaterThan(2);
    // CloudFront keeps nothing of what is private.
    for (const one of said) expect(one).not.toContain("private");
    for (const pattern of ["/api/v2/users/*", "/api/v2/search"])
      expect(variants(await behavior(pattern))).toEqual(["Authorization", "X-Api-Key", "Origin"]);
  });

  test("no header of the edge says of errors too how long they are kept", async () => {
    for (const environment of [dev, prod])
      for (const policy of resources(await environment(), "aws_cloudfront_response_headers_policy"))
        expect(JSON.stringify(policy)).not.toContain("Cache-Control");
  });

  test("errors are nobody's answer but of who was told one", async () => {
    const { custom_error_response } = resource(await prod(), "aws_cloudfront_distribution");
    const kept = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];
    expect(custom_error_response).toEqual(kept.map((error_code) => ({ error_code, error_caching_min_ttl: 0 })));
  });

  test("only images differ by what a browser takes (edge.static-cache.image-negotiation)", async () => {
    const stack = await dev();
    const policies: Document[] = resources(stack, "aws_cloudfront_cache_policy");
    const byAccept = policies.filter((cache) => variants({ cache }).includes("Accept"));
    expect(byAccept.map(({ name }) => name)).toEqual(["reference-dev-images"]);
    expect((await behavior("/img/*")).cache).toEqual(byAccept[0]);
  });

  test("images come from a service, and from the bucket where it fails (edge.workers.images)", async () => {
    const images = await behavior("/img/*");
    const [group] = resource(await dev(), "aws_cloudfront_distribution").origin_group;
    expect(images.target_origin_id).toBe(group.origin_id);
    expect(group.member.map(({ origin_id }: Document) => origin_id)).toEqual(["gateway", "assets"]);
    expect(variants(images)).toEqual(["Accept"]);
    expect(images.allowed_methods).not.toContain("POST");
  });

  test("translations are kept for five minutes at most (client.i18n.bundles)", async () => {
    expect((await behavior("/locales/*")).cache.max_ttl).toBeLessThanOrEqual(300);
  });

  test("what a page differs by is part of its key (edge.workers.personalise)", async () => {
    expect(variants(await behavior("/pages/*"))).toEqual([
      "CloudFront-Viewer-Country",
      "CloudFront-Is-Desktop-Viewer",
      "CloudFront-Is-Mobile-Viewer",
      "CloudFront-Is-Tablet-Viewer",
      "x-language",
      "x-experiment-checkout",
    ]);
  });
});

describe("protocols", () => {
  test("sockets and GraphQL pass uncached over HTTP/3 (client.web.protocols)", async () => {
    const distribution = resource(await dev(), "aws_cloudfront_distribution");
    expect(distribution.http_version).toBe("http2and3");
    expect(distribution.is_ipv6_enabled).toBe(true);
    for (const pattern of ["/ws/v2/chat", "/graphql"]) {
      const { cache, allowed_methods } = await behavior(pattern);
      expect(cache.max_ttl).toBe(0);
      expect(allowed_methods).toContain("POST");
    }
  });

  test("gRPC passes the edge (client.protocols.grpc-edge)", async () => {
    const { grpc_config, allowed_methods, cache } = await behavior("/reference.user.v2.Users/*");
    expect(grpc_config).toEqual({ enabled: true });
    expect(allowed_methods).toContain("POST");
    expect(cache.max_ttl).toBe(0);
  });
});

describe("frontends that are released apart", () => {
  test("have entries that are kept for a minute, and roles that reach one folder (client.patterns.micro-frontends)", async () => {
    expect((await behavior("*/remoteEntry.js")).cache.max_ttl).toBeLessThanOrEqual(60);
    const stack = await dev();
    const { Statement } = JSON.parse(stack.resource.aws_iam_role_policy["frontends-shop-policy"].policy);
    const written = Statement.find(({ Sid }: Document) => Sid === "Upload");
    expect(written.Resource).toMatch(/:s3:::reference-dev-static\/incoming\/shop\/\*$/);
    expect(JSON.stringify(Statement)).not.toContain("account/");
    const trust = JSON.parse(stack.resource.aws_iam_role["frontends-shop"].assume_role_policy);
    expect(JSON.stringify(trust)).toContain("repo:example/shop:ref:refs/heads/main");
  });

  test("are purged when they are published (edge.cdn.purge)", async () => {
    const stack = await dev();
    const { source } = stack.resource.aws_codebuild_project["publisher-shop-Resource"];
    const { commands } = JSON.parse(source.buildspec).phases.build;
    expect(commands.at(-1)).toContain('create-invalidation --distribution-id "$DISTRIBUTION" --paths "/static/shop/*"');
    const { Statement } = JSON.parse(stack.resource.aws_iam_role_policy["publisher-shop-policy"].policy);
    expect(Statement.find(({ Sid }: Document) => Sid === "Purge").Resource).toContain("aws_cloudfront_distribution.");
  });

  test("carry their tag, and the headers of their kind (edge.static-cache.tags)", () => {
    const [files, entry] = JSON.parse(buildspec("bucket", "shop")).phases.build.commands;
    for (const command of [files, entry]) expect(command).toContain('--metadata "cache-tag=shop"');
    expect(files).toContain("immutable");
    expect(entry).toContain("s-maxage=60");
  });
});
