import { SqsQueue } from "@cdktn/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktn/provider-aws/lib/sqs-queue-policy/index.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import type { StreamOf } from "../../model/resolved.ts";
import { read } from "../common/contract.ts";
import { policy, type Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";
import { deadLettersOf } from "./contract.ts";

export interface TaskQueueProps {
  readonly stack: Stack;
  readonly place: Place;
  /** Physical name; that of the dead letters follows from it. */
  readonly name: string;
  readonly settings: Pick<StreamOf<"queue">, "fifo" | "retention" | "visibility" | "attempts">;
  /** ARN of the SNS topic that may send to it. @default none */
  readonly topic?: string;
}

/** A task queue: SQS, with what could not be handled kept for fourteen days in a queue of its own. */
export class TaskQueue extends Construct {
  readonly queue: SqsQueue;
  readonly dead: SqsQueue;

  constructor(scope: Construct, id: string, { stack, place, name, settings, topic }: TaskQueueProps) {
    super(scope, id);
    const common = {
      ...(settings.fifo ? { fifoQueue: true, contentBasedDeduplication: false } : {}),
      kmsMasterKeyId: read(stack, keysOf(place)).data,
      kmsDataKeyReusePeriodSeconds: 300,
    };
    this.dead = new SqsQueue(this, "dead-letters", {
      name: deadLettersOf(name),
      messageRetentionSeconds: 1_209_600,
      redriveAllowPolicy: `{"redrivePermission":"byQueue","sourceQueueArns":["${stack.arnOf("sqs", name)}"]}`,
      ...common,
    });
    this.queue = new SqsQueue(this, "Resource", {
      name,
      messageRetentionSeconds: seconds(settings.retention),
      visibilityTimeoutSeconds: seconds(settings.visibility),
      receiveWaitTimeSeconds: 20,
      redrivePolicy: `{"deadLetterTargetArn":"${this.dead.arn}","maxReceiveCount":${settings.attempts}}`,
      ...common,
    });
    for (const [part, target] of [
      ["dead-letters-policy", this.dead],
      ["policy", this.queue],
    ] as const) {
      new SqsQueuePolicy(this, part, {
        queueUrl: target.url,
        policy: policy([onlyTls(target), ...(topic === undefined ? [] : [fromTopic(target, topic)])]),
      });
    }
  }
}

const onlyTls = ({ arn }: SqsQueue): Statement => ({
  sid: "OnlyTls",
  effect: "Deny",
  principals: { "*": [] },
  actions: ["sqs:*"],
  resources: [arn],
  conditions: { Bool: { "aws:SecureTransport": "false" } },
});

const fromTopic = ({ arn }: SqsQueue, topic: string): Statement => ({
  sid: "FromTopic",
  principals: { Service: ["sns.amazonaws.com"] },
  actions: ["sqs:SendMessage"],
  resources: [arn],
  conditions: { ArnEquals: { "aws:SourceArn": topic } },
});
