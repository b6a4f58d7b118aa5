import { edge } from "../../lib/layers/edge/index.ts";
import { type Document, place, resource, stackOf } from "../support.ts";

const global = async (): Promise<Document> => stackOf(edge, await place("reference", "prod", "global"));

describe("web", () => {
  test("the web's files are private, and read by the distribution that signs for them alone (client.web.hosting)", async () => {
    const stack = await global();
    expect(stack.resource.aws_s3_bucket_public_access_block["static-assets-public-access"]).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(resource(stack, "aws_cloudfront_origin_access_control")).toMatchObject({
      origin_access_control_origin_type: "s3",
      signing_behavior: "always",
      signing_protocol: "sigv4",
    });
    const { origin } = resource(stack, "aws_cloudfront_distribution");
    const assets = origin.find(({ origin_id }: Document) => origin_id === "assets");
    expect(assets.domain_name).toContain("aws_s3_bucket.static-assets");
    expect(assets.origin_access_control_id).toContain("aws_cloudfront_origin_access_control.");
    const { Statement } = JSON.parse(stack.resource.aws_s3_bucket_policy["static-assets-policy"].policy);
    const allowed = Statement.filter(({ Effect }: Document) => Effect === "Allow");
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({ Action: "s3:GetObject", Principal: { Service: "cloudfront.amazonaws.com" } });
    expect(allowed[0].Condition.StringEquals["AWS:SourceArn"]).toContain("aws_cloudfront_distribution.");
  });
});
