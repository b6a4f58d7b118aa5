import { SnsTopic } from "@cdktn/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktn/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktn/provider-aws/lib/sns-topic-subscription/index.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import type { StreamOf } from "../../model/resolved.ts";
import { publish, read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";
import { consumerQueue, consumersOf, fanOutContract, fanOutTopic, queueUrlOf } from "./contract.ts";
import { TaskQueue } from "./queue.ts";

export interface FanOutProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly name: string;
  readonly stream: StreamOf<"fanOut">;
}

/**
 * A fan-out: an SNS topic, and for every service that consumes it a queue of its own with dead letters. A slow consumer
 * holds up nobody else, and messages arrive as they were published.
 */
export class FanOut extends Construct {
  constructor(scope: Construct, id: string, { stack, place, name, stream }: FanOutProps) {
    super(scope, id);
    const topic = new SnsTopic(this, "Resource", {
      name: fanOutTopic(place, name),
      kmsMasterKeyId: read(stack, keysOf(place)).data,
      ...(stream.fifo ? { fifoTopic: true, contentBasedDeduplication: false } : {}),
    });
    new SnsTopicPolicy(this, "policy", {
      arn: topic.arn,
      policy: policy([
        {
          sid: "OnlyTls",
          effect: "Deny",
          principals: { "*": [] },
          actions: ["sns:Publish"],
          resources: [topic.arn],
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    });
    const urls: [string, string][] = consumersOf(place, name).map((service) => {
      const { queue, dead } = new TaskQueue(this, `queue-${service}`, {
        stack,
        place,
        name: consumerQueue(place, name, service),
        settings: stream,
        topic: topic.arn,
      });
      const filter = stream.filters[service];
      const subscription = new SnsTopicSubscription(this, `subscription-${service}`, {
        topicArn: topic.arn,
        protocol: "sqs",
        endpoint: queue.arn,
        rawMessageDelivery: true,
        ...(filter === undefined
          ? {}
          : { filterPolicy: JSON.stringify(filter), filterPolicyScope: "MessageAttributes" }),
        redrivePolicy: `{"deadLetterTargetArn":"${dead.arn}"}`,
      });
      encodes("foundation.async.sqs-sns", queue, dead, subscription);
      return [queueUrlOf(service), queue.url];
    });
    publish(stack, fanOutContract(place, name), { topicArn: topic.arn, ...Object.fromEntries(urls) });
    if (urls.length > 0) encodes("foundation.async.sqs-sns", topic);
  }
}
