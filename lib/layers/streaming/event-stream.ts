import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchLogStream } from "@cdktn/provider-aws/lib/cloudwatch-log-stream/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { KinesisFirehoseDeliveryStream } from "@cdktn/provider-aws/lib/kinesis-firehose-delivery-stream/index.js";
import { KinesisStream } from "@cdktn/provider-aws/lib/kinesis-stream/index.js";
import { Construct } from "constructs";
import { nameOf, ownerOf, type Place } from "../../model/place.ts";
import { milliseconds } from "../../model/quantities.ts";
import type { StreamOf } from "../../model/resolved.ts";
import { read } from "../common/contract.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { bucketName } from "../data/contract.ts";
import { keysOf } from "../security/contract.ts";
import { streamName } from "./contract.ts";

export interface EventStreamProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly name: string;
  readonly stream: StreamOf<"eventStream">;
}

/** A product's event stream: Kinesis on demand or with fixed shards, and a copy of every event in an object store where it has a sink. */
export class EventStream extends Construct {
  constructor(scope: Construct, id: string, props: EventStreamProps) {
    super(scope, id);
    const { stack, place, name, stream } = props;
    const kinesis = new KinesisStream(this, "Resource", {
      name: streamName(place, name),
      streamModeDetails: { streamMode: stream.shards === undefined ? "ON_DEMAND" : "PROVISIONED" },
      ...(stream.shards === undefined ? {} : { shardCount: stream.shards }),
      retentionPeriod: Math.max(24, Math.ceil(milliseconds(stream.retention) / 3_600_000)),
      encryptionType: "KMS",
      kmsKeyId: read(stack, keysOf(place)).data,
      enforceConsumerDeletion: true,
    });
    if (stream.sink !== undefined) this.sink(props, kinesis, stream.sink);
  }

  private sink({ stack, place, name }: EventStreamProps, kinesis: KinesisStream, store: string): void {
    const key = read(stack, keysOf(place)).data;
    const bucket = `${stack.arn}:s3:::${bucketName(place, store)}`;
    const { blueprint, environment } = ownerOf(place);
    const logs = new CloudwatchLogGroup(this, "sink-logs", {
      name: `/dodeca/${blueprint}/${environment}/streaming/${name}`,
      retentionInDays: place.blueprint.layers.observability.logRetention,
      kmsKeyId: read(stack, keysOf(place)).logs,
    });
    waives(logs, ...retentionWaivers(place.blueprint.layers.observability.logRetention));
    const errors = new CloudwatchLogStream(this, "sink-log-stream", { name: "delivery", logGroupName: logs.name });
    const role = new IamRole(this, "sink-role", {
      name: nameOf(place, "aws_iam_role", name, "sink"),
      description: `Writes ${name} to ${store}`,
      assumeRolePolicy: trusts("firehose.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    const allowed = new IamRolePolicy(this, "sink-policy", {
      name: "deliver",
      role: role.name,
      policy: policy([
        {
          actions: ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
          resources: [kinesis.arn],
        },
        {
          actions: [
            "s3:AbortMultipartUpload",
            "s3:GetBucketLocation",
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
            "s3:PutObject",
          ],
          resources: [bucket, `${bucket}/*`],
        },
        { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key] },
        { actions: ["logs:PutLogEvents"], resources: [`${logs.arn}:*`] },
      ]),
    });
    new KinesisFirehoseDeliveryStream(this, "sink", {
      name: nameOf(place, "aws_kinesis_firehose_delivery_stream", name),
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: kinesis.arn, roleArn: role.arn },
      extendedS3Configuration: {
        roleArn: role.arn,
        bucketArn: bucket,
        kmsKeyArn: key,
        prefix: `${name}/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/`,
        errorOutputPrefix: `${name}-errors/!{firehose:error-output-type}/`,
        bufferingInterval: 300,
        bufferingSize: 64,
        compressionFormat: "GZIP",
        cloudwatchLoggingOptions: { enabled: true, logGroupName: logs.name, logStreamName: errors.name },
      },
      dependsOn: [allowed],
    });
  }
}
