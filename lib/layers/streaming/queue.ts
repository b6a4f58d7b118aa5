import { SqsQueue } from "@cdktn/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktn/provider-aws/lib/sqs-queue-policy/index.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import type { StreamOf } from "../../model/resolved.ts";
import { read } from "../common/contract.ts";
import { policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";
import { deadLetterQueue, queueName } from "./contract.ts";

/** A task queue: SQS, with what could not be handled kept for fourteen days in a queue of its own. */
export class TaskQueue extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      stack,
      place,
      name,
      stream,
    }: { readonly stack: Stack; readonly place: Place; readonly name: string; readonly stream: StreamOf<"queue"> },
  ) {
    super(scope, id);
    const common = {
      ...(stream.fifo ? { fifoQueue: true, contentBasedDeduplication: false } : {}),
      kmsMasterKeyId: read(stack, keysOf(place)).data,
      kmsDataKeyReusePeriodSeconds: 300,
    };
    const dead = new SqsQueue(this, "dead-letters", {
      name: deadLetterQueue(place, name),
      messageRetentionSeconds: 1_209_600,
      ...common,
    });
    const queue = new SqsQueue(this, "Resource", {
      name: queueName(place, name),
      messageRetentionSeconds: seconds(stream.retention),
      visibilityTimeoutSeconds: seconds(stream.visibility),
      receiveWaitTimeSeconds: 20,
      redrivePolicy: `{"deadLetterTargetArn":"${dead.arn}","maxReceiveCount":${stream.attempts}}`,
      ...common,
    });
    for (const [part, target] of [
      ["dead-letters-policy", dead],
      ["policy", queue],
    ] as const) {
      new SqsQueuePolicy(this, part, {
        queueUrl: target.url,
        policy: policy([
          {
            sid: "OnlyTls",
            effect: "Deny",
            principals: { "*": [] },
            actions: ["sqs:*"],
            resources: [target.arn],
            conditions: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      });
    }
  }
}
