import { KmsAlias } from "@cdktn/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktn/provider-aws/lib/kms-key/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { accountOwnsKey, policy, type Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";

/** What a key is for. */
export type KeyPurpose = "data" | "logs" | "secrets";

const DESCRIPTIONS: Readonly<Record<KeyPurpose, string>> = {
  data: "Stores, streams and volumes",
  logs: "Log groups and alert topics",
  secrets: "Secrets, parameters and the cluster's own secrets",
};

/**
 * The keys of a platform or product in a region, one per purpose: $1 a month each. Rotated every year; deletion waits
 * thirty days, in which it can be taken back.
 */
export class Keys extends Construct {
  readonly data: KmsKey;
  readonly logs: KmsKey;
  readonly secrets: KmsKey;

  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    this.data = this.key(stack, place, "data", [
      viaServices(stack, place, [
        "dynamodb",
        "ec2",
        "elasticache",
        "es",
        "kafka",
        "kinesis",
        "mq",
        "profile",
        "rds",
        "s3",
        "sns",
        "sqs",
        "firehose",
        "cassandra",
        "backup",
      ]),
      autoscaling(stack),
      ...(Object.values(place.blueprint.streams).some(({ kind }) => kind === "fanOut") ? [topics(stack)] : []),
    ]);
    this.logs = this.key(stack, place, "logs", [logService(stack, place), alarmTopics(stack)]);
    this.secrets = this.key(stack, place, "secrets", [viaServices(stack, place, ["secretsmanager", "ssm", "eks"])]);
    encodes("security.secrets.keys", this.data, this.logs, this.secrets);
  }

  private key(stack: Stack, place: Place, purpose: KeyPurpose, statements: readonly Statement[]): KmsKey {
    const key = new KmsKey(this, purpose, {
      description: `${DESCRIPTIONS[purpose]} of ${place.deployment.name} in ${place.deployment.environment}`,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      deletionWindowInDays: 30,
      policy: policy([accountOwnsKey(stack), ...statements]),
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    new KmsAlias(this, `${purpose}-alias`, {
      name: `alias/${nameOf(place, "aws_kms_alias", purpose)}`,
      targetKeyId: key.keyId,
    });
    return key;
  }
}

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

const viaServices = (stack: Stack, place: Place, services: readonly string[]): Statement => ({
  sid: "ThroughServices",
  principals: { AWS: ["*"] },
  actions: [...USE, "kms:CreateGrant"],
  resources: ["*"],
  conditions: {
    StringEquals: {
      "kms:CallerAccount": stack.account.id,
      "kms:ViaService": services.map((service) => `${service}.${place.region.code}.amazonaws.com`),
    },
  },
});

/** Volumes of nodes that an Auto Scaling group starts. */
const autoscaling = (stack: Stack): Statement => ({
  sid: "AutoScalingVolumes",
  principals: { AWS: [`${stack.arn}:iam::${stack.account.id}:root`] },
  actions: ["kms:CreateGrant"],
  resources: ["*"],
  conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
});

/** Topics of SNS, which write to encrypted queues. */
const topics = (stack: Stack): Statement => ({
  sid: "Topics",
  principals: { Service: ["sns.amazonaws.com"] },
  actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
  resources: ["*"],
  conditions: { StringEquals: { "aws:SourceAccount": stack.account.id } },
});

const logService = (stack: Stack, place: Place): Statement => ({
  sid: "LogGroups",
  principals: { Service: [`logs.${place.region.code}.amazonaws.com`] },
  actions: USE,
  resources: ["*"],
  conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": stack.arnOf("logs", "*") } },
});

const alarmTopics = (stack: Stack): Statement => ({
  sid: "AlarmsAndEvents",
  principals: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
  actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
  resources: ["*"],
  conditions: { StringEquals: { "aws:SourceAccount": stack.account.id } },
});
