import { client } from "../../lib/layers/client/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const health = async (): Promise<Document> => stackOf(client, await place("reference", "prod", "us-east-1"), "health");

describe("what wearables measure about people", () => {
  test("is kept under a key of its own, and says what it is (client.wearables.health-data)", async () => {
    const stack = await health();
    expect(resource(stack, "aws_s3_bucket").tags).toEqual({ "data-classification": "health" });
    const [rule] = resource(stack, "aws_s3_bucket_server_side_encryption_configuration").rule;
    expect(rule.apply_server_side_encryption_by_default).toEqual({
      sse_algorithm: "aws:kms",
      kms_master_key_id: "${aws_kms_key.health-key.arn}",
    });
    expect(resource(stack, "aws_kms_key").tags).toEqual({ "data-classification": "health" });
  });

  test("is looked for in every other bucket, every week", async () => {
    const stack = await health();
    const fields = resources(stack, "aws_macie2_custom_data_identifier");
    expect(fields.length).toBeGreaterThan(0);
    const job = resource(stack, "aws_macie2_classification_job");
    expect(job.custom_data_identifier_ids).toHaveLength(fields.length);
    expect(job.schedule_frequency).toEqual({ weekly_schedule: "SUNDAY" });
  });

  test("is read by the service that the blueprint names, and by no other", async () => {
    const access = await stackOf(mesh, await place("reference", "prod", "us-east-1"));
    const policies: [string, Document][] = Object.entries(access.resource.aws_iam_role_policy);
    const reading = policies.filter(([, { policy }]) => policy.includes("health-readings"));
    expect(reading.map(([id]) => id)).toEqual(["services-bff-mobile-policy"]);
    expect(reading[0]?.[1].policy).toContain("alias/reference/prod/use1/health");
  });
});
