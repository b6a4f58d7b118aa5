import { connectionsOf } from "../../lib/layers/mesh/connections.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { watchesOf } from "../../lib/layers/observability/alarms.ts";
import { definitionsOf } from "../../lib/layers/streaming/amqp-queues.ts";
import { lagTrigger } from "../../lib/layers/streaming/contract.ts";
import { streaming } from "../../lib/layers/streaming/index.ts";
import { type Document, objectNamed, objectsOf, place, resource, resources, stackOf } from "../support.ts";

const broker = async (environment: string): Promise<Document> =>
  stackOf(streaming, await place("reference", environment, "us-east-1"), "rabbitmq");
const here = () => place("reference", "prod", "us-east-1");

describe("RabbitMQ", () => {
  test("prod's is a private cluster over three zones, under a key of ours (foundation.async.rabbitmq)", async () => {
    const cluster = resource(await broker("prod"), "aws_mq_broker");
    expect(cluster).toMatchObject({
      engine_type: "RabbitMQ",
      deployment_mode: "CLUSTER_MULTI_AZ",
      publicly_accessible: false,
      encryption_options: { use_aws_owned_key: false },
      logs: { general: true },
    });
    expect(cluster.encryption_options.kms_key_id).toContain("security-keys-data");
  });

  test("dev's is one broker in one zone", async () => {
    const one = resource(await broker("dev"), "aws_mq_broker");
    expect(one).toMatchObject({ deployment_mode: "SINGLE_INSTANCE", host_instance_type: "mq.t3.micro" });
    expect(one.subnet_ids).toHaveLength(1);
  });

  test("its queues are kept by a quorum, and what nobody can handle goes through an exchange to a queue beside (foundation.async.rabbitmq)", async () => {
    const objects = await objectsOf(streaming, await here(), "queues");
    const said = JSON.parse(objectNamed(objects, "ConfigMap", "rabbitmq-queues").data["definitions.json"]);
    expect(said).toEqual(definitionsOf(await here()));
    expect(said.exchanges).toMatchObject([{ name: "dead-letters", durable: true }]);
    expect(said.queues.map((queue: Document) => [queue.name, queue.arguments["x-queue-type"]])).toEqual([
      ["previews", "quorum"],
      ["previews.dead", "quorum"],
    ]);
    expect(said.bindings).toMatchObject([
      { source: "dead-letters", destination: "previews.dead", routing_key: "previews" },
    ]);
    expect(said.policies).toMatchObject([
      { pattern: "^previews$", definition: { "dead-letter-exchange": "dead-letters", "delivery-limit": 5 } },
    ]);
  });

  test("its password is drawn at apply and never changed from here; no object holds it", async () => {
    const stack = await broker("prod");
    const { user, lifecycle } = resource(stack, "aws_mq_broker");
    expect(user[0].password).toMatch(/^\$\{data\.aws_secretsmanager_random_password\./);
    expect(lifecycle.ignore_changes).toContain("user");
    expect(resource(stack, "aws_secretsmanager_secret_version").lifecycle.ignore_changes).toContain("secret_string");
    const objects = await objectsOf(streaming, await here(), "queues");
    const names = objects.filter(({ kind }) => kind === "ExternalSecret").map(({ metadata }) => metadata.name);
    expect(names.sort()).toEqual(["rabbitmq-queues-connection", "rabbitmq-queues-user"]);
  });

  test("who uses a queue is told where it is and may read the user's secret; nobody else may", async () => {
    const { settings, parameters } = connectionsOf(await here(), "file");
    expect(settings).toMatchObject({ PREVIEWS_QUEUE_NAME: "previews", PREVIEWS_VIRTUAL_HOST: "/" });
    expect(parameters["PREVIEWS_ENDPOINT"]).toBe("/dodeca/reference/prod/streaming/rabbitmq/endpoint");
    const policies = resources(await stackOf(mesh, await here()), "aws_iam_role_policy").map(({ policy }) => policy);
    expect(policies.filter((policy) => policy.includes("/rabbitmq-"))).toHaveLength(1);
  });

  test("its consumers scale on what waits, and somebody is told of dead letters", async () => {
    const at = await here();
    expect(lagTrigger(at, "file", "previews", 20).metadata).toMatchObject({
      dimensionName: "Broker;VirtualHost;Queue",
      metricName: "MessageReadyCount",
    });
    expect(watchesOf(at).map(({ name }) => name)).toContain("previews-dead-letters");
  });

  test("a product without AMQP queues has no broker", async () => {
    await expect(stackOf(streaming, await place("url-shortener", "dev", "us-east-1"), "rabbitmq")).rejects.toThrow(
      "no slice rabbitmq",
    );
  });
});
