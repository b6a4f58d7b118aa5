import { connectionsOf } from "../../lib/layers/mesh/connections.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { watchesOf } from "../../lib/layers/observability/alarms.ts";
import { security } from "../../lib/layers/security/index.ts";
import { lagTrigger } from "../../lib/layers/streaming/contract.ts";
import { streaming } from "../../lib/layers/streaming/index.ts";
import { streamProblems } from "../../lib/model/stream-problems.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const here = () => place("reference", "dev", "us-east-1");
const streams = async (): Promise<Document> => stackOf(streaming, await here());
const named = async (name: string): Promise<Document> =>
  resources(await streams(), "aws_sqs_queue").find((queue) => queue.name === name);
const QUEUE = "reference-dev-use1-file-events-search";

describe("a fan-out", () => {
  test("is a topic whose consumers have a queue each, with dead letters, in order (foundation.async.sqs-sns)", async () => {
    const stack = await streams();
    const topic = resource(stack, "aws_sns_topic");
    expect(topic).toMatchObject({ name: "reference-dev-use1-file-events.fifo", fifo_topic: true });
    const subscriptions = resources(stack, "aws_sns_topic_subscription");
    expect(subscriptions).toHaveLength(2);
    for (const { protocol, raw_message_delivery } of subscriptions)
      expect({ protocol, raw_message_delivery }).toEqual({ protocol: "sqs", raw_message_delivery: true });
    for (const queue of resources(stack, "aws_sqs_queue")) {
      expect(queue.name).toMatch(/\.fifo$/);
      expect(queue.fifo_queue).toBe(true);
      // Each has somewhere to give up to, or says for whom it is that.
      expect([queue.redrive_policy === undefined, queue.redrive_allow_policy === undefined]).toContain(false);
    }
    const dead = await named(`${QUEUE}-dead.fifo`);
    expect(JSON.parse(dead.redrive_allow_policy)).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [expect.stringContaining(`:${QUEUE}.fifo`)],
    });
    expect(JSON.parse((await named(`${QUEUE}.fifo`)).redrive_policy).maxReceiveCount).toBe(5);
  });

  test("a consumer's filter keeps what it does not want out of its queue", async () => {
    const filters = resources(await streams(), "aws_sns_topic_subscription").map(({ filter_policy }) => filter_policy);
    expect(filters.filter((filter) => filter !== undefined)).toEqual(['{"kind":["image","video"]}']);
  });

  test("its queues take TLS only, and messages of their own topic; all is encrypted with a key that SNS may use", async () => {
    const stack = await streams();
    for (const { policy } of resources(stack, "aws_sqs_queue_policy")) {
      const { Statement } = JSON.parse(policy);
      expect(Statement.map(({ Sid }: Document) => Sid)).toEqual(["OnlyTls", "FromTopic"]);
      expect(Statement[1].Condition.ArnEquals["aws:SourceArn"]).toMatch(/aws_sns_topic\./);
    }
    expect(JSON.parse(resource(stack, "aws_sns_topic_policy").policy).Statement[0].Sid).toBe("OnlyTls");
    expect(resource(stack, "aws_sns_topic").kms_master_key_id).toContain("security-keys-data");
    const keys = resources(await stackOf(security, await here()), "aws_kms_key");
    expect(keys.filter(({ policy }) => policy.includes("sns.amazonaws.com"))).not.toEqual([]);
  });

  test("who publishes is told the topic, and who consumes its own queue", async () => {
    const at = await here();
    const told = (service: string) =>
      Object.fromEntries(Object.entries(connectionsOf(at, service).parameters).filter(([key]) => /^FILE_E/.test(key)));
    const root = "/dodeca/reference/dev/streaming/file-events";
    expect(told("file")).toEqual({ FILE_EVENTS_TOPIC_ARN: `${root}/topicArn` });
    expect(told("search")).toEqual({ FILE_EVENTS_QUEUE_URL: `${root}/queueUrl-search` });
    const parameters = resources(await streams(), "aws_ssm_parameter").map(({ name }) => name);
    expect(parameters).toEqual(expect.arrayContaining([`${root}/topicArn`, `${root}/queueUrl-search`]));
  });

  test("who publishes may not read, and who consumes may read its own queue only", async () => {
    const stack = await stackOf(mesh, await here());
    const policies = resources(stack, "aws_iam_role_policy").map(({ policy }) => policy);
    const allowing = (action: string) => policies.filter((policy) => policy.includes(action));
    expect(allowing("sns:Publish").some((policy) => policy.includes("sqs:"))).toBe(false);
    const reading = allowing(QUEUE);
    expect(reading).toHaveLength(1);
    expect(reading[0]).toContain("sqs:ReceiveMessage");
    expect(reading[0]).not.toContain("file-events-content");
  });

  test("a consumer scales on its own queue, and somebody is told of dead letters, old messages and what SNS could not deliver", async () => {
    const at = await here();
    expect(lagTrigger(at, "search", "file-events", 50)).toMatchObject({
      type: "aws-sqs-queue",
      metadata: { queueURL: `${QUEUE}.fifo`, queueLength: "50" },
    });
    const watched = watchesOf(at).map(({ name }) => name);
    expect(watched).toEqual(
      expect.arrayContaining([
        "file-events-undelivered",
        "file-events-search-dead-letters",
        "file-events-search-age",
        "file-events-content-age",
      ]),
    );
  });

  test("a filter of a service that does not consume is refused, with the one that was meant", async () => {
    const blueprint = structuredClone((await here()).blueprint);
    const stream = blueprint.streams["file-events"];
    if (stream?.kind !== "fanOut") throw new Error("no fan-out");
    stream.filters = { serch: { kind: ["text"] } };
    expect(streamProblems(blueprint)).toMatchObject([
      { at: ["streams", "file-events", "filters", "serch"], code: "unknown-consumer", fix: 'write "search"' },
    ]);
  });
});
