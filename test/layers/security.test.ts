import { security } from "../../lib/layers/security/index.ts";
import { accountStackOf, type Document, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const keys = async (): Promise<Document> => stackOf(security, await place("reference", "prod", "us-east-1"));

describe("keys", () => {
  test("each purpose has its own, rotated every year (security.secrets.keys)", async () => {
    const stack = await keys();
    expect(Object.keys(stack.resource.aws_kms_key)).toEqual(["keys-data", "keys-logs", "keys-secrets"]);
    for (const key of resources(stack, "aws_kms_key")) {
      expect(key.enable_key_rotation).toBe(true);
      expect(key.rotation_period_in_days).toBe(365);
      expect(key.deletion_window_in_days).toBe(30);
    }
  });

  test("workloads use them through the services that hold their data, never directly", async () => {
    const stack = await keys();
    for (const { policy } of resources(stack, "aws_kms_key"))
      for (const statement of JSON.parse(policy).Statement)
        if (JSON.stringify(statement.Principal) === '{"AWS":"*"}')
          expect(statement.Condition.StringEquals["kms:ViaService"].length).toBeGreaterThan(0);
  });
});

describe("secrets", () => {
  test("what only people know is declared empty, under a key of ours (security.secrets.technologies)", async () => {
    const stack = await keys();
    const secrets = resources(stack, "aws_secretsmanager_secret");
    expect(secrets.map(({ name }) => name).sort()).toEqual([
      "reference/prod/use1/api-keys",
      "reference/prod/use1/apns-key",
      "reference/prod/use1/association-client",
      "reference/prod/use1/fcm-account",
      "reference/prod/use1/graphos",
      "reference/prod/use1/largest-partner-key",
      "reference/prod/use1/largest-partner-signature",
      "reference/prod/use1/message-providers",
      "reference/prod/use1/pager",
      "reference/prod/use1/partners-key",
      "reference/prod/use1/payment-providers",
      "reference/prod/use1/sentry",
      "reference/prod/use1/turn-secret",
      "reference/prod/use1/web-push-keys",
    ]);
    for (const secret of secrets) expect(secret.kms_key_id).toContain("keys-secrets");
    expect(resources(stack, "aws_secretsmanager_secret_version")).toEqual([]);
  });

  test("the stack says which are to be seeded", async () => {
    expect(JSON.stringify((await keys()).output)).toContain("reference/prod/use1/pager");
  });

  test("External Secrets reads this platform's parameters and secrets, and no others", async () => {
    const stack = await stackOf(security, await place("reference", "prod", "us-east-1"), "readers");
    const { Statement } = JSON.parse(resource(stack, "aws_iam_role_policy").policy);
    const named: string[] = Statement.flatMap(({ Resource }: Document) => [Resource].flat());
    expect(named).toContain("arn:aws:ssm:us-east-1:210000000004:parameter/dodeca/reference/prod/*");
    expect(named).not.toContain("*");
  });

  test("stores are the two that the operator may read", async () => {
    const objects = await objectsOf(security, await place("reference", "prod", "us-east-1"), "secret-stores");
    expect(ofKind(objects, "ClusterSecretStore").map(({ spec }) => spec.provider.aws.service)).toEqual([
      "ParameterStore",
      "SecretsManager",
    ]);
  });
});

describe("accounts", () => {
  test("volumes are encrypted by default in every region (security.encryption.disk)", async () => {
    for (const region of ["us-east-1", "eu-west-1"]) {
      const stack = await accountStackOf(security, "reference-prod", region);
      expect(resource(stack, "aws_ebs_encryption_by_default").enabled).toBe(true);
    }
  });

  test("every region watches for intruders", async () => {
    const stack = await accountStackOf(security, "reference-prod", "eu-west-1");
    expect(resource(stack, "aws_guardduty_detector").enable).toBe(true);
    expect(resource(stack, "aws_accessanalyzer_analyzer").type).toBe("ACCOUNT");
  });

  test("the trail covers all regions and cannot be changed unseen", async () => {
    const stack = await accountStackOf(security, "reference-prod", "global");
    expect(resource(stack, "aws_cloudtrail")).toMatchObject({
      is_multi_region_trail: true,
      enable_log_file_validation: true,
    });
  });

  test("the trail is encrypted with a key of its own, which the service may use for this trail alone", async () => {
    const stack = await accountStackOf(security, "reference-prod", "global");
    const key = "${aws_kms_key.account-trail-key.arn}";
    expect(resource(stack, "aws_cloudtrail").kms_key_id).toBe(key);
    expect(resource(stack, "aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
      {
        apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: key },
        bucket_key_enabled: true,
      },
    ]);
    const { Statement } = JSON.parse(resource(stack, "aws_kms_key").policy);
    for (const { Principal, Condition } of Statement)
      if (Principal.Service !== undefined)
        expect(Condition.StringEquals["aws:SourceArn"]).toMatch(/^arn:aws:cloudtrail:[a-z0-9-]+:\d{12}:trail\/dodeca$/);
  });

  test("roles of workloads can never change identities, keys or the trail", async () => {
    const stack = await accountStackOf(security, "reference-prod", "global");
    const { Statement } = JSON.parse(resource(stack, "aws_iam_policy").policy);
    const denied: string[] = Statement.filter(({ Effect }: Document) => Effect === "Deny").flatMap(
      ({ Action }: Document) => [Action].flat(),
    );
    expect(denied).toEqual(expect.arrayContaining(["iam:*", "cloudtrail:*", "kms:ScheduleKeyDeletion"]));
  });

  test("two products in one account share its singletons", async () => {
    const stack = await accountStackOf(security, "links-dev", "us-east-1");
    expect(resources(stack, "aws_guardduty_detector")).toHaveLength(1);
  });
});
