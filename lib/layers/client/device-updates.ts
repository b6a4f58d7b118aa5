import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { SignerSigningProfile } from "@cdktn/provider-aws/lib/signer-signing-profile/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { DeviceUpdates as UpdatesSettings } from "../../model/settings/client/devices.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keyUse } from "../data/contract.ts";
import type { PrivateBucket } from "./private-bucket.ts";

export interface DeviceUpdatesProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly updates: UpdatesSettings;
  /** Holds what is sent to devices: firmware as it was built and as it was signed, whole or as differences. */
  readonly bucket: PrivateBucket;
}

/**
 * New firmware over the air: who releases puts it below `firmware/`, has it signed with the profile, and starts an update as
 * the role. What is sent, also a difference between two versions, is the release's; a device takes nothing that is not signed.
 */
export class DeviceUpdates extends Construct {
  constructor(scope: Construct, id: string, { stack, place, updates, bucket }: DeviceUpdatesProps) {
    super(scope, id);
    const profile = new SignerSigningProfile(this, "Resource", {
      name: nameOf(place, "aws_signer_signing_profile", "firmware"),
      platformId: "AmazonFreeRTOS-Default",
      signingMaterial: { certificateArn: stack.arnOf("acm", `certificate/${updates.certificate}`) },
    });
    const role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", "device-updates"),
      description: "AWS IoT sends firmware to devices",
      assumeRolePolicy: trusts("iot.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    new IamRolePolicy(this, "role-policy", {
      name: "updates",
      role: role.name,
      policy: policy([
        {
          actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
          resources: [`${bucket.arn}/firmware/*`],
        },
        { actions: ["s3:ListBucketVersions"], resources: [bucket.arn] },
        keyUse(stack, place, "s3", "read-write"),
        { actions: ["signer:StartSigningJob"], resources: [profile.arn] },
        {
          actions: ["signer:DescribeSigningJob"],
          resources: [stack.arnOf("signer", "/signing-jobs/*")],
        },
        {
          actions: ["iot:CreateStream", "iot:DeleteStream", "iot:DescribeStream"],
          resources: [stack.arnOf("iot", "stream/AFR_OTA-*")],
        },
        {
          actions: ["iot:CreateJob", "iot:DescribeJob", "iot:CancelJob", "iot:DeleteJob"],
          resources: [
            stack.arnOf("iot", "job/AFR_OTA-*"),
            stack.arnOf("iot", `thinggroup/${nameOf(place, "aws_iot_thing_group")}*`),
          ],
        },
      ]),
    });
    encodes("client.iot.ota", profile, bucket.versioning, role);
  }
}
