import { edge } from "../../lib/layers/edge/index.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const prod = async (): Promise<Document> => stackOf(edge, await place("reference", "prod", "global"));
const dev = async (): Promise<Document> => stackOf(edge, await place("url-shortener", "dev", "global"));

describe("names", () => {
  test("prod has the domain, other environments a zone of their own below it", async () => {
    expect(resource(await prod(), "aws_route53_zone").name).toBe("reference.example");
    expect(resource(await dev(), "aws_route53_zone").name).toBe("dev.sho.rt");
  });

  test("prod's zone delegates to those of other environments", async () => {
    const stack = await stackOf(edge, await place("url-shortener", "prod", "global"));
    const [delegation] = resources(stack, "aws_route53_record").filter(({ type }) => type === "NS");
    expect(delegation).toMatchObject({ name: "dev.sho.rt", records: expect.arrayContaining(["ns-1.awsdns-01.org"]) });
    expect(resources(await dev(), "aws_route53_record").filter(({ type }) => type === "NS")).toEqual([]);
  });

  test("every region answers those whom it answers fastest (edge.dns.latency)", async () => {
    const here = await place("reference", "prod", "global");
    const routed = resources(await prod(), "aws_route53_record").filter(
      (record) => record.latency_routing_policy && record.name === "any.serving.reference.example",
    );
    expect(routed.map((record) => record.latency_routing_policy.region).sort()).toEqual(
      here.deployment.regions.map(({ region }) => region.code).sort(),
    );
  });

  test("a region that is down leaves the answers (edge.dns.health)", async () => {
    const stack = await prod();
    for (const record of resources(stack, "aws_route53_record").filter((one) => one.latency_routing_policy))
      expect(record.health_check_id).toContain(`-${record.latency_routing_policy.region}-health`);
    for (const check of resources(stack, "aws_route53_health_check").filter(({ type }) => type === "HTTPS"))
      expect(check.resource_path).toBe("/.well-known/gateway-health");
  });

  test("only the two authorities that we use may issue certificates", async () => {
    const authorities = resources(await prod(), "aws_route53_record").find(({ type }) => type === "CAA");
    expect(authorities.records).toEqual(expect.arrayContaining(['0 issue "amazon.com"', '0 issue "letsencrypt.org"']));
  });

  test("a certificate is replaced before the old one goes", async () => {
    expect(resource(await prod(), "aws_acm_certificate").lifecycle.create_before_destroy).toBe(true);
  });
});

describe("content delivery", () => {
  test("prod answers from every edge location (edge.cdn.provider)", async () => {
    expect(resource(await prod(), "aws_cloudfront_distribution").price_class).toBe("PriceClass_All");
  });

  test("speaks HTTP/3 and compresses with Brotli (edge.cdn.acceleration)", async () => {
    const stack = await prod();
    const distribution = resource(stack, "aws_cloudfront_distribution");
    expect(distribution.http_version).toBe("http2and3");
    const behaviours = [distribution.default_cache_behavior, ...distribution.ordered_cache_behavior];
    for (const behaviour of behaviours) expect(behaviour.compress).toBe(true);
    const caching: Document[] = resources(stack, "aws_cloudfront_cache_policy").filter(({ max_ttl }) => max_ttl > 0);
    for (const policy of caching)
      expect(policy.parameters_in_cache_key_and_forwarded_to_origin.enable_accept_encoding_brotli).toBe(true);
  });

  test("what is kept is told apart by named headers alone, never by all headers or cookies (edge.cdn.cache-keys)", async () => {
    const policies = resources(await prod(), "aws_cloudfront_cache_policy");
    expect(policies.length).toBeGreaterThan(2);
    for (const { parameters_in_cache_key_and_forwarded_to_origin: key } of policies) {
      expect(key.cookies_config.cookie_behavior).toBe("none");
      expect(["none", "whitelist"]).toContain(key.headers_config.header_behavior);
    }
  });

  test("what is cached for one bearer of a token is never given to another", async () => {
    const stack = await prod();
    const policies: [string, Document][] = Object.entries(stack.resource.aws_cloudfront_cache_policy);
    const authenticated = policies.filter(([id]) => id.endsWith("-auth"));
    expect(authenticated.length).toBeGreaterThan(0);
    for (const [, policy] of authenticated)
      expect(policy.parameters_in_cache_key_and_forwarded_to_origin.headers_config.headers.items).toContain(
        "Authorization",
      );
  });

  test("static assets are read by the distribution alone", async () => {
    const stack = await prod();
    expect(resource(stack, "aws_cloudfront_origin_access_control").signing_behavior).toBe("always");
    const { Statement } = JSON.parse(stack.resource.aws_s3_bucket_policy["static-assets-policy"].policy);
    const reads = Statement.find((statement: Document) => statement.Effect === "Allow");
    expect(reads.Principal).toEqual({ Service: "cloudfront.amazonaws.com" });
    expect(JSON.stringify(reads.Condition)).toContain("aws_cloudfront_distribution");
  });

  test("answers with a certificate that was validated (edge.pki.deploy)", async () => {
    const stack = await prod();
    expect(resource(stack, "aws_acm_certificate_validation").certificate_arn).toContain("aws_acm_certificate.");
    const [id] = Object.keys(stack.resource.aws_acm_certificate_validation);
    expect(resource(stack, "aws_cloudfront_distribution").viewer_certificate.acm_certificate_arn).toBe(
      `\${aws_acm_certificate_validation.${id}.certificate_arn}`,
    );
  });

  test("nothing is answered over plain HTTP or old TLS", async () => {
    const distribution = resource(await prod(), "aws_cloudfront_distribution");
    expect(distribution.default_cache_behavior.viewer_protocol_policy).toBe("redirect-to-https");
    expect(distribution.viewer_certificate.minimum_protocol_version).toMatch(/^TLSv1\.[23]/);
  });
});

describe("failover", () => {
  test("a standby region answers only when no serving region does", async () => {
    const records = resources(
      await stackOf(edge, await place("promo-links", "prod", "global")),
      "aws_route53_record",
    ).filter((record) => record.failover_routing_policy);
    const [primary, secondary] = records.sort((a, b) => (a.set_identifier < b.set_identifier ? -1 : 1));
    expect(primary).toMatchObject({
      failover_routing_policy: { type: "PRIMARY" },
      records: ["serving.promo.example"],
      health_check_id: expect.stringContaining("serving-health"),
    });
    expect(secondary).toMatchObject({
      failover_routing_policy: { type: "SECONDARY" },
      records: ["origin.euw1.promo.example"],
    });
  });
});
