import { streaming } from "../../lib/layers/streaming/index.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const brokers = async (environment: string): Promise<Document> =>
  stackOf(streaming, await place("reference", environment, "us-east-1"), "brokers");
const shortener = async (): Promise<Document> => stackOf(streaming, await place("url-shortener", "dev", "us-east-1"));

describe("brokers", () => {
  test("prod has nine, three in each of three zones (streaming.kafka-cluster.brokers)", async () => {
    const cluster = resource(await brokers("prod"), "aws_msk_cluster");
    expect(cluster.number_of_broker_nodes).toBe(9);
    expect(cluster.broker_node_group_info.client_subnets).toContain("dataSubnetIds");
  });

  test("dev has one in each zone", async () => {
    expect(resource(await brokers("dev"), "aws_msk_cluster").number_of_broker_nodes).toBe(3);
  });

  test("topics have 24 partitions by default, compressed with zstd (streaming.kafka-cluster.partitions, streaming.kafka-cluster.compression)", async () => {
    const { server_properties } = resource(await brokers("prod"), "aws_msk_configuration");
    const lines = server_properties.split("\n");
    expect(lines).toContain("num.partitions=24");
    expect(lines).toContain("compression.type=zstd");
  });

  test("no write is acknowledged by less than two copies, and topics are never made by accident", async () => {
    const lines = resource(await brokers("prod"), "aws_msk_configuration").server_properties.split("\n");
    expect(lines).toContain("min.insync.replicas=2");
    expect(lines).toContain("auto.create.topics.enable=false");
    expect(lines).toContain("unclean.leader.election.enable=false");
  });

  test("clients log in with IAM over TLS, and data rests under a key of ours", async () => {
    const cluster = resource(await brokers("prod"), "aws_msk_cluster");
    expect(cluster.client_authentication).toMatchObject({ sasl: { iam: true }, unauthenticated: false });
    expect(cluster.encryption_info.encryption_in_transit.client_broker).toBe("TLS");
    expect(cluster.encryption_info.encryption_at_rest_kms_key_arn).toContain("security-keys-data");
  });

  test("a platform without topics has no brokers", async () => {
    await expect(stackOf(streaming, await place("url-shortener", "dev", "us-east-1"), "brokers")).rejects.toThrow(
      "no slice brokers",
    );
  });
});

describe("topics", () => {
  const list = async (): Promise<string[]> => {
    const objects = await objectsOf(streaming, await place("reference", "prod", "us-east-1"), "topics");
    return objectNamed(objects, "ConfigMap", "kafka-topics").data.topics.trim().split("\n");
  };

  test.each([
    ["user-events", 64],
    ["order-commands", 32],
    ["payment-events", 16],
    ["notification-fanout", 24],
    ["audit-log", 8],
  ])("%s has %i partitions (streaming.topics.named)", async (topic, partitions) => {
    expect((await list()).find((line) => line.startsWith(`${topic}|`))).toContain(`|${partitions}|`);
  });

  test("every consumer has a dead letter topic of four partitions (streaming.topics.dlq)", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const consumers = Object.entries(here.blueprint.services)
      .filter(([, { uses }]) =>
        Object.entries(uses).some(
          ([target, verb]) => here.blueprint.streams[target]?.kind === "topic" && String(verb).includes("consume"),
        ),
      )
      .map(([name]) => `dlq.${name}.errors|4|`);
    const dead = (await list()).filter((line) => line.startsWith("dlq."));
    expect(dead.map((line) => line.slice(0, line.lastIndexOf("|") + 1))).toEqual(consumers.sort());
  });

  test("the job that makes them waits for nothing but its own rights, and runs again at every sync", async () => {
    const [job] = ofKind(await objectsOf(streaming, await place("reference", "prod", "us-east-1"), "topics"), "Job");
    expect(job.metadata.annotations["argocd.argoproj.io/hook"]).toBe("Sync");
    expect(job.spec.template.spec.serviceAccountName).toBe("kafka-topics");
  });
});

describe("event streams and queues", () => {
  test("a stream keeps what the blueprint says, encrypted with a key of ours", async () => {
    const stream = resource(await shortener(), "aws_kinesis_stream");
    expect(stream.retention_period).toBe(168);
    expect(stream.encryption_type).toBe("KMS");
    expect(stream.stream_mode_details).toMatchObject({ stream_mode: "ON_DEMAND" });
  });

  test("a queue gives up into a dead letter queue, and takes TLS only", async () => {
    const queues = resources(await shortener(), "aws_sqs_queue");
    const main = queues.find(({ redrive_policy }) => redrive_policy !== undefined);
    expect(JSON.parse(main.redrive_policy).maxReceiveCount).toBeGreaterThan(0);
    expect(queues.length).toBe(2);
    const dead = queues.find(({ redrive_policy }) => redrive_policy === undefined);
    expect(JSON.parse(dead.redrive_allow_policy).sourceQueueArns).toEqual([expect.stringContaining(`:${main.name}`)]);
    for (const { policy } of resources(await shortener(), "aws_sqs_queue_policy"))
      expect(JSON.parse(policy).Statement).toContainEqual(
        expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      );
  });
});
