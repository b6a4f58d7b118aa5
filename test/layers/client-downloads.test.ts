import { client } from "../../lib/layers/client/index.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const downloads = async (environment = "prod"): Promise<Document> =>
  stackOf(client, await place("reference", environment, "global"), "downloads");

describe("desktop apps", () => {
  test("hear of a release within minutes, and get it from where it stays for a year (client.desktop.updates)", async () => {
    const stack = await downloads();
    const [feed, releases] = resource(stack, "aws_cloudfront_distribution").ordered_cache_behavior;
    const policy = ({ cache_policy_id }: Document): Document =>
      stack.resource.aws_cloudfront_cache_policy[cache_policy_id.split(".")[1]];
    expect(feed.path_pattern).toBe("/feed/*");
    expect(policy(feed).max_ttl).toBeLessThanOrEqual(300);
    expect(releases.path_pattern).toBe("/releases/*");
    expect(policy(releases).default_ttl).toBe(31_536_000);
  });

  test("get releases at a host of the environment, over HTTPS alone", async () => {
    const stack = await downloads("dev");
    const distribution = resource(stack, "aws_cloudfront_distribution");
    expect(distribution.aliases).toEqual(["downloads.dev.reference.example"]);
    for (const one of [distribution.default_cache_behavior, ...distribution.ordered_cache_behavior])
      expect(one.viewer_protocol_policy).toBe("redirect-to-https");
    expect(resources(stack, "aws_route53_record").map(({ type }) => type)).toEqual(
      expect.arrayContaining(["A", "AAAA"]),
    );
  });

  test("nobody but the distribution reads the bucket", async () => {
    const stack = await downloads();
    expect(resource(stack, "aws_s3_bucket_public_access_block").block_public_policy).toBe(true);
    const allowed = JSON.parse(resource(stack, "aws_s3_bucket_policy").policy).Statement.filter(
      ({ Effect }: Document) => Effect === "Allow",
    );
    expect(allowed).toEqual([expect.objectContaining({ Principal: { Service: "cloudfront.amazonaws.com" } })]);
  });
});
