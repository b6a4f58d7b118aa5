import { client } from "../../lib/layers/client/index.ts";
import { CLIENT_KINDS } from "../../lib/model/client-kinds.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const part = async (slice: string): Promise<Document> =>
  stackOf(client, await place("reference", "prod", "us-east-1"), slice);
const statements = (one: Document): Document[] => JSON.parse(one.policy).Statement;

describe("devices", () => {
  test("have a shadow each, which is found by what it says (client.iot.shadow)", async () => {
    const stack = await part("devices");
    expect(resource(stack, "aws_iot_indexing_configuration").thing_indexing_configuration).toEqual({
      thing_indexing_mode: "REGISTRY_AND_SHADOW",
      thing_connectivity_indexing_mode: "STATUS",
    });
    const published = statements(resource(stack, "aws_iot_policy")).find(({ Action }) =>
      Action.includes("iot:Publish"),
    );
    expect(published?.["Resource"]).toContainEqual(
      expect.stringContaining("topic/$aws/things/$${iot:Connection.Thing.ThingName}/shadow/*"),
    );
  });

  test("speak for themselves alone", async () => {
    for (const one of statements(resource(await part("devices"), "aws_iot_policy")))
      for (const arn of [one.Resource].flat()) expect(arn).toContain("$${iot:Connection.Thing.ThingName}");
  });

  test("run software that may write its logs and nothing else (client.iot.edge-runtime)", async () => {
    const stack = await part("devices");
    expect(resource(stack, "aws_iot_role_alias")).toMatchObject({
      credential_duration: 3600,
      role_arn: expect.stringContaining("aws_iam_role.devices-edge"),
    });
    const all = statements(resource(stack, "aws_iam_role_policy"));
    for (const one of all) {
      for (const action of [one.Action].flat()) expect(action).toMatch(/^logs:/);
      expect(one.Resource).toMatch(/:log-group:\/aws\/greengrass\/\*$/);
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
