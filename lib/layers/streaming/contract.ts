import { nameOf, ownerOf, type Place, platformNameOf, platformOwnerOf } from "../../model/place.ts";
import type { ResolvedStream, StreamOf } from "../../model/resolved.ts";
import { type ContractRef, contract, parameterName, read } from "../common/contract.ts";
import type { Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";

const brokers = contract("streaming", { bootstrap: "text", clusterArn: "text" }, "brokers");

/** The brokers of a platform in a region. */
export const brokersOf = (place: Place): ContractRef<(typeof brokers)["declared"]> => ({
  contract: brokers,
  owner: platformOwnerOf(place),
  region: place.region.code,
});

/** Name of the platform's Kafka cluster. */
export const kafkaClusterName = (place: Place): string => platformNameOf(place, "aws_msk_cluster");

/** Port of a broker: Kafka's IAM listener, or AMQP over TLS; streams on AWS's own endpoints have none. */
export const portOf = (stream: ResolvedStream): number | undefined =>
  stream.kind === "topic" ? 9098 : stream.kind === "rabbitmq" ? 5671 : undefined;

const rabbitmq = contract("streaming", { endpoint: "text", management: "text" }, "rabbitmq");

/** The RabbitMQ broker of a product in a region. */
export const rabbitmqOf = (place: Place): ContractRef<(typeof rabbitmq)["declared"]> => ({
  contract: rabbitmq,
  owner: ownerOf(place),
  region: place.region.code,
});
export const rabbitmqName = (place: Place): string => nameOf(place, "aws_mq_broker");
/** Name of the secret with the user of the RabbitMQ broker. */
export const rabbitmqSecret = (place: Place): string =>
  nameOf(place, "aws_secretsmanager_secret", "streaming", "rabbitmq");

/** The AMQP queues of a product. */
export const amqpQueuesOf = (
  place: Place,
): readonly { readonly name: string; readonly stream: StreamOf<"rabbitmq"> }[] =>
  Object.entries(place.blueprint.streams).flatMap(([name, stream]) =>
    stream.kind === "rabbitmq" ? [{ name, stream }] : [],
  );
export const amqpQueue = (stream: string): string => stream;
/** Queue for what could not be handled of an AMQP queue. */
export const deadAmqpQueue = (stream: string): string => `${amqpQueue(stream)}.dead`;

/** Whether any product on the place's platform has a topic here. */
export const needsBrokers = (place: Place): boolean =>
  [place.deployment, ...place.tenants].some((deployment) => {
    const here = deployment.regions.find(({ region }) => region.code === place.region.code);
    return Object.values(here?.blueprint.streams ?? {}).some(({ kind }) => kind === "topic");
  });

/** Physical name of a topic. Tenants' topics carry their blueprint's name, since brokers are shared. */
export function topicName(place: Place, stream: string): string {
  const found = place.blueprint.streams[stream];
  const topic = found?.kind === "topic" ? found.topic : stream;
  return place.deployment.platform.owned ? topic : `${place.deployment.name}.${topic}`;
}

/** Topic for what a service could not handle. Catalogue: streaming.topics.dlq. */
export const deadLetterTopic = (place: Place, service: string): string =>
  `dlq.${place.deployment.platform.owned ? "" : `${place.deployment.name}.`}${service}.errors`;

/** Consumer group of a service: one a service, independent of others. Catalogue: mesh.communication.async. */
export const consumerGroup = (place: Place, service: string): string => `${place.deployment.name}-${service}`;

export const streamName = (place: Place, stream: string): string => nameOf(place, "aws_kinesis_stream", stream);
export const queueName = (place: Place, stream: string): string => {
  const name = nameOf(place, "aws_sqs_queue", stream);
  return isFifo(place, stream) ? `${name}.fifo` : name;
};

/** Name of a queue's dead letters. */
export const deadLettersOf = (queue: string): string =>
  queue.endsWith(".fifo") ? `${queue.slice(0, -5)}-dead.fifo` : `${queue}-dead`;

const isFifo = (place: Place, stream: string): boolean => {
  const found = place.blueprint.streams[stream];
  return (found?.kind === "queue" || found?.kind === "fanOut") && found.fifo;
};

/** Name of the topic of a fan-out. */
export const fanOutTopic = (place: Place, stream: string): string =>
  `${nameOf(place, "aws_sns_topic", stream)}${isFifo(place, stream) ? ".fifo" : ""}`;

/** Name of the queue in which a service gets what is published to a fan-out. */
export const consumerQueue = (place: Place, stream: string, service: string): string =>
  `${nameOf(place, "aws_sqs_queue", stream, service)}${isFifo(place, stream) ? ".fifo" : ""}`;

/** Services that consume a stream, in the order of the blueprint. */
export const consumersOf = (place: Place, stream: string): readonly string[] =>
  Object.entries(place.blueprint.services).flatMap(([service, { uses }]) =>
    uses[stream]?.includes("consume") ? [service] : [],
  );

/** Name of the value that is a consumer's queue in the contract of a fan-out. */
export const queueUrlOf = (service: string): string => `queueUrl-${service}`;

/** What a fan-out publishes: its topic, and the queue of each service that consumes it. */
export const fanOutContract = (place: Place, stream: string): ContractRef<Readonly<Record<string, "text">>> => ({
  contract: contract(
    "streaming",
    Object.fromEntries(
      ["topicArn", ...consumersOf(place, stream).map(queueUrlOf)].map((name) => [name, "text"] as const),
    ),
    stream,
  ),
  owner: { blueprint: place.deployment.name, environment: place.deployment.environment },
  region: place.region.code,
});

/** Settings of a stream that can be computed, for the services that use it. */
export function settingsOf(place: Place, stream: string): Readonly<Record<string, string>> {
  switch (place.blueprint.streams[stream]?.kind) {
    case "topic":
      return { TOPIC: topicName(place, stream), SECURITY_PROTOCOL: "SASL_SSL", SASL_MECHANISM: "AWS_MSK_IAM" };
    case "eventStream":
      return { STREAM_NAME: streamName(place, stream) };
    case "queue":
      return { QUEUE_NAME: queueName(place, stream) };
    case "rabbitmq":
      return { QUEUE_NAME: amqpQueue(stream), VIRTUAL_HOST: "/", SECRET_NAME: rabbitmqSecret(place) };
    default:
      return {};
  }
}

/** Parameters of a stream whose values exist only after apply, as far as a service needs them. */
export function parametersOf(place: Place, stream: string, service: string): Readonly<Record<string, string>> {
  switch (place.blueprint.streams[stream]?.kind) {
    case "topic": {
      const { contract: of, owner } = brokersOf(place);
      return { BOOTSTRAP: parameterName(of, owner, "bootstrap") };
    }
    case "rabbitmq": {
      const { contract: of, owner } = rabbitmqOf(place);
      return { ENDPOINT: parameterName(of, owner, "endpoint") };
    }
    case "fanOut": {
      const { contract: of, owner } = fanOutContract(place, stream);
      const verb = place.blueprint.services[service]?.uses[stream] ?? "";
      return {
        ...(verb.includes("produce") ? { TOPIC_ARN: parameterName(of, owner, "topicArn") } : {}),
        ...(verb.includes("consume") ? { QUEUE_URL: parameterName(of, owner, queueUrlOf(service)) } : {}),
      };
    }
    default:
      return {};
  }
}

/** Contracts that the permissions of a product's services are computed from. */
export const contractsUsedBy = (place: Place): readonly ContractRef[] =>
  Object.values(place.blueprint.streams).some(({ kind }) => kind === "topic") ? [brokersOf(place)] : [];

/** ARN of something in the platform's cluster; the cluster's id is known only to AWS. */
const kafkaArn = (stack: Stack, place: Place, type: "cluster" | "topic" | "group", name?: string): string =>
  stack.arnOf("kafka", [type, kafkaClusterName(place), "*", ...(name === undefined ? [] : [name])].join("/"));

const ABOUT_QUEUE = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"];
const FROM_QUEUE = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"];

/** What a service may do on AWS with a stream that it uses. */
export function accessOf(
  stack: Stack,
  place: Place,
  stream: string,
  verb: string,
  service: string,
): readonly Statement[] {
  const found = place.blueprint.streams[stream];
  const produces = verb.includes("produce");
  const consumes = verb.includes("consume");
  const used = [
    ...(consumes ? ["kms:Decrypt"] : []),
    ...(produces ? ["kms:GenerateDataKey", "kms:Decrypt"] : []),
  ].filter((action, index, all) => all.indexOf(action) === index);
  const key = (through: string, actions = used): Statement => ({
    actions,
    resources: [read(stack, keysOf(place)).data],
    conditions: { StringEquals: { "kms:ViaService": `${through}.${place.region.code}.amazonaws.com` } },
  });
  switch (found?.kind) {
    case "topic": {
      const dead =
        consumes && found.deadLetters ? [kafkaArn(stack, place, "topic", deadLetterTopic(place, service))] : [];
      return [
        { actions: ["kafka-cluster:Connect"], resources: [read(stack, brokersOf(place)).clusterArn] },
        {
          actions: [
            "kafka-cluster:DescribeTopic",
            ...(consumes ? ["kafka-cluster:ReadData"] : []),
            ...(produces ? ["kafka-cluster:WriteData"] : []),
          ],
          resources: [kafkaArn(stack, place, "topic", topicName(place, stream))],
        },
        ...(produces
          ? [{ actions: ["kafka-cluster:WriteDataIdempotently"], resources: [kafkaArn(stack, place, "cluster")] }]
          : []),
        ...(consumes
          ? [
              {
                actions: ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
                resources: [kafkaArn(stack, place, "group", consumerGroup(place, service))],
              },
            ]
          : []),
        ...(dead.length === 0
          ? []
          : [{ actions: ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"], resources: dead }]),
      ];
    }
    case "eventStream": {
      const arn = stack.arnOf("kinesis", `stream/${streamName(place, stream)}`);
      return [
        {
          actions: [
            "kinesis:DescribeStreamSummary",
            "kinesis:ListShards",
            ...(produces ? ["kinesis:PutRecord", "kinesis:PutRecords"] : []),
            ...(consumes
              ? [
                  "kinesis:DescribeStreamConsumer",
                  "kinesis:GetRecords",
                  "kinesis:GetShardIterator",
                  "kinesis:RegisterStreamConsumer",
                  "kinesis:SubscribeToShard",
                ]
              : []),
          ],
          resources: consumes ? [arn, `${arn}/consumer/*`] : [arn],
        },
        key("kinesis"),
      ];
    }
    case "queue":
      return [
        {
          actions: [...ABOUT_QUEUE, ...(produces ? ["sqs:SendMessage"] : []), ...(consumes ? FROM_QUEUE : [])],
          resources: [stack.arnOf("sqs", queueName(place, stream))],
        },
        key("sqs"),
      ];
    case "rabbitmq":
      return [
        {
          actions: ["secretsmanager:GetSecretValue"],
          // AWS appends a hyphen and six characters.
          resources: [stack.arnOf("secretsmanager", `secret:${rabbitmqSecret(place)}-??????`)],
        },
        {
          actions: ["kms:Decrypt"],
          resources: [read(stack, keysOf(place)).secrets],
          conditions: { StringEquals: { "kms:ViaService": `secretsmanager.${place.region.code}.amazonaws.com` } },
        },
      ];
    case "fanOut":
      return [
        ...(produces
          ? [
              { actions: ["sns:Publish"], resources: [stack.arnOf("sns", fanOutTopic(place, stream))] },
              key("sns", ["kms:GenerateDataKey", "kms:Decrypt"]),
            ]
          : []),
        ...(consumes
          ? [
              {
                actions: [...ABOUT_QUEUE, ...FROM_QUEUE],
                resources: [stack.arnOf("sqs", consumerQueue(place, stream, service))],
              },
              key("sqs", ["kms:Decrypt"]),
            ]
          : []),
      ];
    default:
      return [];
  }
}

/** The KEDA trigger that scales a service on how far it is behind on a stream. */
export function lagTrigger(place: Place, service: string, stream: string, threshold: number) {
  const authenticationRef = { name: SCALER_AUTHENTICATION, kind: "ClusterTriggerAuthentication" };
  const region = place.region.code;
  switch (place.blueprint.streams[stream]?.kind) {
    case "topic":
      return {
        type: "apache-kafka",
        metadata: {
          // The brokers' addresses exist only after apply: KEDA reads them from the pods' own environment.
          bootstrapServersFromEnv: `${stream.replaceAll("-", "_").toUpperCase()}_BOOTSTRAP`,
          consumerGroup: consumerGroup(place, service),
          topic: topicName(place, stream),
          lagThreshold: String(threshold),
          sasl: "aws_msk_iam",
          tls: "enable",
          awsRegion: region,
        },
        authenticationRef,
      };
    case "queue":
    case "fanOut":
      return {
        type: "aws-sqs-queue",
        metadata: {
          queueURL:
            place.blueprint.streams[stream]?.kind === "queue"
              ? queueName(place, stream)
              : consumerQueue(place, stream, service),
          queueLength: String(threshold),
          awsRegion: region,
        },
        authenticationRef,
      };
    case "rabbitmq":
      return {
        type: "aws-cloudwatch",
        metadata: {
          namespace: "AWS/AmazonMQ",
          dimensionName: "Broker;VirtualHost;Queue",
          dimensionValue: `${rabbitmqName(place)};/;${amqpQueue(stream)}`,
          metricName: "MessageReadyCount",
          targetMetricValue: String(threshold),
          minMetricValue: "0",
          metricStat: "Maximum",
          metricStatPeriod: "60",
          awsRegion: region,
        },
        authenticationRef,
      };
    default:
      return {
        type: "aws-cloudwatch",
        metadata: {
          namespace: "AWS/Kinesis",
          dimensionName: "StreamName",
          dimensionValue: streamName(place, stream),
          metricName: "GetRecords.IteratorAgeMilliseconds",
          targetMetricValue: String(threshold),
          minMetricValue: "0",
          metricStat: "Maximum",
          metricStatPeriod: "60",
          awsRegion: region,
        },
        authenticationRef,
      };
  }
}

/** Name of the authentication with which KEDA looks at streams: its own pod identity. */
export const SCALER_AUTHENTICATION = "aws";

/** What KEDA may ask about the streams on a platform: how far behind their consumers are, and nothing else. */
export function lagAccess(stack: Stack, place: Place): Statement[] {
  const kafka = (type: string, name: string): string =>
    stack.arnOf("kafka", `${type}/${kafkaClusterName(place)}/*${name}`);
  return [
    ...(needsBrokers(place)
      ? [
          {
            sid: "Topics",
            actions: ["kafka-cluster:Connect", "kafka-cluster:DescribeTopic", "kafka-cluster:DescribeGroup"],
            resources: [kafka("cluster", ""), kafka("topic", "/*"), kafka("group", "/*")],
          },
        ]
      : []),
    { sid: "Queues", actions: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"], resources: [stack.arnOf("sqs", "*")] },
    { sid: "EventStreams", actions: ["cloudwatch:GetMetricData"], resources: ["*"] },
  ];
}
