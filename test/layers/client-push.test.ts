import { client } from "../../lib/layers/client/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { security } from "../../lib/layers/security/index.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const push = async (): Promise<Document> => stackOf(client, await place("reference", "prod", "us-east-1"), "push");
const application = async (platform: string): Promise<Document> =>
  resources(await push(), "aws_sns_platform_application").find((one) => one.platform === platform);

/** Where a seeded secret is read. */
const SECRET = /^\$\{data\.aws_secretsmanager_secret_version\.[\w-]+\.secret_string\}$/;

describe("push", () => {
  test("reaches Apple's devices with a key that people seeded (client.ios.push)", async () => {
    const ios = await application("APNS");
    expect(ios).toMatchObject({
      platform_principal: "ABC123DEFG",
      apple_platform_team_id: "DEF123GHIJ",
      apple_platform_bundle_id: "example.reference",
    });
    expect(ios.platform_credential).toMatch(SECRET);
  });

  test("reaches Android's with an account that people seeded (client.android.push)", async () => {
    expect((await application("GCM")).platform_credential).toMatch(SECRET);
  });

  test("has two platforms, keys for browsers, and a group for what is sent later (client.push.channels)", async () => {
    const stack = await push();
    expect(
      resources(stack, "aws_sns_platform_application")
        .map(({ platform }) => platform)
        .sort(),
    ).toEqual(["APNS", "GCM"]);
    expect(resource(stack, "aws_scheduler_schedule_group").name).toBe("reference-prod-use1-pushes");
    const keys = await stackOf(security, await place("reference", "prod", "us-east-1"));
    expect(resources(keys, "aws_secretsmanager_secret").map(({ name }) => name)).toContain(
      "reference/prod/use1/web-push-keys",
    );
  });

  test("writes down what became of it (client.push.receipts)", async () => {
    const all = resources(await push(), "aws_sns_platform_application");
    expect(all).toHaveLength(2);
    for (const one of all) {
      expect(one.success_feedback_role_arn).toContain("aws_iam_role.push-receipts");
      expect(one.failure_feedback_role_arn).toContain("aws_iam_role.push-receipts");
      expect(one.success_feedback_sample_rate).toBe("1");
      expect(one.event_delivery_failure_topic_arn).toContain("aws_sns_topic.");
    }
  });

  test("is sent by the service that the blueprint names, to these applications alone", async () => {
    const access = await stackOf(mesh, await place("reference", "prod", "us-east-1"));
    const policies: [string, Document][] = Object.entries(access.resource.aws_iam_role_policy);
    const publishing = policies.filter(([, { policy }]) => /sns:Publish.*(?:APNS|GCM)/.test(policy));
    expect(publishing.map(([id]) => id)).toEqual(["services-notification-policy"]);
    for (const statement of JSON.parse(publishing[0]?.[1].policy).Statement)
      if (JSON.stringify(statement.Action).includes("sns:"))
        for (const arn of [statement.Resource].flat())
          expect(arn).toMatch(/\/(?:APNS|APNS_SANDBOX|GCM)\/reference-prod-use1-/);
  });
});
