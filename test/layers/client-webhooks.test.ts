import { client } from "../../lib/layers/client/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const webhooks = async (): Promise<Document> =>
  stackOf(client, await place("reference", "prod", "us-east-1"), "webhooks");

describe("webhooks", () => {
  test("each post is tried again for a day, and kept when it never arrives (client.partner-api.webhooks)", async () => {
    const stack = await webhooks();
    const targets = resources(stack, "aws_cloudwatch_event_target");
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) {
      expect(target.retry_policy).toEqual({ maximum_retry_attempts: 185, maximum_event_age_in_seconds: 86_400 });
      expect(target.dead_letter_config.arn).toMatch(/aws_sqs_queue\.webhooks-.+-dead\.arn/);
      expect(target.arn).toContain("aws_cloudwatch_event_api_destination.");
    }
    expect(resource(stack, "aws_cloudwatch_event_api_destination")).toMatchObject({
      invocation_endpoint: "https://partner.example/webhooks",
      invocation_rate_limit_per_second: 50,
    });
  });

  test("a partner knows us by a key that people seeded", async () => {
    const { auth_parameters } = resource(await webhooks(), "aws_cloudwatch_event_connection");
    expect(auth_parameters.api_key.value).toMatch(/^\$\{data\.aws_secretsmanager_secret_version\./);
  });

  test("one service says what partners are told of", async () => {
    const access = await stackOf(mesh, await place("reference", "prod", "us-east-1"));
    const policies: [string, Document][] = Object.entries(access.resource.aws_iam_role_policy);
    const telling = policies.filter(([, { policy }]) => policy.includes("events:PutEvents"));
    expect(telling.map(([id]) => id)).toEqual(["services-order-policy"]);
    expect(telling[0]?.[1].policy).toContain(":event-bus/reference-prod-use1-partners");
  });
});
