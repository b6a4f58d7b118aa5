import { analytics } from "../../lib/layers/analytics/index.ts";
import { connectionsOf } from "../../lib/layers/mesh/connections.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { analyticsProblems } from "../../lib/model/analytics-problems.ts";
import { neededServices } from "../../lib/model/region-needs.ts";
import { missing } from "../../lib/model/regions.ts";
import { type Document, objectNamed, objectsOf, place, resource, resources, stackOf } from "../support.ts";

const profiles = async (): Promise<Document> =>
  resource(
    await stackOf(analytics, await place("reference", "dev", "us-east-1"), "profiles"),
    "aws_customerprofiles_domain",
  );

describe("customer profiles", () => {
  test("are matched by rules as they arrive and by machine learning every week, under a key of ours (foundation.platform.cdp)", async () => {
    const domain = await profiles();
    expect(domain.matching).toMatchObject({ enabled: true });
    expect(domain.rule_based_matching.enabled).toBe(true);
    expect(domain.rule_based_matching.matching_rules[0].rule).toEqual(["EmailAddress", "LastName"]);
    expect(domain.default_encryption_key).toContain("security-keys-data");
  });

  test("that match are never merged by themselves", async () => {
    const domain = await profiles();
    expect(domain.matching.auto_merging).toBeUndefined();
    expect(domain.rule_based_matching.max_allowed_rule_level_for_merging).toBeUndefined();
  });

  test("are one domain, in the primary region, and none where nobody asks", async () => {
    for (const at of [
      await place("reference", "prod", "eu-west-1"),
      await place("reference", "prod", "global"),
      await place("url-shortener", "dev", "us-east-1"),
    ])
      expect(analytics.stacks(at)).toEqual([]);
  });

  test("are written by the services that are named, wherever they run, and by no other", async () => {
    const at = await place("reference", "prod", "eu-west-1");
    const domain = "reference-prod-use1";
    expect(connectionsOf(at, "analytics").settings).toMatchObject({
      PROFILES_DOMAIN: domain,
      PROFILES_REGION: "us-east-1",
    });
    const policies = resources(await stackOf(mesh, at), "aws_iam_role_policy").map(({ policy }) => policy);
    const writing = policies.filter((policy) => policy.includes("profile:PutProfileObject"));
    expect(writing).toHaveLength(1);
    expect(writing[0]).toContain(`:profile:us-east-1:210000000004:domains/${domain}`);
    const rules = objectNamed(await objectsOf(mesh, at, "analytics"), "NetworkPolicy", "analytics").spec.egress;
    expect(JSON.stringify(rules)).toContain('"cidr":"0.0.0.0/0"');
  });

  test("need a region that has them, and services that exist", async () => {
    const { blueprint } = await place("reference", "prod", "us-east-1");
    const needs = (role: "primary" | "active") =>
      neededServices(blueprint, true, role).map(({ service }): string => service);
    expect(needs("primary")).toContain("customer-profiles");
    expect(needs("active")).not.toContain("customer-profiles");
    expect([missing("eu-central-1", "customer-profiles"), missing("eu-west-1", "customer-profiles")]).toEqual([
      false,
      true,
    ]);
    const changed = structuredClone(blueprint);
    changed.layers.analytics = { profiles: { services: ["analytic"] } };
    expect(analyticsProblems(changed)).toMatchObject([{ code: "unknown-service", fix: 'write "analytics"' }]);
  });
});
