import { pageConnections } from "../../lib/layers/client/contract.ts";
import { client } from "../../lib/layers/client/index.ts";
import { data } from "../../lib/layers/data/index.ts";
import { edge } from "../../lib/layers/edge/index.ts";
import type { Place } from "../../lib/model/place.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const prod = () => place("reference", "prod", "global");

describe("pages may connect", () => {
  test("to where they tell the monitor, and are let in as guests", async () => {
    const found = pageConnections(await prod());
    for (const host of ["dataplane.rum", "cognito-identity", "sts"])
      expect(found).toContain(`https://${host}.us-east-1.amazonaws.com`);
  });

  test("to the host on which people sign in", async () => {
    const { domain } = resource(
      await stackOf(client, await place("reference", "prod", "us-east-1"), "identity"),
      "aws_cognito_user_pool_domain",
    );
    const found = pageConnections(await prod());
    expect(found).toContain(`https://${domain}.auth.us-east-1.amazoncognito.com`);
    expect(found).toContain("https://cognito-idp.us-east-1.amazonaws.com");
  });

  test("to the buckets into which browsers load up, in every region, and to no other", async () => {
    const { deployment } = await prod();
    const buckets = await Promise.all(
      deployment.regions.map(async ({ region }) => {
        const stack: Document = await stackOf(data, await place("reference", "prod", region.code), "uploads");
        expect(resources(stack, "aws_s3_bucket_cors_configuration")).toHaveLength(1);
        return `https://${resource(stack, "aws_s3_bucket").bucket}.s3.${region.code}.amazonaws.com`;
      }),
    );
    expect(pageConnections(await prod()).filter((one) => one.includes(".s3."))).toEqual(buckets);
  });

  test("to nothing that the product does not use", async () => {
    const here = await prod();
    const { telemetry, identity, crashes, ...others } = here.blueprint.layers.client;
    expect([telemetry, identity, crashes]).not.toContain(undefined);
    const layers = { ...here.blueprint.layers, client: others };
    const bare: Place = { ...here, blueprint: { ...here.blueprint, layers, data: {} } };
    expect(pageConnections(bare)).toEqual([]);
    expect(pageConnections(await place("url-shortener", "dev", "global"))).toEqual([]);
  });

  test("as every response says", async () => {
    const policies = resources(await stackOf(edge, await prod()), "aws_cloudfront_response_headers_policy");
    expect(policies.length).toBeGreaterThan(0);
    for (const { security_headers_config } of policies)
      for (const host of pageConnections(await prod()))
        expect(security_headers_config.content_security_policy.content_security_policy).toContain(` ${host}`);
  });
});
