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
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { deviceApps } from "./contract.ts";

/** A device's own name, filled in by AWS when it connects. */
const SELF = "$${iot:Connection.Thing.ThingName}";

/** The product's devices: a type, a group and a policy for each platform, and what finds them. */
export class Devices extends Construct {
  constructor(
    stack: Stack,
    id: string,
    { place, devices }: { readonly place: Place; readonly devices: DevicesSettings },
  ) {
    super(stack, id);
    const policies = deviceApps(place).map(([name, { runtime }]) => {
      new IotThingType(this, `${name}-type`, {
        name: nameOf(place, "aws_iot_thing_type", name),
        properties: { description: `${name}, running ${runtime}` },
      });
      new IotThingGroup(this, `${name}-group`, { name: nameOf(place, "aws_iot_thing_group", name) });
      return this.ownTopics(stack, place, name);
    });
    if (devices.greengrass === true) this.edgeRuntime(stack, place);
    if (devices.index === true) {
      const index = new IotIndexingConfiguration(this, "index", {
        thingIndexingConfiguration: {
          thingIndexingMode: "REGISTRY_AND_SHADOW",
          thingConnectivityIndexingMode: "STATUS",
        },
      });
      encodes("client.iot.shadow", index, ...policies);
    }
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
  private edgeRuntime(stack: Stack, place: Place): void {
    const role = new IamRole(this, "edge", {
      name: nameOf(place, "aws_iam_role", "edge"),
      description: "Software on devices writes its logs",
      assumeRolePolicy: trusts("credentials.iot.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": stack.account.id },
      }),
    });
    const logs = stack.arnOf("logs", "log-group:/aws/greengrass/*");
    new IamRolePolicy(this, "edge-policy", {
      name: "logs",
      role: role.name,
      policy: policy([
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
