import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { IotIndexingConfiguration } from "@cdktn/provider-aws/lib/iot-indexing-configuration/index.js";
import { IotPolicy } from "@cdktn/provider-aws/lib/iot-policy/index.js";
import { IotRoleAlias } from "@cdktn/provider-aws/lib/iot-role-alias/index.js";
import { IotThingGroup } from "@cdktn/provider-aws/lib/iot-thing-group/index.js";
import { IotThingType } from "@cdktn/provider-aws/lib/iot-thing-type/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Devices as DevicesSettings } from "../../model/settings/client/devices.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keyUse } from "../data/contract.ts";
import { keysOf } from "../security/contract.ts";
import { deviceApps } from "./contract.ts";
import { DeviceEndpoint } from "./device-endpoint.ts";
import { DeviceFleet, type DevicePlatform } from "./device-fleet.ts";
import { DeviceIngest } from "./device-ingest.ts";
import { DeviceUpdates } from "./device-updates.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** A device's own name, filled in by AWS when it connects. */
const SELF = "$${iot:Connection.Thing.ThingName}";

export interface DevicesProps {
  readonly place: Place;
  readonly devices: DevicesSettings;
  /** @default no host of the product's own for devices */
  readonly domain?: string | undefined;
}

/** The product's devices: a type, a group and a policy for each platform, how they are made, updated, heard and found. */
export class Devices extends Construct {
  constructor(stack: Stack, id: string, { place, devices, domain }: DevicesProps) {
    super(stack, id);
    const { fleet, updates, ingest, endpoint } = devices;
    const platforms = deviceApps(place).map(([name, { runtime }]): DevicePlatform => {
      const type = new IotThingType(this, `${name}-type`, {
        name: nameOf(place, "aws_iot_thing_type", name),
        properties: { description: `${name}, running ${runtime}` },
      });
      const group = new IotThingGroup(this, `${name}-group`, { name: nameOf(place, "aws_iot_thing_group", name) });
      return { name, type, group, policy: this.ownTopics(stack, place, name) };
    });
    if (needsBucket(devices)) {
      const bucket = this.bucket(stack, place);
      if (fleet !== undefined) {
        const logsKeyArn = read(stack, keysOf(place)).logs;
        new DeviceFleet(this, "fleet", { stack, place, fleet, platforms, bucket, logsKeyArn });
      }
      if (updates !== undefined) new DeviceUpdates(this, "updates", { stack, place, updates, bucket });
      if (ingest !== undefined) new DeviceIngest(this, "ingest", { stack, place, ingest, bucket });
      if (devices.greengrass === true) this.edgeRuntime(stack, place, bucket);
    }
    if (endpoint !== undefined && domain !== undefined)
      new DeviceEndpoint(this, "endpoint", { place, endpoint, domain });
    if (devices.index === true) {
      const index = new IotIndexingConfiguration(this, "index", {
        thingIndexingConfiguration: {
          thingIndexingMode: "REGISTRY_AND_SHADOW",
          thingConnectivityIndexingMode: "STATUS",
        },
      });
      encodes("client.iot.shadow", index, ...platforms.map(({ policy: own }) => own));
    }
  }

  /** What is sent to devices and what they sent that nobody took, each below a name of its own. */
  private bucket(stack: Stack, place: Place): PrivateBucket {
    return new PrivateBucket(this, "bucket", {
      stack,
      place,
      holds: "devices",
      keyArn: read(stack, keysOf(place)).data,
      inOneRegion: "firmware can be published again from its repository, and devices have one region",
    }).admit();
  }

  /** A device connects as itself, and sends and hears what is its own: nothing of another's. */
  private ownTopics(stack: Stack, place: Place, name: string): IotPolicy {
    const telemetry = `${place.deployment.name}/${name}/${SELF}/*`;
    const shadow = `$aws/things/${SELF}/shadow/*`;
    const jobs = `$aws/things/${SELF}/jobs/*`;
    const arns = (type: string, topics: readonly string[]): string[] =>
      topics.map((topic) => stack.arnOf("iot", `${type}/${topic}`));
    return new IotPolicy(this, `${name}-policy`, {
      name: nameOf(place, "aws_iot_policy", name),
      policy: policy([
        { actions: ["iot:Connect"], resources: [stack.arnOf("iot", `client/${SELF}`)] },
        { actions: ["iot:Publish", "iot:Receive"], resources: arns("topic", [telemetry, shadow, jobs]) },
        { actions: ["iot:Subscribe"], resources: arns("topicfilter", [telemetry, shadow, jobs]) },
      ]),
    });
  }

  /** As whom software at the edge works on AWS, with the certificate of its device. */
  private edgeRuntime(stack: Stack, place: Place, bucket: PrivateBucket): void {
    const role = new IamRole(this, "edge", {
      name: nameOf(place, "aws_iam_role", "edge"),
      description: "Software on devices fetches its components and writes its logs",
      assumeRolePolicy: trusts("credentials.iot.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": stack.account.id },
      }),
    });
    const logs = stack.arnOf("logs", "log-group:/aws/greengrass/*");
    new IamRolePolicy(this, "edge-policy", {
      name: "edge",
      role: role.name,
      policy: policy([
        { actions: ["s3:GetObject"], resources: [`${bucket.arn}/components/*`] },
        keyUse(stack, place, "s3", "read"),
        {
          actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          resources: [logs],
        },
      ]),
    });
    const alias = new IotRoleAlias(this, "edge-alias", {
      alias: nameOf(place, "aws_iot_role_alias", "edge"),
      roleArn: role.arn,
      credentialDuration: 3600,
    });
    encodes("client.iot.edge-runtime", alias, role);
  }
}

/** Whether something of the settings needs the devices' bucket. */
export const needsBucket = ({ greengrass, fleet, updates, ingest }: DevicesSettings): boolean =>
  greengrass === true || [fleet, updates, ingest].some((one) => one !== undefined);
