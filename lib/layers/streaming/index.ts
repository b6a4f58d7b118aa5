import { clusterName, namespaceOf, type Place } from "../../model/place.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { PodRole } from "../common/pod-role.ts";
import type { Stack } from "../common/stack.ts";
import { WAVES } from "../delivery/contract.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { AmqpQueues } from "./amqp-queues.ts";
import { Brokers } from "./brokers.ts";
import {
  amqpQueuesOf,
  brokersOf,
  deadLetterTopic,
  fanOutContract,
  kafkaClusterName,
  needsBrokers,
  queueName,
  rabbitmqOf,
  topicName,
} from "./contract.ts";
import { EventStream } from "./event-stream.ts";
import { FanOut } from "./fan-out.ts";
import { TaskQueue } from "./queue.ts";
import { RabbitmqBroker } from "./rabbitmq.ts";
import { TOPICS_ACCOUNT, Topics } from "./topics.ts";

/** The platform's brokers, and the topics, event streams, queues and fan-outs of a product. */
export const streaming: Layer = {
  id: "streaming",
  stacks: (place) => {
    if (place.global) return [];
    return [
      ...(place.deployment.platform.owned && needsBrokers(place) ? [brokers(place)] : []),
      ...(amqpQueuesOf(place).length === 0 ? [] : [rabbitmq(place)]),
      ...(Object.keys(place.blueprint.streams).length === 0 ? [] : [streams(place)]),
    ];
  },
  applications: (place) => [
    ...(hasTopics(place) ? [topics(place)] : []),
    ...(amqpQueuesOf(place).length === 0 ? [] : [queues(place)]),
  ],
};

const hasTopics = (place: Place): boolean =>
  Object.values(place.blueprint.streams).some(({ kind }) => kind === "topic");

function brokers(place: Place): StackPlan {
  return {
    slice: "brokers",
    reads: [keysOf(place), networkOf(place), clusterOf(place)],
    publishes: [brokersOf(place)],
    build: (stack) => {
      new Brokers(stack, "brokers", place);
    },
  };
}

function rabbitmq(place: Place): StackPlan {
  return {
    slice: "rabbitmq",
    reads: [keysOf(place), networkOf(place), clusterOf(place)],
    publishes: [rabbitmqOf(place)],
    build: (stack) => {
      new RabbitmqBroker(stack, "rabbitmq", place);
    },
  };
}

function streams(place: Place): StackPlan {
  return {
    reads: [keysOf(place), ...(hasTopics(place) ? [clusterOf(place), brokersOf(place)] : [])],
    publishes: Object.entries(place.blueprint.streams).flatMap(([name, { kind }]) =>
      kind === "fanOut" ? [fanOutContract(place, name)] : [],
    ),
    build: (stack) => {
      for (const [name, stream] of Object.entries(place.blueprint.streams)) {
        if (stream.kind === "eventStream") new EventStream(stack, name, { stack, place, name, stream });
        if (stream.kind === "queue")
          new TaskQueue(stack, name, { stack, place, name: queueName(place, name), settings: stream });
        if (stream.kind === "fanOut") new FanOut(stack, name, { stack, place, name, stream });
      }
      if (hasTopics(place)) topicMaker(stack, place);
    },
  };
}

/** What the job that makes topics may do: connect, and make and change the product's own topics. */
function topicMaker(stack: Stack, place: Place): void {
  const own = Object.entries(place.blueprint.streams).flatMap(([name, { kind }]) =>
    kind === "topic" ? [topicName(place, name)] : [],
  );
  const dead = Object.keys(place.blueprint.services).map((service) => deadLetterTopic(place, service));
  const arn = (type: string, name: string): string =>
    stack.arnOf("kafka", `${type}/${kafkaClusterName(place)}/*${name === "" ? "" : `/${name}`}`);
  new PodRole(stack, "topic-maker", {
    stack,
    place,
    cluster: clusterName(place),
    namespace: namespaceOf(place),
    serviceAccount: TOPICS_ACCOUNT,
    name: TOPICS_ACCOUNT,
    statements: [
      { actions: ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], resources: [arn("cluster", "")] },
      {
        actions: [
          "kafka-cluster:AlterTopic",
          "kafka-cluster:AlterTopicDynamicConfiguration",
          "kafka-cluster:CreateTopic",
          "kafka-cluster:DescribeTopic",
          "kafka-cluster:DescribeTopicDynamicConfiguration",
        ],
        resources: [...own, ...dead].map((topic) => arn("topic", topic)),
      },
    ],
  });
}

function topics(place: Place): ApplicationPlan {
  return {
    name: "topics",
    wave: WAVES.streams,
    build: (application) => {
      new Topics(application, "topics", place);
    },
  };
}

function queues(place: Place): ApplicationPlan {
  return {
    name: "queues",
    wave: WAVES.streams,
    build: (application) => {
      new AmqpQueues(application, "queues", place);
    },
  };
}
