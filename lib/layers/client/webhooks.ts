import { CloudwatchEventApiDestination } from "@cdktn/provider-aws/lib/cloudwatch-event-api-destination/index.js";
import { CloudwatchEventBus } from "@cdktn/provider-aws/lib/cloudwatch-event-bus/index.js";
import { CloudwatchEventConnection } from "@cdktn/provider-aws/lib/cloudwatch-event-connection/index.js";
import { CloudwatchEventRule } from "@cdktn/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktn/provider-aws/lib/cloudwatch-event-target/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { SqsQueue } from "@cdktn/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktn/provider-aws/lib/sqs-queue-policy/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Partners } from "../../model/settings/client/partners.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { type PartnerApp, partnerApps, partnerBus } from "./contract.ts";
import { seededSecret } from "./seeded-secret.ts";

/** Header in which a post says that it is ours. */
const HEADER = "x-webhook-key";

/** Posts a second that one partner gets at most. */
const PER_SECOND = 50;

/**
 * What happens in the product, posted to the partners that want to know. EventBridge tries again with exponential backoff;
 * what it gives up is kept for two weeks. A partner is told once the secret is seeded by which it knows us.
 */
export class Webhooks extends Construct {
  constructor(stack: Stack, id: string, { place, partners }: { readonly place: Place; readonly partners: Partners }) {
    super(stack, id);
    const bus = new CloudwatchEventBus(this, "Resource", {
      name: partnerBus(place),
      description: `What partners of ${place.deployment.name} are told of in ${place.deployment.environment}`,
    });
    const retryHours = partners.retryHours ?? 24;
    for (const [name, { webhook }] of partnerApps(place)) {
      const key = webhook && seededSecret(this, place, webhook.secret);
      if (webhook === undefined || key === undefined) continue;
      const connection = new CloudwatchEventConnection(this, `${name}-connection`, {
        name: nameOf(place, "aws_cloudwatch_event_connection", name),
        authorizationType: "API_KEY",
        authParameters: { apiKey: { key: HEADER, value: key } },
      });
      const destination = new CloudwatchEventApiDestination(this, `${name}-destination`, {
        name: nameOf(place, "aws_cloudwatch_event_api_destination", name),
        connectionArn: connection.arn,
        invocationEndpoint: webhook.url,
        httpMethod: "POST",
        invocationRateLimitPerSecond: PER_SECOND,
      });
      this.posts(stack, { place, name, webhook, bus: bus.name, destination: destination.arn, retryHours });
    }
  }

  private posts(
    stack: Stack,
    {
      place,
      name,
      webhook,
      bus,
      destination,
      retryHours,
    }: {
      readonly place: Place;
      readonly name: string;
      readonly webhook: NonNullable<PartnerApp["webhook"]>;
      readonly bus: string;
      readonly destination: string;
      readonly retryHours: number;
    },
  ): void {
    const rule = new CloudwatchEventRule(this, `${name}-rule`, {
      name: nameOf(place, "aws_cloudwatch_event_rule", name),
      eventBusName: bus,
      eventPattern: JSON.stringify({ "detail-type": webhook.events }),
    });
    const dead = new SqsQueue(this, `${name}-dead`, {
      name: nameOf(place, "aws_sqs_queue", name, "webhook-dead"),
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
    new SqsQueuePolicy(this, `${name}-dead-policy`, {
      queueUrl: dead.id,
      policy: policy([
        {
          principals: { Service: ["events.amazonaws.com"] },
          actions: ["sqs:SendMessage"],
          resources: [dead.arn],
          conditions: { ArnEquals: { "aws:SourceArn": rule.arn } },
        },
      ]),
    });
    const role = new IamRole(this, `${name}-role`, {
      name: nameOf(place, "aws_iam_role", "webhook", name),
      description: `EventBridge posts to ${name}`,
      assumeRolePolicy: trusts("events.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    new IamRolePolicy(this, `${name}-role-policy`, {
      name: "post",
      role: role.name,
      policy: policy([{ actions: ["events:InvokeApiDestination"], resources: [destination] }]),
    });
    const target = new CloudwatchEventTarget(this, `${name}-target`, {
      rule: rule.name,
      eventBusName: bus,
      targetId: name,
      arn: destination,
      roleArn: role.arn,
      retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: retryHours * 3600 },
      deadLetterConfig: { arn: dead.arn },
    });
    encodes("client.partner-api.webhooks", target, dead);
  }
}
