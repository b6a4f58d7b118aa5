import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicyAttachment } from "@cdktn/provider-aws/lib/iam-role-policy-attachment/index.js";
import { IotPolicy } from "@cdktn/provider-aws/lib/iot-policy/index.js";
import { IotProvisioningTemplate } from "@cdktn/provider-aws/lib/iot-provisioning-template/index.js";
import type { IotThingGroup } from "@cdktn/provider-aws/lib/iot-thing-group/index.js";
import type { IotThingType } from "@cdktn/provider-aws/lib/iot-thing-type/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Fleet } from "../../model/settings/client/devices.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { Hook } from "./hook.ts";
import type { PrivateBucket } from "./private-bucket.ts";

/** What a platform's devices become. */
export interface DevicePlatform {
  readonly name: string;
  readonly type: IotThingType;
  readonly group: IotThingGroup;
  readonly policy: IotPolicy;
}

export interface DeviceFleetProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly fleet: Fleet;
  readonly platforms: readonly DevicePlatform[];
  readonly bucket: PrivateBucket;
  readonly logsKeyArn: string;
}

/** Beginning of a thing's name, to which its serial number is added. */
const thingPrefix = (place: Place, platform: string): string => `${nameOf(place, "aws_iot_thing_type", platform)}-`;

/**
 * How a device becomes a thing: it leaves the factory with a certificate that a whole batch shares, which can do nothing but
 * ask for one of its own. Before it gets that, a function looks at its serial number.
 */
export class DeviceFleet extends Construct {
  constructor(scope: Construct, id: string, props: DeviceFleetProps) {
    super(scope, id);
    const { stack, place, platforms } = props;
    const hook = this.hook(props);
    const role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", "provisioning"),
      description: "AWS IoT makes things of devices that ask",
      assumeRolePolicy: trusts("iot.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    const allowed = new IamRolePolicyAttachment(this, "role-policy", {
      role: role.name,
      policyArn: `${stack.arn}:iam::aws:policy/service-role/AWSIoTThingsRegistration`,
    });
    for (const platform of platforms) {
      const template = new IotProvisioningTemplate(this, platform.name, {
        name: nameOf(place, "aws_iot_provisioning_template", platform.name),
        description: `How ${platform.name} become things of ${place.deployment.name}`,
        type: "FLEET_PROVISIONING",
        enabled: true,
        provisioningRoleArn: role.arn,
        preProvisioningHook: { targetArn: hook.fn.arn, payloadVersion: "2020-04-01" },
        templateBody: templateBody(place, platform),
        dependsOn: [allowed, hook.permission],
      });
      const claim = this.claim(stack, place, platform.name, template.name);
      encodes("client.iot.fleet", template, platform.type, platform.group, platform.policy, claim);
    }
  }

  /** A device gets a name once: whoever has a certificate of the batch cannot become one that is there already. */
  private hook({ stack, place, fleet, platforms, bucket, logsKeyArn }: DeviceFleetProps): Hook {
    const things = platforms.map(({ name }) => thingPrefix(place, name));
    return new Hook(this, "hook", {
      stack,
      place,
      name: "device-serials",
      description: "Says whether a device with this serial number may become a thing",
      source: hookSource(fleet.serials, place, platforms),
      bucket,
      logsKeyArn,
      askedBy: "iot.amazonaws.com",
      statements: [
        { actions: ["iot:DescribeThing"], resources: things.map((name) => stack.arnOf("iot", `thing/${name}*`)) },
      ],
    });
  }

  /** What the certificate of a batch may do: ask for one of the device's own, and for a name. */
  private claim(stack: Stack, place: Place, platform: string, template: string): IotPolicy {
    const topics = ["$aws/certificates/create/*", `$aws/provisioning-templates/${template}/provision/*`];
    return new IotPolicy(this, `${platform}-claim`, {
      name: nameOf(place, "aws_iot_policy", platform, "claim"),
      policy: policy([
        { actions: ["iot:Connect"], resources: [stack.arnOf("iot", "client/claim-*")] },
        {
          actions: ["iot:Publish", "iot:Receive"],
          resources: topics.map((topic) => stack.arnOf("iot", `topic/${topic}`)),
        },
        { actions: ["iot:Subscribe"], resources: topics.map((topic) => stack.arnOf("iot", `topicfilter/${topic}`)) },
      ]),
    });
  }
}

/** What is made for a device: its thing, in the platform's group, with its own certificate under the platform's policy. */
const templateBody = (place: Place, { name, type, group, policy: own }: DevicePlatform): string =>
  JSON.stringify({
    Parameters: { SerialNumber: { Type: "String" }, "AWS::IoT::Certificate::Id": { Type: "String" } },
    Resources: {
      certificate: {
        Type: "AWS::IoT::Certificate",
        Properties: { CertificateId: { Ref: "AWS::IoT::Certificate::Id" }, Status: "Active" },
      },
      policy: { Type: "AWS::IoT::Policy", Properties: { PolicyName: own.name } },
      thing: {
        Type: "AWS::IoT::Thing",
        OverrideSettings: { AttributePayload: "MERGE", ThingTypeName: "REPLACE", ThingGroups: "DO_NOTHING" },
        Properties: {
          ThingName: { "Fn::Join": ["", [thingPrefix(place, name), { Ref: "SerialNumber" }]] },
          ThingTypeName: type.name,
          ThingGroups: [group.name],
        },
      },
    },
  });

/** The function's program: a serial number of the fleet's form, under which no thing is known. */
function hookSource(serials: string, place: Place, platforms: readonly DevicePlatform[]): string {
  const prefixes = Object.fromEntries(
    platforms.map(({ name }) => [nameOf(place, "aws_iot_provisioning_template", name), thingPrefix(place, name)]),
  );
  return `"use strict";
const { IoTClient, DescribeThingCommand } = require("@aws-sdk/client-iot");
const iot = new IoTClient({});
const serials = new RegExp(${JSON.stringify(`^(?:${serials})$`)});
const prefixes = ${JSON.stringify(prefixes)};
exports.handler = async ({ templateName, templateArn, parameters = {} }) => {
  const serial = parameters.SerialNumber ?? "";
  const prefix = prefixes[templateName ?? String(templateArn).split("/").pop()];
  if (prefix === undefined || !serials.test(serial)) return { allowProvisioning: false };
  try {
    await iot.send(new DescribeThingCommand({ thingName: prefix + serial }));
    return { allowProvisioning: false };
  } catch (error) {
    if (error.name === "ResourceNotFoundException") return { allowProvisioning: true };
    throw error;
  }
};
`;
}
