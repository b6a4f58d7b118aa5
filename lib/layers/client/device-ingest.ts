import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { IotTopicRule } from "@cdktn/provider-aws/lib/iot-topic-rule/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { DeviceIngest as IngestSettings } from "../../model/settings/client/devices.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keyUse } from "../data/contract.ts";
import { streamName } from "../streaming/contract.ts";
import { deviceApps } from "./contract.ts";
import type { PrivateBucket } from "./private-bucket.ts";

export interface DeviceIngestProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly ingest: IngestSettings;
  /** Keeps what the stream did not take. */
  readonly bucket: PrivateBucket;
}

/**
 * What devices measure, into the product's event stream: in order for each device, with the name that AWS has verified and
 * the time at which it arrived, since a device may have been offline for long. What the stream does not take is kept.
 */
export class DeviceIngest extends Construct {
  constructor(scope: Construct, id: string, { stack, place, ingest, bucket }: DeviceIngestProps) {
    super(scope, id);
    const stream = streamName(place, ingest.stream);
    const role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", "device-ingest"),
      description: `AWS IoT writes what devices measure to ${ingest.stream}`,
      assumeRolePolicy: trusts("iot.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    new IamRolePolicy(this, "role-policy", {
      name: "write",
      role: role.name,
      policy: policy([
        { actions: ["kinesis:PutRecord"], resources: [stack.arnOf("kinesis", `stream/${stream}`)] },
        keyUse(stack, place, "kinesis", "write"),
        { actions: ["s3:PutObject"], resources: [`${bucket.arn}/refused/*`] },
        keyUse(stack, place, "s3", "write"),
      ]),
    });
    for (const [name] of deviceApps(place)) {
      const rule = new IotTopicRule(this, name, {
        name: nameOf(place, "aws_iot_topic_rule", name),
        description: `What ${name} measure, to ${ingest.stream}`,
        enabled: true,
        sql: `SELECT *, topic(3) AS device, timestamp() AS received FROM '${place.deployment.name}/${name}/+/telemetry'`,
        sqlVersion: "2016-03-23",
        kinesis: [{ streamName: stream, partitionKey: "$${topic(3)}", roleArn: role.arn }],
        errorAction: {
          s3: {
            bucketName: bucket.name,
            key: `refused/${name}/$\${topic(3)}/$\${timestamp()}-$\${newuuid()}`,
            roleArn: role.arn,
          },
        },
      });
      encodes("client.iot.ingest", rule);
    }
  }
}
