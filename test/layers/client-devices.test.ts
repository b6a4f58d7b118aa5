import { compileFunction } from "node:vm";
import { client } from "../../lib/layers/client/index.ts";
import { CLIENT_KINDS } from "../../lib/model/client-kinds.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const part = async (slice: string): Promise<Document> =>
  stackOf(client, await place("reference", "prod", "us-east-1"), slice);
const statements = (one: Document): Document[] => JSON.parse(one.policy).Statement;

const ownPolicy = async (): Promise<Document> =>
  resources(await part("devices"), "aws_iot_policy").find(({ name }) => name.endsWith("-sensors"));

describe("devices", () => {
  test("have a shadow each, which is found by what it says (client.iot.shadow)", async () => {
    const stack = await part("devices");
    expect(resource(stack, "aws_iot_indexing_configuration").thing_indexing_configuration).toEqual({
      thing_indexing_mode: "REGISTRY_AND_SHADOW",
      thing_connectivity_indexing_mode: "STATUS",
    });
    const published = statements(await ownPolicy()).find(({ Action }) => Action.includes("iot:Publish"));
    expect(published?.["Resource"]).toContainEqual(
      expect.stringContaining("topic/$aws/things/$${iot:Connection.Thing.ThingName}/shadow/*"),
    );
  });

  test("speak for themselves alone", async () => {
    for (const one of statements(await ownPolicy()))
      for (const arn of [one.Resource].flat()) expect(arn).toContain("$${iot:Connection.Thing.ThingName}");
  });

  test("run software that may fetch its components, write its logs, and nothing else (client.iot.edge-runtime)", async () => {
    const stack = await part("devices");
    expect(resource(stack, "aws_iot_role_alias")).toMatchObject({
      credential_duration: 3600,
      role_arn: expect.stringContaining("aws_iam_role.devices-edge"),
    });
    const [components, key, logs] = statements(stack.resource.aws_iam_role_policy["devices-edge-policy"]);
    expect(components).toMatchObject({ Action: "s3:GetObject", Resource: expect.stringMatching(/\/components\/\*$/) });
    expect(key).toMatchObject({ Action: "kms:Decrypt" });
    for (const action of [logs?.["Action"]].flat()) expect(action).toMatch(/^logs:/);
    expect(logs?.["Resource"]).toMatch(/:log-group:\/aws\/greengrass\/\*$/);
  });

  test("become things once a function has looked at their serial number, and no policy is for everything (client.iot.fleet)", async () => {
    const stack = await part("devices");
    const template = resource(stack, "aws_iot_provisioning_template");
    expect(template).toMatchObject({ type: "FLEET_PROVISIONING", enabled: true });
    expect(template.pre_provisioning_hook.target_arn).toContain("aws_lambda_function.devices-fleet-hook-Resource");
    for (const one of resources(stack, "aws_iot_policy"))
      for (const { Resource } of statements(one)) for (const arn of [Resource].flat()) expect(arn).not.toBe("*");
    expect(resources(stack, "aws_iot_thing_type")).toHaveLength(1);
    expect(resources(stack, "aws_iot_thing_group")).toHaveLength(1);
  });

  test("a batch's certificate asks for another and does nothing else", async () => {
    const claim = resources(await part("devices"), "aws_iot_policy").find(({ name }) => name.endsWith("-claim"));
    for (const { Action, Resource } of statements(claim))
      for (const arn of [Resource].flat())
        expect(arn).toMatch(
          Action === "iot:Connect"
            ? /:client\/claim-\*$/
            : /\$aws\/(?:certificates\/create\/|provisioning-templates\/.+\/provision\/)/,
        );
  });

  test.each([
    ["ABCDEF123456", "ResourceNotFoundException", true],
    ["ABCDEF123456", undefined, false],
    ["abcdef", "ResourceNotFoundException", false],
  ])("the function answers %s, found as %s, with %s", async (serial, error, allowed) => {
    const code = resource(await part("devices"), "aws_s3_object");
    const archive = Buffer.from(code.content_base64, "base64");
    const program = archive.subarray(30 + "index.js".length, 30 + "index.js".length + archive.readUInt32LE(18));
    const asked: string[] = [];
    class IoTClient {
      async send(thing: { readonly thingName: string }): Promise<void> {
        asked.push(thing.thingName);
        if (error !== undefined) throw Object.assign(new Error(error), { name: error });
      }
    }
    class DescribeThingCommand {
      readonly thingName: string;
      constructor({ thingName }: { readonly thingName: string }) {
        this.thingName = thingName;
      }
    }
    const module: Document = { exports: {} };
    const modules = { IoTClient, DescribeThingCommand };
    compileFunction(program.toString(), ["require", "exports"])(() => modules, module.exports);
    const template = "reference-prod-use1-sensors";
    expect(await module.exports.handler({ templateName: template, parameters: { SerialNumber: serial } })).toEqual({
      allowProvisioning: allowed,
    });
    if (allowed) expect(asked).toEqual([`${template}-${serial}`]);
  });

  test("take signed firmware from a bucket that keeps every version (client.iot.ota)", async () => {
    const stack = await part("devices");
    expect(resource(stack, "aws_signer_signing_profile").platform_id).toBe("AmazonFreeRTOS-Default");
    expect(resource(stack, "aws_s3_bucket_versioning").versioning_configuration.status).toBe("Enabled");
    const updates = statements(stack.resource.aws_iam_role_policy["devices-updates-role-policy"]);
    expect(JSON.stringify(updates)).toContain("devices/firmware/*");
  });

  test("connect to a host of the product's own with TLS 1.3 (client.iot.mqtt)", async () => {
    const stack = await part("devices");
    expect(resource(stack, "aws_iot_domain_configuration")).toMatchObject({
      domain_name: "devices.reference.example",
      application_protocol: "SECURE_MQTT",
      tls_config: { security_policy: "IotSecurityPolicy_TLS13_1_3_2022_10" },
    });
    expect(resources(stack, "aws_route53_record").map(({ name }) => name)).toContain("devices.reference.example");
  });

  test("are heard by the event stream, and what it refuses is kept (client.iot.ingest)", async () => {
    const rules = resources(await part("devices"), "aws_iot_topic_rule");
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) {
      expect(rule.sql).toContain("FROM 'reference/sensors/+/telemetry'");
      expect(rule.kinesis[0]).toMatchObject({
        stream_name: "reference-prod-use1-device-readings",
        partition_key: "$${topic(3)}",
      });
      expect(rule.error_action.s3.key).toMatch(/^refused\//);
    }
  });
});

describe("kinds", () => {
  test("all eight have what they prove themselves with: a client, or a policy of devices (client.kpis.types)", async () => {
    expect(Object.keys(CLIENT_KINDS)).toHaveLength(8);
    const { apps } = (await place("reference", "prod", "us-east-1")).blueprint.layers.client;
    expect(new Set(Object.values(apps).map(({ kind }) => kind))).toEqual(new Set(Object.keys(CLIENT_KINDS)));
    const clients = resources(await part("identity"), "aws_cognito_user_pool_client").map(({ name }) => name);
    const policies = resources(await part("devices"), "aws_iot_policy").map(({ name }) => name);
    for (const [name, { kind }] of Object.entries(apps))
      expect(kind === "iot" ? policies : clients).toContain(`reference-prod-use1-${name}`);
  });
});
